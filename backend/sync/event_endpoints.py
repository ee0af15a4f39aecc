"""Event endpoints of host applications in Redis: URL, signing secret, state and last deliveries.

Each endpoint is one sealed value; its state (failing since, off) and last deliveries are plain text without secrets.
"""

import secrets
from collections.abc import Sequence
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from core.standard_webhooks import endpoint_context, new_secret
from errors import CredentialIntegrityError, EventEndpointNotFoundError, ValidationFailedError
from oauth.connection import Owner

MOST_ENDPOINTS = 10
MOST_DELIVERIES = 50
# Time for receivers to adopt a new secret; until then both secrets sign.
BOTH_SECRETS_MS = 24 * 3_600_000
# Longer than the longest wait between two attempts: after such a pause, nobody knows that the endpoint still failed.
PAUSE_MS = 2 * 24 * 3_600_000

DAMAGED = "The stored data of this event endpoint is damaged. Delete the endpoint and add it again."

OffReason = Literal["gone", "failing"]

# KEYS: the owner's index. ARGV: id, most. Answers 1, or 0 if there are too many.
_INDEX = """#!lua
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
return 1
"""

# Adds an attempt, unless the endpoint was deleted meanwhile. KEYS: endpoint, deliveries, state.
# ARGV: the attempt, how many attempts to keep, the time of the attempt if it failed (ms) or '', and the longest time
# between two failures of one outage (ms).
_NOTE = """#!lua
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('LPUSH', KEYS[2], ARGV[1])
redis.call('LTRIM', KEYS[2], 0, ARGV[2] - 1)
if ARGV[3] == '' then
  redis.call('DEL', KEYS[3])
else
  local last_ms = tonumber(redis.call('HGET', KEYS[3], 'failed_at_ms') or '')
  if last_ms and ARGV[3] - last_ms > tonumber(ARGV[4]) then redis.call('HDEL', KEYS[3], 'failing_since_ms') end
  redis.call('HSETNX', KEYS[3], 'failing_since_ms', ARGV[3])
  redis.call('HSET', KEYS[3], 'failed_at_ms', ARGV[3])
end
"""


class Endpoint(Struct, frozen=True, kw_only=True):
    """The sealed value. `previous_secret` still signs until `previous_until_ms`."""

    url: str
    secret: str
    created_at_ms: int
    previous_secret: str | None = None
    previous_until_ms: int = 0

    def __repr__(self) -> str:
        return f"Endpoint(created_at_ms={self.created_at_ms})"

    def signing_secrets(self, now_ms: int) -> list[str]:
        """The secret, and the previous one while receivers may still use it."""
        is_kept = self.previous_secret is not None and now_ms < self.previous_until_ms
        return [self.secret, *([self.previous_secret] if is_kept and self.previous_secret else [])]


class EndpointState(Struct, frozen=True, kw_only=True):
    """The state of deliveries. If off, nothing is sent until the secret is replaced."""

    failing_since_ms: int | None = None
    off: OffReason | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """One attempt. `status` is the receiver's; None if there was no answer, then `error` says why."""

    event_id: str
    type: str
    at_ms: int
    attempt: int
    duration_ms: int
    status: int | None = None
    error: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


_ENDPOINT = msgspec.json.Decoder(Endpoint)
_DELIVERY = msgspec.json.Decoder(Delivery)
_ENCODER = msgspec.json.Encoder()


class EventEndpoints:
    """The endpoints of all owners."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring
        self._index = redis.register_script(_INDEX)
        self._note = redis.register_script(_NOTE)

    async def create(self, owner: Owner, url: str, now_ms: int) -> tuple[str, Endpoint]:
        """Create an endpoint; return it with its id. Raises: ValidationFailedError if the owner has ten."""
        endpoint_id, endpoint = secrets.token_urlsafe(12), Endpoint(url=url, secret=new_secret(), created_at_ms=now_ms)
        await self._write(owner, endpoint_id, endpoint)
        if not await self._index(keys=[_index_key(owner)], args=[endpoint_id, MOST_ENDPOINTS]):
            await self._redis.unlink(_key(owner, endpoint_id))
            raise ValidationFailedError(f"There are {MOST_ENDPOINTS} event endpoints already. Delete one first.")
        return endpoint_id, endpoint

    async def list_ids(self, owner: Owner) -> list[str]:
        members: set[str] = await cast(Any, self._redis.smembers(_index_key(owner)))
        return sorted(members)

    async def find(self, owner: Owner, endpoint_id: str) -> Endpoint | None:
        """Raises: CredentialIntegrityError or KeyUnknownError for a value that cannot be opened."""
        sealed = await self._redis.get(_key(owner, endpoint_id))
        if sealed is None:
            return None
        try:
            return _ENDPOINT.decode(self._keyring.open(str(sealed), endpoint_context(_name(owner, endpoint_id))))
        except CredentialIntegrityError as exc:
            raise CredentialIntegrityError(DAMAGED) from exc

    async def get(self, owner: Owner, endpoint_id: str) -> Endpoint:
        """Raises: EventEndpointNotFoundError; as `find`."""
        endpoint = await self.find(owner, endpoint_id)
        if endpoint is None:
            raise EventEndpointNotFoundError
        return endpoint

    async def replace_secret(self, owner: Owner, endpoint_id: str, now_ms: int) -> Endpoint:
        """Replace an endpoint's secret and turn it on again. Raises: EventEndpointNotFoundError."""
        former = await self.get(owner, endpoint_id)
        endpoint = Endpoint(
            url=former.url,
            secret=new_secret(),
            created_at_ms=former.created_at_ms,
            previous_secret=former.secret,
            previous_until_ms=now_ms + BOTH_SECRETS_MS,
        )
        if not await self._write(owner, endpoint_id, endpoint, must_exist=True):  # deleted meanwhile
            raise EventEndpointNotFoundError
        await self._redis.unlink(_state_key(owner, endpoint_id))
        return endpoint

    async def delete(self, owner: Owner, endpoint_id: str) -> None:
        """Raises: EventEndpointNotFoundError."""
        # First: if the service stops here, deleting it again finishes it, and no place of the ten is lost.
        await cast(Any, self._redis.srem(_index_key(owner), endpoint_id))
        if not await self._redis.unlink(_key(owner, endpoint_id)):
            raise EventEndpointNotFoundError
        await self._redis.unlink(_state_key(owner, endpoint_id), _deliveries_key(owner, endpoint_id))

    # --- state and history

    async def state(self, owner: Owner, endpoint_id: str) -> EndpointState:
        stored: dict[str, str] = await cast(Any, self._redis.hgetall(_state_key(owner, endpoint_id)))
        since, off = stored.get("failing_since_ms", ""), stored.get("off")
        return EndpointState(
            failing_since_ms=int(since) if since.isdecimal() else None,
            off=cast(OffReason, off) if off in ("gone", "failing") else None,
        )

    async def note(self, owner: Owner, endpoint_id: str, delivery: Delivery) -> None:
        """Add an attempt to the history and update the endpoint's state."""
        keys = [_key(owner, endpoint_id), _deliveries_key(owner, endpoint_id), _state_key(owner, endpoint_id)]
        failed_at_ms = "" if delivery.is_delivered else delivery.at_ms
        await self._note(keys=keys, args=[_ENCODER.encode(delivery), MOST_DELIVERIES, failed_at_ms, PAUSE_MS])

    async def turn_off(self, owner: Owner, endpoint_id: str, reason: OffReason) -> None:
        await cast(Any, self._redis.hset(_state_key(owner, endpoint_id), "off", reason))

    async def deliveries(self, owner: Owner, endpoint_id: str) -> Sequence[Delivery]:
        """The last 50 attempts, newest first."""
        stored = await cast(Any, self._redis.lrange(_deliveries_key(owner, endpoint_id), 0, MOST_DELIVERIES - 1))
        return [_DELIVERY.decode(text) for text in stored]

    async def _write(self, owner: Owner, endpoint_id: str, endpoint: Endpoint, *, must_exist: bool = False) -> bool:
        sealed = self._keyring.seal(_ENCODER.encode(endpoint), endpoint_context(_name(owner, endpoint_id)))
        return bool(await self._redis.set(_key(owner, endpoint_id), sealed, xx=must_exist))


def _name(owner: Owner, endpoint_id: str) -> str:
    return _key(owner, endpoint_id).removeprefix(store.EVENT_ENDPOINT_PREFIX)


def _key(owner: Owner, endpoint_id: str) -> str:
    return store.event_endpoint_key(owner.tag, endpoint_id)


def _index_key(owner: Owner) -> str:
    return store.event_endpoints_key(owner.tag)


def _state_key(owner: Owner, endpoint_id: str) -> str:
    return store.event_state_key(owner.tag, endpoint_id)


def _deliveries_key(owner: Owner, endpoint_id: str) -> str:
    return store.event_deliveries_key(owner.tag, endpoint_id)
