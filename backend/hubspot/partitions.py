"""Which ids of an object type are still to be read, so that several readers deliver each record once. Pure.

The ids of a type are split into ranges, in ascending order. One reader reads a range from its lower end, page by page
of the list; the search reads a bounded range from its upper end. What arrives is cut to what the range still holds:
where two readers meet, nothing is delivered twice and nothing is lost.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

# As many digits as fit eight bytes with their sign.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class OrderLostError(Exception):
    """HubSpot's list did not come by ascending id, which it never promised: parts mean nothing then."""


class IdRange(Struct, array_like=True, eq=False):
    """Ids from above `last` to below `end`.

    Args:
        after: the list's cursor to go on with; None at the list's beginning.
        last: the highest id delivered from below.
        end: the first id that is another's; None to the end of the list.
    """

    after: str | None = None
    last: int = -1
    end: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.last < 0 and self.end is None

    def holds(self, id_: int) -> bool:
        return self.last < id_ and (self.end is None or id_ < self.end)


@dataclass(slots=True)
class Partitions:
    """The parts that are still to be read, lowest first; a part that was read leaves."""

    parts: list[IdRange] = field(default_factory=lambda: [IdRange()])
    _climbed_to: dict[IdRange, int] = field(init=False, default_factory=dict)

    def climb(self, part: IdRange, ids: Sequence[int], after: str | None) -> slice:
        """Take a page of the list that followed on `part.after`; which of its ids to deliver.

        The part is done when the page goes beyond its end, or is the last.

        Raises: OrderLostError, also where the page falls behind the one before it.
        """
        if ids:
            if ids[0] < self._climbed_to.get(part, -1) or any(first >= second for first, second in pairwise(ids)):
                raise OrderLostError
            self._climbed_to[part] = ids[-1]
        below = bisect_right(ids, part.last)
        above = len(ids) if part.end is None else max(below, bisect_right(ids, part.end - 1))
        if after is None or above < len(ids):
            self.parts.remove(part)
        part.after = after
        if above > below:
            part.last = ids[above - 1]
        return slice(below, above)

    def climbed_to(self, part: IdRange) -> int:
        """The last id that the list has shown of it."""
        return self._climbed_to.get(part, -1)

    def split(self, at: int, after: str) -> IdRange | None:
        """Cut off the ids from `at` on as a part of their own, to be read from the list's cursor `after` on.

        None where those ids are no longer to be read, or would leave nothing below them.
        """
        for place, part in enumerate(self.parts):
            if part.last + 1 < at and (part.end is None or at < part.end):
                upper = IdRange(after, at - 1, part.end)
                part.end = at
                self.parts.insert(place + 1, upper)
                return upper
        return None

    def below(self, end: int) -> IdRange | None:
        """The part that ends there, unless nothing is left of it."""
        return next((part for part in self.parts if part.end == end and part.last + 1 < end), None)

    def descend(self, part: IdRange, ids: Sequence[int]) -> int:
        """Take descending ids below the part's end; how many to deliver. The part then ends at the last of these."""
        kept = sum(1 for id_ in ids if id_ > part.last)
        if kept:
            part.end = ids[kept - 1]
        return kept

    def add(self, part: IdRange) -> None:
        """Have these ids read (again)."""
        self.parts.append(part)
        self.parts.sort(key=lambda one: one.last)

    def copy(self) -> list[IdRange]:
        """The parts as they are now."""
        return [replace(part) for part in self.parts]


def numbers(ids: Iterable[str]) -> list[int]:
    """Record ids as the numbers they are. Raises: OrderLostError where one is none."""
    found = []
    for id_ in ids:
        if (number := number_of(id_)) is None:
            raise OrderLostError
        found.append(number)
    return found


def number_of(id_: str) -> int | None:
    """None where it is none that HubSpot would write so."""
    return int(id_) if _NUMBER.fullmatch(id_) else None
