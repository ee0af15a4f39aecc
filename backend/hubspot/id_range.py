"""Record ids as numbers, and ranges of ids that remain to be read."""

import re
from collections.abc import Iterable

from msgspec import Struct

# As many digits as fit eight bytes with their sign.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class OrderLostError(Exception):
    """HubSpot did not return records in id order, so id ranges cannot be used."""


class IdRange(Struct, array_like=True, eq=False):
    """Ids from above `last` to below `end`.

    Args:
        after: the list's cursor to continue with; None at the list's beginning.
        last: the highest id delivered so far.
        end: the first id of the next range; None to the end of the list.
    """

    after: str | None = None
    last: int = -1
    end: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.last < 0 and self.end is None

    def holds(self, id_: int) -> bool:
        return self.last < id_ and (self.end is None or id_ < self.end)


def numbers(ids: Iterable[str]) -> list[int]:
    """Record ids as numbers. Raises: OrderLostError where one is not a number."""
    found = []
    for id_ in ids:
        if (number := number_of(id_)) is None:
            raise OrderLostError
        found.append(number)
    return found


def number_of(id_: str) -> int | None:
    """None where it is not a number as HubSpot writes them."""
    return int(id_) if _NUMBER.fullmatch(id_) else None
