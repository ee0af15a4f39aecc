"""Limit the number of long-lived readers: in the whole process, and for each owner.

Each process counts its own readers, because they use its memory.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from core import metrics
from core.counted import counted
from errors import OverloadedError, RateLimitedError

RETRY_AFTER_S = 5.0


class ReaderLimit:
    """For one event loop."""

    def __init__(self, *, total: int, per_owner: int) -> None:
        self._total = total
        self._per_owner = per_owner
        self._by_owner: Counter[Hashable] = Counter()

    @contextmanager
    def place(self, owner: Hashable) -> Iterator[None]:
        """Hold a place while the body runs. Raises: RateLimitedError, OverloadedError; nobody waits for a place."""
        if self._by_owner[owner] >= self._per_owner:
            raise RateLimitedError(
                f"You are reading {self._per_owner} change feeds already. End one of them first.",
                retry_after_s=RETRY_AFTER_S,
            )
        if self._by_owner.total() >= self._total:
            raise OverloadedError(retry_after_s=RETRY_AFTER_S)
        try:
            with counted(self._by_owner, owner):
                metrics.feed_readers.set(self._by_owner.total())
                yield
        finally:
            metrics.feed_readers.set(self._by_owner.total())
