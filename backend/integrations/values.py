"""Conversions of vendor values that Airtable and Notion share."""

import hashlib
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from integrations.integration_item import IntegrationItem, Notice

T = TypeVar("T")


def utc_text(moment: datetime) -> str:
    """ISO 8601 with milliseconds, the format of items."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def with_delta(item: IntegrationItem) -> IntegrationItem:
    """The item with a version that changes exactly when one of its fields changes."""
    item.delta = None
    item.delta = hashlib.blake2b(msgspec.json.encode(item), digest_size=12).hexdigest()
    return item


def decode_each(
    results: list[msgspec.Raw], result_type: type[T], *, object_type: str | None = None
) -> tuple[list[T], list[Notice]]:
    """Decode each result separately: an invalid record is reported and does not lose its page."""
    decoded: list[T] = []
    warnings: list[Notice] = []
    for raw in results:
        try:
            decoded.append(msgspec.json.decode(raw, type=result_type))
        except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
            detail = f"A record could not be read: {exc}."
            warnings.append(Notice(code="record_unreadable", detail=detail, object_type=object_type))
    return decoded, warnings


def matches(name: str, q: str | None) -> bool:
    """Free-text match, for vendors without a search."""
    return q is None or q.casefold() in name.casefold()
