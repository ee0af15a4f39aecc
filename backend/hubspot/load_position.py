"""Where a load of a portal is: for each object type what is left to read, and what was counted."""

import msgspec

from errors import InvalidCursorError
from hubspot.id_range import IdRange
from hubspot.object_type import ObjectType
from integrations.load_events import Position, TypeProgress


class RecordProgress(TypeProgress, omit_defaults=True, kw_only=True):
    """How far a load has come in one type.

    Args:
        parts: what is left to read; empty at the end; None where that is not known.
        total: HubSpot's count at the beginning.
        live: all records of the type, when a search chooses among them; else the total.
        counted_ms: when they were counted; epoch milliseconds.
        without_id: records that came without an id so far.
    """

    parts: list[IdRange] | None
    total: int | None = None
    live: int | None = None
    counted_ms: int = 0
    without_id: int = 0


LoadPosition = Position[RecordProgress]


def first_position(object_types: tuple[ObjectType, ...], started_ms: int) -> LoadPosition:
    return LoadPosition(
        started_ms, {object_type.type_id: RecordProgress(parts=[IdRange()]) for object_type in object_types}
    )


def read_position(position: object, object_types: tuple[ObjectType, ...]) -> LoadPosition:
    """Raises: InvalidCursorError when it is not a position of a load of these types."""
    try:
        read = msgspec.convert(position, LoadPosition)
    except msgspec.ValidationError:
        raise InvalidCursorError from None
    if read.types.keys() != {object_type.type_id for object_type in object_types}:
        raise InvalidCursorError
    return read
