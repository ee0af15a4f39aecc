"""Between those who read records and the one who delivers them: record_batches, and room for so many pages at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from hubspot.partitions import IdRange
from hubspot.wire import Record


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records of a page that are to be delivered, and what is left to read after them (None: it cannot be said).

    `ends_page` is false where others of the page follow. `unreadable` are ids of records that could not be had.
    """

    records: list[Record]
    without_id: int
    rest: list[IdRange] | None
    ends_page: bool = True
    unreadable: tuple[str, ...] = ()

    @property
    def unlinked(self) -> int:
        """Records whose links did not come with them."""
        return sum(record.associations is None for record in self.records)

    def cut(self, row: slice) -> list["RecordBatch"]:
        """That row of a list's first page, and the others; only itself where either would be none, or some have no id.

        What is left after the row is also what lies on both sides of it, to be read from the list's beginning again;
        not what lies below these records: a load that goes on has delivered it before.
        """
        first, below, above = self.records[row], self.records[: row.start], self.records[row.stop :]
        if not first or not (below or above) or self.without_id:
            return [self]
        rest = self.rest
        if rest is not None:
            sides = [IdRange(last=int(below[0].id) - 1, end=int(first[0].id))] if below else []
            sides += [IdRange(last=int(first[-1].id), end=int(above[-1].id) + 1)] if above else []
            rest = [*sides, *rest]
        return [
            RecordBatch(first, 0, rest, ends_page=False),
            RecordBatch([*below, *above], 0, self.rest, unreadable=self.unreadable),
        ]


Emit = Callable[[RecordBatch], None]


class PageSlots:
    """Bounds the pages under way, from before they are asked for until the reader of the load has taken them."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
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


@dataclass(frozen=True, slots=True)
class BatchSize:
    """How many records are linked together.

    Args:
        records: at most.
        unlinked: of these, at most this many whose links did not come with them.
        linger_s: longest wait for a batch to fill, in seconds.
    """

    records: int
    unlinked: int
    linger_s: float


class BatchQueue:
    """Waiting record_batches, bounded by the room their pages were read in."""

    def __init__(self) -> None:
        self._waiting: deque[RecordBatch] = deque()
        self._changed = asyncio.Event()
        self._ended = False

    def put(self, record_batch: RecordBatch) -> None:
        self._waiting.append(record_batch)
        self._changed.set()

    def end(self) -> None:
        self._ended = True
        self._changed.set()

    async def batches(self, size: Callable[[], BatchSize]) -> AsyncIterator[list[RecordBatch]]:
        """BatchQueue in their order, batch by batch; at least one in each.

        The first comes at once, later ones are waited for a little, each for twice as many records as the one before.
        `size` is asked for each batch.
        """
        enough = 1
        while await self._gather(enough, size()):
            batch = [self._waiting.popleft()]
            records, unlinked = len(batch[0].records), batch[0].unlinked
            most = size()
            while (
                self._waiting
                and (records := records + len(self._waiting[0].records)) <= most.records
                and (unlinked := unlinked + self._waiting[0].unlinked) <= most.unlinked
            ):
                batch.append(self._waiting.popleft())
            enough = 2 * sum(len(one.records) for one in batch)
            yield batch

    async def _gather(self, enough: int, size: BatchSize) -> bool:
        """Wait for so many records, or for those that come soon after the first; False when there will be none."""
        await self._wait_until(lambda: bool(self._waiting))
        with suppress(TimeoutError):
            async with asyncio.timeout(size.linger_s):
                await self._wait_until(lambda: self._are_enough(min(enough, size.records), size.unlinked))
        return bool(self._waiting)

    def _are_enough(self, records: int, unlinked: int) -> bool:
        return (
            sum(len(one.records) for one in self._waiting) >= records
            or sum(one.unlinked for one in self._waiting) >= unlinked
        )

    async def _wait_until(self, condition: Callable[[], bool]) -> None:
        while not self._ended and not condition():
            self._changed.clear()
            await self._changed.wait()
