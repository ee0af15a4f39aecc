"""Slots for loads: a share for each owner and connection, and turns between owners when no slot is free.

Order of events in `LoadLimiter.slot`: a free slot → the load runs; none → it waits in its owner's queue → a load ends
→ the next owner in turn whose share allows it gets the slot. A load that waits too long, or finds too many waiting, is
refused with the time to come back.

Slots are counted in each process and not in Redis: they bound the memory and the processor time of this process, which
no other process shares. Calls to a vendor account are shared by all processes through `rate_limit.py`. A shared count
would need a lease for each load and refuse loads while Redis is slow, and would protect nothing else.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field

from core import metrics
from errors import OverloadedError, RateLimitedError, ServiceError

# A load takes seconds to minutes; after this time one may have ended.
RETRY_AFTER_S = 5.0
OWNER_IS_BUSY = (
    "You already have the maximum number of loads running or waiting. Try again when one of them has finished."
)
SERVICE_IS_BUSY = "The service is running as many loads as it can. Try again shortly."


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLimits:
    """How many loads run at the same time, and how many wait for how long (seconds)."""

    total: int
    per_owner: int
    per_connection: int
    waiting: int
    waiting_per_owner: int
    wait_s: float


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    owner: Hashable
    connection: Hashable
    turn: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class LoadLimiter:
    """For one event loop."""

    def __init__(self, limits: LoadLimits) -> None:
        self._limits = limits
        self._total = 0
        self._by_owner: Counter[Hashable] = Counter()
        self._by_connection: Counter[Hashable] = Counter()
        # Owners in the order of their turns.
        self._queues: OrderedDict[Hashable, list[_Waiter]] = OrderedDict()

    @asynccontextmanager
    async def slot(
        self,
        owner: Hashable,
        connection: Hashable,
        *,
        while_waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> AsyncIterator[None]:
        """Hold a slot while the body runs; `while_waiting` is entered around the wait for it.

        Raises:
            RateLimitedError: the owner's share is in use, and none of the owner's loads ended in time.
            OverloadedError: no slot became free for the owner in time.
        """
        waiter = _Waiter(owner, connection)
        with while_waiting():
            await self._acquire(waiter)
        try:
            yield
        finally:
            self._release(waiter)

    async def _acquire(self, waiter: _Waiter) -> None:
        self._queues.setdefault(waiter.owner, []).append(waiter)
        self._grant()
        try:
            if not waiter.turn.done():
                self._refuse_when_full(waiter)
                async with asyncio.timeout(self._limits.wait_s):
                    await waiter.turn
        except BaseException as exc:
            if waiter.turn.done() and not waiter.turn.cancelled():  # its turn came while it was being cancelled
                self._release(waiter)
            else:
                self._leave_queue(waiter)
            if isinstance(exc, TimeoutError):
                raise self._refusal(waiter, "waited") from None
            raise

    def _refuse_when_full(self, waiter: _Waiter) -> None:
        of_owner = len(self._queues[waiter.owner])
        if of_owner > self._limits.waiting_per_owner or sum(map(len, self._queues.values())) > self._limits.waiting:
            raise self._refusal(waiter, "queue_full")

    def _refusal(self, waiter: _Waiter, reason: str) -> ServiceError:
        metrics.loads_refused.labels(reason).inc()
        if self._has_share(waiter):
            return OverloadedError(SERVICE_IS_BUSY, retry_after_s=RETRY_AFTER_S)
        return RateLimitedError(OWNER_IS_BUSY, retry_after_s=RETRY_AFTER_S)

    def _release(self, waiter: _Waiter) -> None:
        self._count(waiter, -1)
        self._grant()

    def _grant(self) -> None:
        """Give free slots to waiting loads, one to each owner in turn."""
        while self._total < self._limits.total and (waiter := self._next()) is not None:
            self._leave_queue(waiter)
            if waiter.owner in self._queues:
                self._queues.move_to_end(waiter.owner)
            self._count(waiter, 1)
            waiter.turn.set_result(None)

    def _next(self) -> _Waiter | None:
        """The first load, in the order of turns, whose owner and connection have a share left."""
        waiting = (waiter for queue in self._queues.values() for waiter in queue)
        return next((waiter for waiter in waiting if not waiter.turn.done() and self._has_share(waiter)), None)

    def _has_share(self, waiter: _Waiter) -> bool:
        return (
            self._by_owner[waiter.owner] < self._limits.per_owner
            and self._by_connection[waiter.connection] < self._limits.per_connection
        )

    def _leave_queue(self, waiter: _Waiter) -> None:
        queue = self._queues[waiter.owner]
        queue.remove(waiter)
        if not queue:
            del self._queues[waiter.owner]

    def _count(self, waiter: _Waiter, change: int) -> None:
        self._total += change
        for counter, key in ((self._by_owner, waiter.owner), (self._by_connection, waiter.connection)):
            counter[key] += change
            if not counter[key]:
                del counter[key]
        metrics.loads_running.set(self._total)
