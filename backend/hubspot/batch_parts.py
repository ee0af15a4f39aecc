"""The parts of a batch that HubSpot does not answer for as a whole, down to single records. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Parts(Generic[T]):
    """The parts of a batch that are still to be asked for.

    One bad record makes one half fail at each size, so all halves are asked for in turn. Where both halves fail the
    batch is too large: the smallest part goes next, and the first size that is answered is the size of all others.
    """

    waiting: list[Sequence[T]]
    most: int = 0
    too_large: bool = False
    _failed: set[int] = field(default_factory=set)
    _answered: set[int] = field(default_factory=set)

    def next(self) -> Sequence[T] | None:
        if not self.waiting:
            return None
        part = min(self.waiting, key=len) if self.too_large else self.waiting[0]
        self.waiting.remove(part)
        if self.too_large and self.most and len(part) > self.most:
            self.waiting += [part[start : start + self.most] for start in range(0, len(part), self.most)]
            return self.next()
        return part

    def failed(self, part: Sequence[T]) -> None:
        size, middle = len(part), len(part) // 2
        self.too_large |= size > 1 and _has_about(size, self._failed) and not _has_about(size, self._answered)
        self._failed.add(size)
        if size > 1:
            self.waiting += [part[:middle], part[middle:]]

    def answered(self, part: Sequence[T]) -> None:
        self._answered.add(len(part))
        self.most = max(self.most, len(part))


def _has_about(size: int, sizes: set[int]) -> bool:
    """Halves of an odd size differ by one."""
    return not sizes.isdisjoint({size - 1, size, size + 1})
