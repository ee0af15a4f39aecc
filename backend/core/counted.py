"""Count what runs at a time, by owner."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@contextmanager
def counted(running: Counter[Key], key: Key) -> Iterator[None]:
    """Count the key while the body runs; keys without anything that runs are not kept."""
    running[key] += 1
    try:
        yield
    finally:
        running[key] -= 1
        if not running[key]:
            del running[key]
