"""Calls of this process that wait for the rate limit: the first of a queue asks Redis for all behind it, too."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakValueDictionary

from core.rate import Caller, Grant


class CallQueue(dict[str, "asyncio.Future[Grant | None]"]):
    """Waiting calls of one caller, in order: each gets its grant, or None when it becomes the first."""

    def wake_first(self) -> None:
        first = next(iter(self.values()), None)
        if first is not None and not first.done():
            first.set_result(None)

    def hand_out(self, calls: Sequence[str], grants: Sequence[Grant]) -> Grant:
        """Return the grant of the first call; hand the others theirs and remove them from the queue."""
        for call, grant in zip(calls[1:], grants[1:], strict=False):
            turn = self.pop(call, None)
            if turn is not None and not turn.done():  # else it was cancelled in the meantime
                turn.set_result(grant)
        return grants[0]


class CallQueues:
    """The queues of all budgets and callers. A queue lives as long as calls wait in it."""

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[tuple[str, Caller], CallQueue] = WeakValueDictionary()

    @contextmanager
    def place(self, key: str, caller: Caller, call: str) -> Iterator[CallQueue]:
        """Hold a place in the caller's queue; leaving makes the next call the first."""
        queue = self._queues.setdefault((key, caller), CallQueue())
        queue[call] = asyncio.get_running_loop().create_future()
        queue.wake_first()
        try:
            yield queue
        finally:
            queue.pop(call, None)
            queue.wake_first()
