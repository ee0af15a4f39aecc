"""Choose smaller requests when HubSpot cannot answer for a whole page or batch, and count a call's failures. Pure.

A page that fails twice is requested in half the size, down to one record; in larger steps if few attempts are allowed.
The size that worked is kept for the next pages and doubled from time to time, less often after each failed doubling.
A batch that fails is requested in halves, down to single records.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.api_client import failure_of
from core.batches import batches
from core.retry import Failure
from errors import UpstreamResponseTooLargeError
from hubspot.endpoints import HubSpotCall

T = TypeVar("T")

# Attempts in one size before it is halved.
_ATTEMPTS = 2
# Two in the same size, and one for a single record.
_FEWEST = _ATTEMPTS + 1
# This many consecutive pages must succeed before the size is doubled.
_PATIENCE, _MOST_PATIENCE = 4, 64


@dataclass(slots=True)
class Failures:
    """Stops a call after `most` failures; a pause that HubSpot requests is not a failure."""

    most: int
    count: int = 0

    def classify(self, exc: Exception) -> Failure | None:
        return self._counted(failure_of(exc))

    def _counted(self, failure: Failure | None) -> Failure | None:
        self.count += failure is not None and failure.spends_budget
        return None if self.count >= self.most else failure


@dataclass(slots=True)
class PageFailures(Failures):
    """Requests a page in the next of `sizes` after each failure; stops after the last size."""

    most: int = field(init=False)
    sizes: Sequence[int] = field(kw_only=True)
    build: Callable[[int], HubSpotCall] = field(kw_only=True)
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.most = len(self.sizes)

    def next_call(self) -> HubSpotCall:
        self.size = self.sizes[min(self.count, len(self.sizes) - 1)]
        return self.build(self.size)

    def classify(self, exc: Exception) -> Failure | None:
        if not isinstance(exc, UpstreamResponseTooLargeError):
            return self._counted(failure_of(exc))
        self.count = max(self.count, 1)  # the second attempt in the same size would be too large again
        return self._counted(Failure(retryable=True))


@dataclass(slots=True)
class _Learned:
    size: int
    answered: int = 0
    patience: int = _PATIENCE
    has_grown: bool = False


@dataclass(slots=True)
class PageSizes:
    """The page sizes of one load or request, by what is read."""

    _learned: dict[str, _Learned] = field(default_factory=dict)

    def attempts(self, key: str, wanted: int, *, most: int) -> Sequence[int]:
        """The sizes of the attempts to read one page, in order: at most this many, but at least three.

        An interactive page has few attempts, so each step is larger than a half.
        """
        learned = self._learned.get(key)
        size = wanted if learned is None else min(wanted, learned.size)
        divisor = 2
        while len(sizes := _shrinking(size, divisor)) > max(most, _FEWEST):
            divisor *= 2
        return [*sizes, 1] if len(sizes) < most and wanted > 1 else sizes

    def answered(self, key: str, wanted: int, size: int) -> None:
        """Record that a page of this size was answered."""
        learned = self._learned.get(key)
        if learned is None:
            if size < wanted:
                self._learned[key] = _Learned(size)
            return
        if size < learned.size:
            learned.patience = min(learned.patience * 2, _MOST_PATIENCE) if learned.has_grown else learned.patience
            learned.size, learned.answered, learned.has_grown = size, 0, False
            return
        learned.answered += 1
        if learned.answered >= learned.patience and learned.size < wanted:
            learned.size, learned.answered, learned.has_grown = learned.size * 2, 0, True

    def failed(self, key: str) -> None:
        """Record that not even a single record was answered."""
        learned = self._learned.setdefault(key, _Learned(1))
        learned.size, learned.answered, learned.has_grown = 1, 0, False


@dataclass(slots=True)
class BatchParts(Generic[T]):
    """The parts of a batch that remain to be requested.

    One bad record makes one half fail at each size, so all halves are requested in turn. If both halves fail, the
    batch is too large: the smallest part is next, and all others use the first size that is answered.
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
            self.waiting += batches(part, self.most)
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


def _shrinking(size: int, divisor: int) -> list[int]:
    sizes = [size] * _ATTEMPTS
    while sizes[-1] > 1:
        sizes.append(max(1, sizes[-1] // divisor))
    return sizes


def _has_about(size: int, sizes: set[int]) -> bool:
    """Halves of an odd size differ by one."""
    return not sizes.isdisjoint({size - 1, size, size + 1})
