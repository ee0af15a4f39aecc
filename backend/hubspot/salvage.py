"""Read the valid part of an invalid JSON value, so that one invalid definition does not lose the others. Pure."""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin

import httpx
import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from errors import UpstreamMalformedError
from hubspot.protocol import parse
from hubspot.wire import Listing

T = TypeVar("T", bound=Struct)


_UNREAD = msgspec.json.Decoder(Listing[msgspec.Raw])


def parse_listing(
    response: httpx.Response, decoder: msgspec.json.Decoder[Listing[T]], wire_type: type[T]
) -> Listing[T]:
    """A page of definitions or owners, without entries that cannot be read. Raises: as `protocol.parse`."""
    try:
        return parse(response, decoder)
    except UpstreamMalformedError:
        unread = parse(response, _UNREAD)
    results = [result for raw in unread.results if (result := read_one(raw, wire_type)) is not None]
    return Listing(results, unread.paging, unread.total)


def read_one(raw: msgspec.Raw, wire_type: type[T]) -> T | None:
    """One element, or its valid part; None if it cannot be read."""
    try:
        return msgspec.json.decode(raw, type=wire_type)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        return salvage(msgspec.json.decode(raw), wire_type)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def salvage(odd: object, wire_type: type[T]) -> T | None:
    """The value with defaults for invalid fields; None if an invalid field has no default."""
    if not isinstance(odd, dict):
        return None
    kept = {}
    for field in fields(wire_type):
        if field.encode_name in odd and (fitting := _fitting(odd[field.encode_name], field)) is not NODEFAULT:
            kept[field.name] = fitting
        elif field.required:
            return None
    return wire_type(**kept)


def _fitting(value: object, field: FieldInfo) -> Any:
    """The value as the field's type, with a numeric identifier as text; NODEFAULT if it does not fit."""
    try:
        return msgspec.convert(value, field.type)
    except msgspec.ValidationError:
        pass
    if field.type is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if get_origin(field.type) is list and isinstance(value, list):
        return list(_fitting_elements(value, get_args(field.type)[0]))
    return NODEFAULT


def _fitting_elements(values: list[Any], wire_type: type) -> Iterator[Any]:
    is_struct = issubclass(wire_type, Struct)
    for value in values:
        if is_struct and (kept := salvage(value, wire_type)) is not None:
            yield kept
        if not is_struct and isinstance(value, wire_type):
            yield value
