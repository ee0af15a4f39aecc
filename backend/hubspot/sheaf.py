"""Between those who read records and the one who delivers them: sheaves, and room for so many pages at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from hubspot.territory import Part
from hubspot.wire import Record


@dataclass(frozen=True, slots=True)
class Sheaf:
    """Records of a page that are to be delivered, and what is left to read after them (None: it cannot be said)."""

    records: list[Record]
    unnamed: int
    rest: list[Part] | None


Emit = Callable[[Sheaf], None]


class Room:
    """Bounds the pages under way, from before they are asked for until the reader of the load has taken them."""

    def __init__(self, pages: int) -> None:
        self._places = asyncio.Semaphore(pages)

    @asynccontextmanager
    async def for_one_page(self) -> AsyncIterator[None]:
        """Take a place, which is given back here only when the page does not come."""
        await self._places.acquire()
        with self.unless_it_fails():
            yield

    @contextmanager
    def unless_it_fails(self) -> Iterator[None]:
        """Keep a place that was taken, but for a failure."""
        try:
            yield
        except BaseException:
            self.give_back()
            raise

    def give_back(self) -> None:
        self._places.release()


class Sheaves:
    """Waiting sheaves, bounded by the room their pages were read in."""

    def __init__(self) -> None:
        self._waiting: deque[Sheaf] = deque()
        self._changed = asyncio.Event()
        self._ended = False

    def put(self, sheaf: Sheaf) -> None:
        self._waiting.append(sheaf)
        self._changed.set()

    def end(self) -> None:
        self._ended = True
        self._changed.set()

    async def batches(self, most: int) -> AsyncIterator[list[Sheaf]]:
        """Whatever waits, at most so many records at a time, one sheaf at least; never waits for more."""
        while True:
            while not self._waiting:
                if self._ended:
                    return
                self._changed.clear()
                await self._changed.wait()
            batch = [self._waiting.popleft()]
            records = len(batch[0].records)
            while self._waiting and records + len(self._waiting[0].records) <= most:
                batch.append(self._waiting.popleft())
                records += len(batch[-1].records)
            yield batch
