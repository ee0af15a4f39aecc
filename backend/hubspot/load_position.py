"""The position of a load: for each object type the parts that remain to be read, and the counts."""

import msgspec

from errors import InvalidCursorError
from hubspot.id_range import IdRange
from hubspot.object_type import ObjectType
from integrations.load_events import Position, TypeProgress


class RecordProgress(TypeProgress, omit_defaults=True, kw_only=True):
    """The progress of a load in one type.

    Args:
        parts: the remaining parts; empty at the end; None if unknown.
        total: HubSpot's count at the beginning.
        live: all records of the type if the load is a search; else the total.
        counted_ms: time of the count; epoch milliseconds.
        without_id: number of records without an id so far.
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
    """Raises: InvalidCursorError if it is not the position of a load of these types."""
    try:
        read = msgspec.convert(position, LoadPosition)
    except msgspec.ValidationError:
        raise InvalidCursorError from None
    if read.types.keys() != {object_type.type_id for object_type in object_types}:
        raise InvalidCursorError
    return read
