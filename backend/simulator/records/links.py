"""Associations between two object types, packed: for each source row a slice of target rows in ascending order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

PRIMARY = 1
LABELLED = 2
_TARGET_BITS = 40
_FLAG_BITS = 2
_ALL_FLAGS = (1 << _FLAG_BITS) - 1
_ALL_TARGETS = (1 << (_TARGET_BITS - _FLAG_BITS)) - 1


class Links:
    """As packed when they were made; the rows that have changed since are kept apart, by target."""

    def __init__(self, source_count: int, pairs: Iterable[tuple[int, int, int]]) -> None:
        """Pack `(source row, target row, flags)`; a pair given twice keeps all its flags."""
        self.offsets = array("l", bytes(8 * (source_count + 1)))
        self.targets = array("l")
        self.flags = array("b")
        self.changed: dict[int, dict[int, int]] = {}
        previous = -1
        for key in sorted((s << _TARGET_BITS) | (t << _FLAG_BITS) | f for s, t, f in pairs):
            if key >> _FLAG_BITS == previous:
                self.flags[-1] |= key & _ALL_FLAGS
                continue
            previous = key >> _FLAG_BITS
            self.targets.append(previous & _ALL_TARGETS)
            self.flags.append(key & _ALL_FLAGS)
            self.offsets[(key >> _TARGET_BITS) + 1] += 1
        for row in range(source_count):
            self.offsets[row + 1] += self.offsets[row]

    def of(self, row: int, first_target: int = 0) -> tuple[Sequence[int], Sequence[int]]:
        """Return the target rows of a source, from `first_target` on, and their flags."""
        changed = self.changed.get(row)
        if changed is not None:
            targets = sorted(target for target in changed if target >= first_target)
            return targets, [changed[target] for target in targets]
        if row + 1 >= len(self.offsets):
            return (), ()
        start, end = self.offsets[row], self.offsets[row + 1]
        if first_target:
            start = bisect_left(self.targets, first_target, start, end)
        return self.targets[start:end], self.flags[start:end]

    def add(self, row: int, target: int, flags: int) -> None:
        self._own(row)[target] = flags

    def remove(self, row: int, target: int) -> None:
        self._own(row).pop(target, None)

    def _own(self, row: int) -> dict[int, int]:
        if row not in self.changed:
            self.changed[row] = dict(zip(*self.of(row), strict=True))
        return self.changed[row]
