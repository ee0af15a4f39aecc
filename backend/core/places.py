"""A few places for long work: so many at once for one key, and so many in this process; whoever finds none is told."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from errors import RateLimitedError

# A load takes seconds to minutes; by then one of them may have ended.
RETRY_AFTER_S = 5.0


class Places:
    """Not for several threads.

    Args:
        each: at once for one key.
        in_all: at once in this process.
    """

    def __init__(self, *, each: int, in_all: int) -> None:
        self._each = each
        self._in_all = in_all
        self._taken: Counter[Hashable] = Counter()

    @contextmanager
    def take(self, key: Hashable) -> Iterator[None]:
        """Hold a place for as long as the body runs.

        Raises: RateLimitedError when there is none, with when to come back.
        """
        if self._taken[key] >= self._each or self._taken.total() >= self._in_all:
            raise RateLimitedError(
                "As many loads run already as this account, or this server, can take at once. Try again shortly.",
                retry_after_s=RETRY_AFTER_S,
            )
        self._taken[key] += 1
        try:
            yield
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]
