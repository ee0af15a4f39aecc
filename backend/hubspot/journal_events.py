"""Turn a file of the webhooks journal into signals by portal, the same as those of pushed webhooks.

Source: HubSpot webhooks journal (2026-03), actions of its specification. Only the guide describes the fields of an
event, so times are accepted as milliseconds or ISO 8601, and ids as numbers or text.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from hubspot.record_events import ReadEvents, RecordEvent, decode_body, decode_events
from hubspot.signals import Happening, PortalSignals, type_id_of

_HAPPENINGS: Mapping[str, Happening] = {
    "CREATE": "created",
    "UPDATE": "changed",
    "ASSOCIATION_ADDED": "linked",
    "ASSOCIATION_REMOVED": "linked",
    "MERGE": "merged",
    "RESTORE": "restored",
    "DELETE": "deleted",
    "GDPR_DELETE": "erased",
}
UNINSTALL = "APP_UNINSTALL"
CONTACTS = "0-1"


class JournalEvent(RecordEvent, frozen=True, kw_only=True):
    """One event of a file."""

    action: Annotated[str, msgspec.Meta(max_length=100)]
    occurred_at: int | str


class _File(msgspec.Struct, rename="camel", frozen=True):
    journal_events: list[msgspec.Raw]


_file = msgspec.json.Decoder(_File)
_event = msgspec.json.Decoder(JournalEvent, strict=False)


def read_journal_file(content: bytes, *, now_ms: int) -> ReadEvents:
    """Read every readable event; times in the future count as now.

    Raises: UnreadableBodyError if it is not a journal file.
    """
    raw_events, read = decode_body(content, _file).journal_events, ReadEvents()
    for event in decode_events(raw_events, _event, read):
        try:
            at_ms = min(_epoch_ms(event.occurred_at), now_ms)
        except ValueError:
            read.broken += 1
            continue
        _add(read, event, at_ms)
    return read


def _add(read: ReadEvents, event: JournalEvent, at_ms: int) -> None:
    if event.action == UNINSTALL:
        signals = read.portals.setdefault(event.portal_id, PortalSignals())
        signals.removed_at_ms = max(signals.removed_at_ms or 0, at_ms)
        read.accepted += 1
        return
    happening = _HAPPENINGS.get(event.action)
    read.add(event.portal_id, happening, _targets(event, happening), at_ms=at_ms)


def _targets(event: JournalEvent, happening: Happening | None) -> Iterator[tuple[str, int]]:
    """Type and id of each record that may have changed."""
    if happening == "linked":
        sides = (
            (event.from_object_id or event.object_id, event.from_object_type_id or event.object_type_id),
            (event.to_object_id, event.to_object_type_id),
        )
        yield from ((type_id, id_) for id_, name in sides if id_ and (type_id := type_id_of(name or "")))
        return
    # Only contacts can be deleted for privacy.
    type_id = type_id_of(event.object_type_id or (CONTACTS if happening == "erased" else ""))
    if type_id is not None:
        yield from ((type_id, record_id) for record_id in event.record_ids)


def _epoch_ms(moment: int | str) -> int:
    """Raises: ValueError."""
    if isinstance(moment, int) or moment.isdecimal():
        return int(moment)
    at = datetime.fromisoformat(moment)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
