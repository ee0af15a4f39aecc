"""Events on their way to the reader of a load: the plan first, items bounded by the room of their pages."""

import asyncio
from collections import deque
from collections.abc import Callable

from hubspot.notices import failure_wait, rate_limit_wait
from integrations.integration_item import Notice
from integrations.load_events import Items, LoadEvent, LoadPlan

# A shorter wait is not worth telling.
LONG_WAIT_S = 1.0


def _nothing() -> None:
    return None


class EventQueue:
    """Filled by the load, emptied by its reader."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[LoadEvent, Callable[[], None]]] = deque()
        self._changed = asyncio.Event()
        self._taken: Callable[[], None] = _nothing
        self._told_of_waits_until = 0.0
        self.is_open = False

    def open_with(self, plan: LoadPlan) -> None:
        """Everything put before goes out after it."""
        self._waiting.appendleft((plan, _nothing))
        self.is_open = True
        self._changed.set()

    def put(self, event: LoadEvent, taken: Callable[[], None] = _nothing) -> None:
        """`taken` is called once the reader has come back for more."""
        self._waiting.append((event, taken))
        self._changed.set()

    def report_rate_limit_wait(self, seconds: float) -> None:
        self._report_wait(rate_limit_wait, seconds)

    def report_failure_wait(self, seconds: float) -> None:
        self._report_wait(failure_wait, seconds)

    def _report_wait(self, notice: Callable[[float], Notice], seconds: float) -> None:
        """One notice for waits of several calls at the same time."""
        now_s = asyncio.get_running_loop().time()
        if seconds >= LONG_WAIT_S and now_s >= self._told_of_waits_until:
            self._told_of_waits_until = now_s + seconds
            self.put(notice(seconds))

    async def next_event(self, worker: "asyncio.Task[None]") -> LoadEvent | None:
        """The next event; None when the worker has ended and all it put was taken, or at once when it was stopped."""
        self._taken()
        self._taken = _nothing
        worker.add_done_callback(self._wake)
        try:
            while not worker.cancelled():
                if self.is_open and self._waiting:
                    event, taken = self._waiting.popleft()
                    if isinstance(event, Items) and not event.items:
                        taken()
                        continue
                    self._taken = taken
                    return event
                if worker.done():
                    return None
                self._changed.clear()
                await self._changed.wait()
            return None
        finally:
            worker.remove_done_callback(self._wake)

    def _wake(self, _worker: "asyncio.Task[None]") -> None:
        self._changed.set()
