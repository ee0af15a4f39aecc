"""Associations between two object types, packed: for each source row a slice of target rows in ascending order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

PRIMARY = 1
LABELLED = 2
_TARGET_BITS = 40
_FLAG_BITS = 2


class Links:
    def __init__(self, source_count: int, pairs: Iterable[tuple[int, int, int]]) -> None:
        """Pack `(source row, target row, flags)`; a pair given twice keeps all its flags."""
        self.offsets = array("l", bytes(8 * (source_count + 1)))
        self.targets = array("l")
        self.flags = array("b")
        previous = -1
        for key in sorted((s << _TARGET_BITS) | (t << _FLAG_BITS) | f for s, t, f in pairs):
            if key >> _FLAG_BITS == previous:
                self.flags[-1] |= key & 3
                continue
            previous = key >> _FLAG_BITS
            self.targets.append(previous & ((1 << (_TARGET_BITS - _FLAG_BITS)) - 1))
            self.flags.append(key & 3)
            self.offsets[(key >> _TARGET_BITS) + 1] += 1
        for row in range(source_count):
            self.offsets[row + 1] += self.offsets[row]

    def of(self, row: int, first_target: int = 0) -> tuple[array[int], array[int]]:
        """Return the target rows of a source, from `first_target` on, and their flags."""
        if row + 1 >= len(self.offsets):
            return array("l"), array("b")
        start, end = self.offsets[row], self.offsets[row + 1]
        if first_target:
            start = bisect_left(self.targets, first_target, start, end)
        return self.targets[start:end], self.flags[start:end]
