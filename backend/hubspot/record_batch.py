"""Batches of records that the readers of an object type send to the item builder."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from hubspot.id_range import IdRange
from hubspot.wire import Record

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """The records of a page to deliver.

    Args:
        without_id: number of further records without an id.
        rest: the parts that remain once this and all earlier batches are delivered; None if unknown.
        unreadable: ids of records that could not be read.
        size_bytes: of the answer that the page was read from.
    """

    records: list[Record]
    without_id: int
    rest: list[IdRange] | None
    unreadable: tuple[str, ...] = ()
    size_bytes: int = 0

    @property
    def unlinked(self) -> int:
        """Number of records that came without their associations."""
        return sum(record.associations is None for record in self.records)

    def cut(self, row: slice) -> list["RecordBatch"]:
        """Split into the records at these positions and the others; no split if one half is empty or ids are missing.

        Once the first half is delivered, the ids on both sides of it remain to be read. Ids below all of these records
        do not: the load that this one resumes has delivered them.
        """
        first, below, above = self.records[row], self.records[: row.start], self.records[row.stop :]
        if not first or not (below or above) or self.without_id:
            return [self]
        rest = self.rest
        if rest is not None:
            sides = [IdRange(last=int(below[0].id) - 1, end=int(first[0].id))] if below else []
            sides += [IdRange(last=int(first[-1].id), end=int(above[-1].id) + 1)] if above else []
            rest = [*sides, *rest]
        others = RecordBatch([*below, *above], 0, self.rest, self.unreadable, self.size_bytes)
        return [RecordBatch(first, 0, rest), others]


@dataclass(slots=True)
class BatchSender:
    """Sends the batches of several readers in the order in which their pages were taken.

    It waits while the answers of a batch and of those that were not released have more than `most_bytes`.
    """

    stream: MemoryObjectSendStream[RecordBatch]
    most_bytes: int
    _held_bytes: int = 0
    _released: anyio.Event = field(default_factory=anyio.Event)
    _turn: anyio.Lock = field(default_factory=anyio.Lock)

    async def send(self, take: Callable[P, RecordBatch | None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Take a page and send its records.

        One page at a time: the `rest` of a batch is valid only after all earlier batches were sent.
        """
        async with self._turn:
            if (batch := take(*args, **kwargs)) is None:
                return
            while self._held_bytes and self._held_bytes + batch.size_bytes > self.most_bytes:
                await self._released.wait()
            self._held_bytes += batch.size_bytes
            await self.stream.send(batch)

    def release(self, batch: RecordBatch) -> None:
        """The batch was delivered."""
        self._held_bytes -= batch.size_bytes
        self._released.set()
        self._released = anyio.Event()


@dataclass(frozen=True, slots=True)
class GroupSize:
    """The size of a group of records whose associations are read together.

    Args:
        records: at most.
        unlinked: at most this many of them without associations.
        size_bytes: of their answers, at most; a single batch may be larger.
        linger_s: longest wait for a group to fill, in seconds.
    """

    records: int
    unlinked: int
    size_bytes: int
    linger_s: float

    def is_reached(self, group: Sequence[RecordBatch], enough: int) -> bool:
        is_full = _unlinked(group) >= self.unlinked or _size_bytes(group) >= self.size_bytes
        return is_full or _records(group) >= min(enough, self.records)

    def add(self, group: list[RecordBatch], batch: RecordBatch) -> RecordBatch | None:
        """Add the batch to the group, or return it if it does not fit."""
        with_batch = [*group, batch]
        is_too_large = _unlinked(with_batch) > self.unlinked or _size_bytes(with_batch) > self.size_bytes
        if is_too_large or _records(with_batch) > self.records:
            return batch
        group.append(batch)
        return None


async def grouped(
    batches: MemoryObjectReceiveStream[RecordBatch], size: Callable[[], GroupSize]
) -> AsyncIterator[list[RecordBatch]]:
    """Group the batches in order, at least one per group.

    The first group is sent at once. Later groups wait a little, each for twice as many records as the one before;
    batches that wait already join the group. `size` is called for each group.
    """
    enough = 1
    held = await _receive(batches)
    while held is not None:
        group, held, limits = [held], None, size()
        with anyio.move_on_after(limits.linger_s):
            while held is None and not limits.is_reached(group, enough):
                if (batch := await _receive(batches)) is None:
                    break
                held = limits.add(group, batch)
        while held is None and (batch := _receive_nowait(batches)) is not None:
            held = limits.add(group, batch)
        enough = 2 * _records(group)
        yield group
        held = held or await _receive(batches)


async def _receive(batches: MemoryObjectReceiveStream[RecordBatch]) -> RecordBatch | None:
    """None at the end."""
    try:
        return await batches.receive()
    except anyio.EndOfStream:
        return None


def _receive_nowait(batches: MemoryObjectReceiveStream[RecordBatch]) -> RecordBatch | None:
    """None if no batch waits."""
    try:
        return batches.receive_nowait()
    except (anyio.WouldBlock, anyio.EndOfStream):
        return None


def _records(group: Sequence[RecordBatch]) -> int:
    return sum(len(batch.records) for batch in group)


def _unlinked(group: Sequence[RecordBatch]) -> int:
    return sum(batch.unlinked for batch in group)


def _size_bytes(group: Sequence[RecordBatch]) -> int:
    return sum(batch.size_bytes for batch in group)
