"""A bounded cache for values that load slowly and rarely change: single flight, lifetime, maximum count and weight.

    get → fresh: the value · being loaded: wait for the same load · else: load and store it

A failed load is not stored. A caller that is cancelled does not stop a load that others wait for; the load is cancelled
with its last caller.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Entry(Generic[V]):
    value: V
    expires_at: float
    weight: int


@dataclass(slots=True)
class _Flight(Generic[V]):
    task: asyncio.Task[V]
    waiting: int = 0


class TtlCache(Generic[K, V]):
    """Evicts the least recently used entries when there are too many or they weigh too much.

    Args:
        max_weight: maximum total weight, by `weigh`.
        weigh: a value's weight in any unit; one heavier than the whole limit is returned but not stored.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        *,
        ttl_s: float,
        max_entries: int,
        max_weight: int | None = None,
        weigh: Callable[[V], int] = lambda _value: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ttl_s = ttl_s
        self._max_entries = max_entries
        self._max_weight = max_weight if max_weight is not None else max_entries
        self._weigh = weigh
        self._clock = clock
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._flights: dict[K, _Flight[V]] = {}
        self._weight = 0

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """The value of `key`; if it is missing or too old, one `load` serves all callers.

        Raises: the errors of `load`, in each waiting caller.
        """
        if (entry := self._find(key)) is not None:
            return entry.value
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.create_task(self._load(key, load)))
            # A load may fail at the moment its last caller is cancelled: then no caller receives the error.
            flight.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await self._wait(key, flight)

    def peek(self, key: K) -> V | None:
        """The value if it is cached and fresh; never loads."""
        entry = self._find(key)
        return None if entry is None else entry.value

    def put(self, key: K, value: V) -> None:
        """Store a value that was loaded otherwise."""
        self.discard(key)
        weight = self._weigh(value)
        if weight > self._max_weight:
            return
        self._entries[key] = _Entry(value, self._clock() + self._ttl_s, weight)
        self._weight += weight
        while len(self._entries) > self._max_entries or self._weight > self._max_weight:
            self.discard(next(iter(self._entries)))

    def discard(self, key: K) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._weight -= entry.weight

    def _find(self, key: K) -> _Entry[V] | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_at <= self._clock():
            self.discard(key)
            return None
        self._entries.move_to_end(key)
        return entry

    async def _load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        try:
            value = await load()
        finally:
            self._land(key, asyncio.current_task())
        self.put(key, value)
        return value

    async def _wait(self, key: K, flight: _Flight[V]) -> V:
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                # Removed first: a new caller must not join a load that is being cancelled.
                self._land(key, flight.task)
                flight.task.cancel()

    def _land(self, key: K, task: asyncio.Task[V] | None) -> None:
        if (flight := self._flights.get(key)) is not None and flight.task is task:
            del self._flights[key]
