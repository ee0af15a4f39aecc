"""Batches of records on their way from the readers of an object type to its items."""

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
    """Records of a page that are to be delivered.

    Args:
        without_id: how many more came without an id.
        rest: what is left to read once these and all batches before them are delivered; None where it is not known.
        unreadable: ids of records that could not be read.
    """

    records: list[Record]
    without_id: int
    rest: list[IdRange] | None
    unreadable: tuple[str, ...] = ()

    @property
    def unlinked(self) -> int:
        """Records whose associations did not come with them."""
        return sum(record.associations is None for record in self.records)

    def cut(self, row: slice) -> list["RecordBatch"]:
        """That row of a list's first page, and the others; only itself where either would be none, or some have no id.

        What is left after the row is also what lies on both sides of it, to be read from the list's beginning again;
        not what lies below these records: a load that resumes has delivered it before.
        """
        first, below, above = self.records[row], self.records[: row.start], self.records[row.stop :]
        if not first or not (below or above) or self.without_id:
            return [self]
        rest = self.rest
        if rest is not None:
            sides = [IdRange(last=int(below[0].id) - 1, end=int(first[0].id))] if below else []
            sides += [IdRange(last=int(first[-1].id), end=int(above[-1].id) + 1)] if above else []
            rest = [*sides, *rest]
        return [RecordBatch(first, 0, rest), RecordBatch([*below, *above], 0, self.rest, self.unreadable)]


@dataclass(slots=True)
class BatchSender:
    """Sends the batches of several readers, in the order in which their pages were taken."""

    stream: MemoryObjectSendStream[RecordBatch]
    _turn: anyio.Lock = field(default_factory=anyio.Lock)

    async def send(self, take: Callable[P, RecordBatch | None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Take a page, and send what is to be delivered of it.

        One page at a time: the `rest` of a batch holds only once all batches taken before it were sent.
        """
        async with self._turn:
            if (batch := take(*args, **kwargs)) is not None:
                await self.stream.send(batch)


@dataclass(frozen=True, slots=True)
class GroupSize:
    """How many records get their associations together.

    Args:
        records: at most.
        unlinked: of these, at most this many whose associations did not come with them.
        linger_s: longest wait for a group to fill, in seconds.
    """

    records: int
    unlinked: int
    linger_s: float

    def is_reached(self, group: Sequence[RecordBatch], enough: int) -> bool:
        return _records(group) >= min(enough, self.records) or _unlinked(group) >= self.unlinked

    def add(self, group: list[RecordBatch], batch: RecordBatch) -> RecordBatch | None:
        """Add the batch to the group, or return it where it does not fit."""
        with_batch = [*group, batch]
        if _records(with_batch) > self.records or _unlinked(with_batch) > self.unlinked:
            return batch
        group.append(batch)
        return None


async def grouped(
    batches: MemoryObjectReceiveStream[RecordBatch], size: Callable[[], GroupSize]
) -> AsyncIterator[list[RecordBatch]]:
    """Batches in their order, some at a time; at least one in each group.

    The first comes at once, later groups are waited for a little, each for twice as many records as the one before.
    What waits already comes with them. `size` is asked for each group.
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
    """None where none waits."""
    try:
        return batches.receive_nowait()
    except (anyio.WouldBlock, anyio.EndOfStream):
        return None


def _records(group: Sequence[RecordBatch]) -> int:
    return sum(len(batch.records) for batch in group)


def _unlinked(group: Sequence[RecordBatch]) -> int:
    return sum(batch.unlinked for batch in group)
