"""The cursor of association pages: base64 of the target's type id and record id, escaped as HubSpot sends it.

Source: issue hubspot-api-python#135 (`MC0yLTc1MDI%3D` is `0-2-7502`).
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from urllib.parse import quote, unquote

from simulator.errors import invalid
from simulator.records.object_types import ObjectType


def association_cursor(target: ObjectType, next_id: int) -> str:
    return quote(b64encode(f"{target.type_id}-{next_id}".encode()))


def read_association_cursor(text: str | None, target: ObjectType) -> int:
    """Return the first target id of the page; escaped once, twice or not at all is all the same.

    Raises: RefusalError 400 for a cursor that is not one of this target type.
    """
    if not text:
        return 0
    try:
        plain = b64decode(unquote(unquote(text)), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        plain = ""
    prefix, _, number = plain.rpartition("-")
    if prefix != target.type_id or not number.isdigit():
        raise invalid(f"Invalid paging cursor: {text[:100]}", {"after": [text[:100]]})
    return int(number)
