"""Detect paging that never ends: circular cursors, or endless pages without new records. Pure."""

from dataclasses import dataclass, field
from typing import Any, Self

from errors import RepeatedPageError

# This many consecutive pages may contain nothing new, because a vendor may filter pages after cutting them.
MOST_BARREN_PAGES = 50


# The kept cursor, the steps since then, and at how many steps it is replaced.
Checkpoint = tuple[Any, int, int]


@dataclass(slots=True)
class Progress:
    """Watches one paging loop in constant memory.

    It compares each cursor with a single earlier one, which it replaces at doubling distances (Brent's algorithm), so a
    circle of any length is noticed soon after it closes.
    """

    _kept: object = field(init=False, default_factory=object)
    _steps: int = field(init=False, default=0)
    _limit: int = field(init=False, default=1)
    _barren: int = field(init=False, default=0)

    @classmethod
    def resumed(cls, checkpoint: Checkpoint) -> Self:
        """Continue from a `checkpoint`."""
        progress = cls()
        progress._kept, progress._steps, progress._limit = checkpoint
        return progress

    @property
    def checkpoint(self) -> Checkpoint:
        return self._kept, self._steps, self._limit

    def check(self, cursor: object, *, is_new: bool = True) -> None:
        """Note the next cursor, and whether the page before it had new records.

        Raises: RepeatedPageError: the cursor was used before, or too many pages had no new records.
        """
        self._barren = 0 if is_new else self._barren + 1
        if cursor == self._kept or self._barren > MOST_BARREN_PAGES:
            raise RepeatedPageError
        self._steps += 1
        if self._steps >= self._limit:
            self._kept, self._steps, self._limit = cursor, 0, self._limit * 2
