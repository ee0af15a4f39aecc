"""The values of one property, row by row: packed as they were made, with what has changed since beside them.

A made-up value is a code of one or two bytes that is turned into text when it is read, so a million records need some
30 MB and less than two seconds.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

Value = str | None
Reader = Callable[[int], Value]
_BYTE = 256
_TWO_BYTES = 65_536


class Values(Protocol):
    """Values by row, as many as rows were made."""

    def __len__(self) -> int: ...

    def __getitem__(self, row: int, /) -> Value: ...


class Picked:
    """Drawn from at most 256 values, with repeats."""

    def __init__(self, rng: Random, count: int, values: Sequence[Value]) -> None:
        self._values = [values[code % len(values)] for code in range(_BYTE)]
        self._codes = rng.randbytes(count)

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, row: int, /) -> Value:
        return self._values[self._codes[row]]


class Numbered:
    """Drawn from so many equal steps, each written by a function."""

    def __init__(self, rng: Random, count: int, steps: int, write: Callable[[int], str]) -> None:
        self._steps = steps
        self._codes = array("H", rng.randbytes(2 * count))
        self._write = write

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, row: int, /) -> str:
        return self._write(self._codes[row] * self._steps // _TWO_BYTES)


class Computed:
    """Written from the row's number by a function, mostly with the help of other columns."""

    def __init__(self, count: int, write: Callable[[int], Value]) -> None:
        self._count = count
        self._write = write

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, row: int, /) -> Value:
        return self._write(row)


class Column:
    def __init__(self, made: Values = ()) -> None:
        self.made = made
        self.changed: dict[int, Value] = {}

    def reader(self, row_count: int) -> Reader:
        """How to read this column in a table of so many rows; rows added later have no value until one is set."""
        made, changed, made_count = self.made, self.changed, len(self.made)
        if not changed and made_count >= row_count:
            return made.__getitem__

        def read(row: int) -> Value:
            if row in changed:
                return changed[row]
            return made[row] if row < made_count else None

        return read
