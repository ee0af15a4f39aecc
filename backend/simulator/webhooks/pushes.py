"""Push events to a target address as HubSpot does: signed, at most 100 in a body, repeated when they are not taken.

What HubSpot only says may happen (loss, repetition, disorder, delay) happens on order, with a seeded generator.
Source: HubSpot webhooks; error handling (10 repeats within 24 hours, 5 seconds for an answer).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import heapq
import hmac
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Annotated

import httpx
import msgspec

from simulator.identity import App
from simulator.webhooks.events import Event

MOST_IN_A_BODY = 100
ANSWER_WITHIN_S = 5.0
# Within 24 hours in all. Source: HubSpot says 10, within 24 hours, at random times; the steps are ours.
RETRIES_S = (60, 300, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 18_000, 21_600)
TICK_S = 0.02
# Escapes that the signature covers decoded. Source: HubSpot, validating requests.
_DECODED = {"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'"} | {
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=3_600)]


class Order(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where events go and what goes wrong on the way. `retry_factor` shortens the times between repeats."""

    target_url: Annotated[str, msgspec.Meta(pattern="^https?://")]
    lose: Share = 0
    double: Share = 0
    shuffle_s: Seconds = 0
    delay_s: Seconds = 0
    retry_factor: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    max_concurrent_requests: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    seed: int = 1


class Pushes:
    """Events of all accounts on their way to one target; without an order nothing is sent."""

    def __init__(self, app: Callable[[], App], now_ms: Callable[[], int]) -> None:
        self._app = app
        self._now_ms = now_ms
        self._numbers = count(1)
        self.order: Order | None = None
        self.done: Counter[str] = Counter()
        self._waiting: list[tuple[float, int, int, Event]] = []
        self._running: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self, order: Order) -> None:
        """Send what happens from now on by this order; what waits is dropped."""
        self.stop()
        self.order, self._rng = order, Random(order.seed)
        self._task = asyncio.create_task(self._run(order))

    def stop(self) -> None:
        for task in (self._task, *self._running):
            if task is not None:
                task.cancel()
        self.order, self._task = None, None
        self._waiting.clear()
        self.done.clear()

    def publish(self, portal_id: int, events: Sequence[Event]) -> None:
        """Take events of an account over, complete them and give each its time."""
        order = self.order
        if order is None:
            return
        for event in events:
            self.done["events"] += 1
            if self._rng.random() < order.lose:
                self.done["lost"] += 1
                continue
            whole = self._complete(portal_id, event)
            self._plan(portal_id, whole, order)
            if self._rng.random() < order.double:
                self.done["doubled"] += 1
                self._plan(portal_id, whole, order)

    def state(self) -> dict[str, object]:
        """Say what was done, and how much is on its way."""
        counts = ("events", "lost", "doubled", "delivered", "requests", "refused", "given_up")
        waiting = len(self._waiting) + len(self._running)
        return {"order": self.order, "waiting": waiting, **{name: self.done[name] for name in counts}}

    def _complete(self, portal_id: int, event: Event) -> Event:
        return {
            "eventId": self._rng.randrange(1, 2**32),
            "subscriptionId": 3_923_621,
            "portalId": portal_id,
            "appId": self._app().app_id,
            "attemptNumber": 0,
            "changeSource": "CRM_UI",
            "sourceId": "userId:222222",
            **event,
        }

    def _plan(self, portal_id: int, event: Event, order: Order, after_s: float = 0.0) -> None:
        at = time.monotonic() + after_s + order.delay_s + self._rng.uniform(0, order.shuffle_s)
        heapq.heappush(self._waiting, (at, next(self._numbers), portal_id, event))

    async def _run(self, order: Order) -> None:
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False, follow_redirects=False) as http:
            while True:
                self._send_due(http, order)
                await asyncio.sleep(TICK_S)

    def _send_due(self, http: httpx.AsyncClient, order: Order) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            if len(self._running) >= order.max_concurrent_requests:
                return
            portal_id, batch = self._next_batch()
            task = asyncio.create_task(self._deliver(http, order, portal_id, batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _next_batch(self) -> tuple[int, list[Event]]:
        """The events that are due for the account of the first one; those of others stay."""
        now, batch, others = time.monotonic(), list[Event](), []
        portal_id = self._waiting[0][2]
        while self._waiting and self._waiting[0][0] <= now and len(batch) < MOST_IN_A_BODY:
            entry = heapq.heappop(self._waiting)
            if entry[2] == portal_id:
                batch.append(entry[3])
            else:
                others.append(entry)
        for entry in others:
            heapq.heappush(self._waiting, entry)
        return portal_id, batch

    async def _deliver(self, http: httpx.AsyncClient, order: Order, portal_id: int, batch: list[Event]) -> None:
        body = msgspec.json.encode(batch)
        self.done["requests"] += 1
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer = await http.post(order.target_url, content=body, headers=self._headers(order.target_url, body))
            is_taken = answer.status_code < 400
        except (httpx.HTTPError, TimeoutError):
            is_taken = False
        if is_taken:
            self.done["delivered"] += len(batch)
            return
        self.done["refused"] += 1
        for event in batch:
            self._retry(portal_id, event, order)

    def _retry(self, portal_id: int, event: Event, order: Order) -> None:
        attempt = int(event["attemptNumber"])
        if attempt >= len(RETRIES_S):
            self.done["given_up"] += 1
            return
        wait_s = RETRIES_S[attempt] * order.retry_factor * self._rng.uniform(0.5, 1.0)
        self._plan(portal_id, event | {"attemptNumber": attempt + 1}, order, wait_s)

    def _headers(self, target_url: str, body: bytes) -> dict[str, str]:
        timestamp = str(self._now_ms())
        signed = b"POST" + _signed_uri(target_url).encode() + body + timestamp.encode()
        signature = hmac.digest(self._app().client_secret.encode(), signed, hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "User-Agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) - WebHooks",
            "X-HubSpot-Request-Timestamp": timestamp,
            "X-HubSpot-Signature-v3": base64.b64encode(signature).decode(),
        }


def _signed_uri(url: str) -> str:
    uri = url.partition("#")[0]
    for escape, letter in _DECODED.items():
        uri = uri.replace(escape, letter)
    return uri
