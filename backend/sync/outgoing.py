"""Send events to the host application's endpoints: thin, signed, at most one per second, endpoint and connection.

For each endpoint, connection and type at most one event waits. A newer event replaces it, so retries never pile up; the
change feed has the content. Failed deliveries are retried after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, with
jitter. An endpoint that has failed for 5 days, or that answers 410, is turned off.
"""

import random
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Literal, cast

import msgspec
import structlog
from docket.dependencies import Retry
from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics, store
from core.counted import counted
from core.public_http import ANSWER_WITHIN_S, PublicHttp, PublicHttpError
from core.standard_webhooks import signed_headers
from errors import CredentialIntegrityError, RateLimitedError, ServiceError
from mirror.mirror import Mirror
from mirror.records import format_ms
from oauth.connection import Connection, Owner
from sync.event_endpoints import Delivery, Endpoint, EventEndpoints
from sync.event_scripts import CLAIM, NEXT, PUT, TAKEN
from sync.queue import JobQueue
from sync.session import now_ms

EventType = Literal[
    "changes.available",
    "sync.loaded",
    "sync.verified",
    "sync.differed",
    "connection.reconnect_required",
    "connection.removed",
    "test",
]
MS = 1_000
ONE_A_SECOND_MS = 1_000
RETRIES_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2
# A newer event waits this long for the end of an attempt, unless that ends earlier.
LONGEST_ATTEMPT_MS = int(ANSWER_WITHIN_S * MS) + ONE_A_SECOND_MS
# Attempts at a time, in a process: endpoints that answer slowly must leave room for other owners, and for syncs.
MOST_OF_OWNER, MOST_AT_ONCE = 4, 16
OFF_AFTER_MS = 5 * 24 * 3_600_000
# Longer than the longest wait between two attempts.
PENDING_TTL_MS = 3 * 24 * 3_600_000
GONE = 410
TOO_MANY = "Too many events wait for the answers of endpoints. Try again when some have been answered."
# Failures of the service's Redis.
FAULTS, AFTER_FAULT = 20, timedelta(seconds=3)

log = structlog.get_logger(__name__)


class _Pending(Struct, frozen=True, kw_only=True):
    """A waiting event."""

    id: str
    data: dict[str, Any]
    counts: dict[str, int]
    attempt: int


@dataclass(frozen=True, slots=True)
class _Slot:
    """The place of at most one waiting event: an endpoint, a connection and a type."""

    owner: Owner
    endpoint_id: str
    connection_id: str
    type: str

    @property
    def key(self) -> str:
        """Its Redis key."""
        return store.event_pending_key(self.owner.tag, self.endpoint_id, self.connection_id, self.type)


@dataclass(slots=True)
class Outgoing:
    """Sends events. A failure to send never fails the reported work."""

    redis: Redis
    queue: JobQueue
    endpoints: EventEndpoints
    http: PublicHttp
    _sending: Counter[Owner] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        self.queue.register(self.deliver_event)

    # --- emitting

    async def emit(
        self,
        connection: Connection,
        type_: EventType,
        *,
        counts: Mapping[str, int] | None = None,
        mirror: Mirror | None = None,
        **data: Any,
    ) -> None:
        """Send an event to the owner's endpoints; `counts` are added to those of waiting events of this type.

        With a `mirror`, the event has a cursor after the present changes of the connection.
        """
        owner, connection_id = connection.owner, connection.connection_id
        facts = {"connection_id": connection_id, "provider": connection.provider, **data}
        try:
            endpoint_ids = await self.endpoints.list_ids(owner)
            if endpoint_ids and mirror is not None:
                facts["next"] = await mirror.feed.head_cursor(connection_id)
            for endpoint_id in endpoint_ids:
                await self._put(_Slot(owner, endpoint_id, connection_id, type_), facts, counts or {})
        except (RedisError, ServiceError) as exc:
            log.warning("event not sent", type=type_, error=type(exc).__name__)

    async def _put(self, slot: _Slot, data: Mapping[str, Any], counts: Mapping[str, int]) -> None:
        if (await self.endpoints.state(slot.owner, slot.endpoint_id)).off:
            return
        args = [_new_event_id(), msgspec.json.encode(data), PENDING_TTL_MS, *chain.from_iterable(counts.items())]
        next_at, sent_at = await cast(Any, self.redis).eval(PUT, 1, slot.key, *args)
        await self._plan(slot, max(now_ms(), next_at, sent_at + ONE_A_SECOND_MS))

    async def _plan(self, slot: _Slot, at_ms: int) -> None:
        job_key = f"event.{slot.endpoint_id}.{slot.connection_id}.{slot.type}"
        arguments = (slot.owner.org_id, slot.owner.user_id, slot.endpoint_id, slot.connection_id, slot.type)
        when = datetime.fromisoformat(format_ms(at_ms))
        await self.queue.move_job(self.deliver_event, job_key, *arguments, when=when)

    # --- delivering

    async def deliver_event(
        self,
        org_id: str,
        user_id: str,
        endpoint_id: str,
        connection_id: str,
        type_: str,
        retry: Retry = Retry(attempts=FAULTS, delay=AFTER_FAULT),  # noqa: B008 (how pydocket declares it)
    ) -> None:
        """The job: make one attempt and schedule the next. Starts again if Redis fails."""
        del retry
        owner = Owner(org_id, user_id)
        slot = _Slot(owner, endpoint_id, connection_id, type_)
        try:
            endpoint = await self.endpoints.find(owner, endpoint_id)
        except CredentialIntegrityError:  # the damage stays: trying again would not help
            endpoint = None
        if endpoint is None or (await self.endpoints.state(owner, endpoint_id)).off:
            await self.redis.unlink(slot.key)
            return
        if self._is_busy(owner):
            await self._plan(slot, now_ms() + ONE_A_SECOND_MS)
            return
        with counted(self._sending, owner):
            pending = await self._claim(slot)
            if pending is None:
                return
            data = pending.data | ({"object_types": pending.counts} if pending.counts else {})
            delivery = await self.send(endpoint, pending.id, type_, data, attempt=pending.attempt)
        await self.endpoints.note(owner, endpoint_id, delivery)
        if delivery.is_delivered:
            await self._end(slot, pending)
        else:
            await self._repeat(slot, pending, delivery)

    async def _claim(self, slot: _Slot) -> _Pending | None:
        """The waiting event, which no other job sends during this attempt; None if there is none, or not yet."""
        at_ms = now_ms()
        args = [at_ms, at_ms + LONGEST_ATTEMPT_MS, LONGEST_ATTEMPT_MS + PENDING_TTL_MS]
        event, next_at = await cast(Any, self.redis).eval(CLAIM, 1, slot.key, *args)
        if next_at:
            await self._plan(slot, next_at)
        return _parse(dict(zip(event[::2], event[1::2], strict=True)))

    async def send(
        self, endpoint: Endpoint, event_id: str, type_: str, data: Mapping[str, Any], *, attempt: int = 0
    ) -> Delivery:
        """Make one attempt and record its result."""
        at_ms, began = now_ms(), time.monotonic()
        body = msgspec.json.encode({"type": type_, "timestamp": format_ms(at_ms), "data": data})
        headers = signed_headers(event_id, body, signing_secrets=endpoint.signing_secrets(at_ms), now_s=at_ms // MS) | {
            "content-type": "application/json",
            "user-agent": "portal-items/1.0",
        }
        status, error = None, None
        try:
            status = await self.http.post(endpoint.url, body, headers)
        except PublicHttpError as exc:
            error = exc.reason
        delivery = Delivery(
            event_id=event_id,
            type=type_,
            at_ms=at_ms,
            attempt=attempt,
            duration_ms=int((time.monotonic() - began) * MS),
            status=status,
            error=error,
        )
        metrics.events_sent.labels("delivered" if delivery.is_delivered else "failed").inc()
        return delivery

    async def send_test(self, owner: Owner, endpoint_id: str) -> Delivery:
        """Send a test event once, also to an endpoint that is off.

        Raises: EventEndpointNotFoundError; RateLimitedError while too many attempts wait for their answers.
        """
        endpoint = await self.endpoints.get(owner, endpoint_id)
        if self._is_busy(owner):
            raise RateLimitedError(TOO_MANY, retry_after_s=ANSWER_WITHIN_S)
        with counted(self._sending, owner):
            delivery = await self.send(endpoint, _new_event_id(), "test", {"endpoint_id": endpoint_id})
        await self.endpoints.note(owner, endpoint_id, delivery)
        return delivery

    def _is_busy(self, owner: Owner) -> bool:
        return self._sending[owner] >= MOST_OF_OWNER or self._sending.total() >= MOST_AT_ONCE

    async def _end(self, slot: _Slot, sent: _Pending) -> None:
        args = [sent.id, now_ms(), ONE_A_SECOND_MS, *chain.from_iterable(sent.counts.items())]
        if await cast(Any, self.redis).eval(TAKEN, 1, slot.key, *args):
            await self._plan(slot, now_ms() + ONE_A_SECOND_MS)

    async def _repeat(self, slot: _Slot, pending: _Pending, delivery: Delivery) -> None:
        owner, endpoint_id = slot.owner, slot.endpoint_id
        state = await self.endpoints.state(owner, endpoint_id)
        failing_ms = delivery.at_ms - (state.failing_since_ms or delivery.at_ms)
        if delivery.status == GONE or failing_ms > OFF_AFTER_MS:
            await self.endpoints.turn_off(owner, endpoint_id, "gone" if delivery.status == GONE else "failing")
            log.warning("an event endpoint was turned off", endpoint_id=endpoint_id, status=delivery.status)
            await self.redis.unlink(slot.key)
        elif pending.attempt >= len(RETRIES_S):
            await self._end(slot, pending)
        else:
            wait_s = RETRIES_S[pending.attempt] * (1 + random.uniform(0, JITTER))  # noqa: S311 (spreads retries)
            at_ms = now_ms() + int(wait_s * MS)
            await self._note_next(slot, pending.attempt + 1, at_ms)
            await self._plan(slot, at_ms)

    async def _note_next(self, slot: _Slot, attempts: int, at_ms: int) -> None:
        lifetime_ms = at_ms - now_ms() + PENDING_TTL_MS
        await cast(Any, self.redis).eval(NEXT, 1, slot.key, attempts, at_ms, lifetime_ms)


def _parse(stored: Mapping[str, str]) -> _Pending | None:
    """None if no event waits, or if the value is invalid."""
    try:
        return _Pending(
            id=stored["id"],
            data=msgspec.json.decode(stored["data"], type=dict[str, Any]),
            counts={name[2:]: int(count) for name, count in stored.items() if name.startswith("n:") and int(count) > 0},
            attempt=int(stored.get("attempt", "0")),
        )
    except (KeyError, ValueError, msgspec.DecodeError):
        return None


def _new_event_id() -> str:
    return f"evt_{secrets.token_urlsafe(16)}"
