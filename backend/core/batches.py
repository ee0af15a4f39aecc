"""Cut a sequence into batches."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """All values in order, at most `size` at a time."""
    return (values[start : start + size] for start in range(0, len(values), size))
