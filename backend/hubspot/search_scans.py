"""What searches from the top downwards have delivered, so that it can be compared with the list. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hubspot.partitions import IdRange


@dataclass(slots=True)
class SearchScan:
    """Ids from below `top` down to `bottom`, descending; `met` when it has come upon a climber.

    `without_id` counts records among them that had no id.
    """

    top: int
    bottom: int
    ids: "array[int]" = field(default_factory=lambda: array("q"))
    without_id: int = 0
    met: bool = False

    def has(self, id_: int) -> bool:
        place = bisect_left(self.ids, -id_, key=lambda one: -one)
        return place < len(self.ids) and self.ids[place] == id_

    def covers(self, id_: int) -> bool:
        return self.bottom <= id_ < self.top


@dataclass(slots=True)
class SearchScans:
    """All scans of a type."""

    all: list[SearchScan] = field(default_factory=list)

    def begin(self, end: int) -> SearchScan:
        self.all.append(SearchScan(end, end))
        return self.all[-1]

    def have(self, id_: int) -> bool:
        return any(one.has(id_) for one in self.all)

    def meet_at(self, end: int | None) -> bool:
        """Whether a part that ends there was cut short by a scan."""
        return end is not None and any(one.covers(end) for one in self.all)

    def left_out_any(self, listed: Iterable[int]) -> bool:
        """Whether the list holds something a scan has passed over."""
        return any(one.covers(id_) and not one.has(id_) for id_ in listed for one in self.all)

    def next_end(self, parts: Iterable[IdRange]) -> int | None:
        """Where to help next: the upper end of the highest part whose climber no scan has met."""
        met = {one.bottom for one in self.all}
        return max((one.end for one in parts if one.end is not None and one.end not in met), default=None)

    def as_parts(self) -> Iterator[IdRange]:
        """Everything that was delivered, to be read again."""
        return (IdRange(str(one.bottom), one.bottom - 1, one.top) for one in self.all if one.ids)

    def __bool__(self) -> bool:
        return any(one.ids for one in self.all)
