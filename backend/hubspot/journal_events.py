"""Turn a file of the webhooks journal into signals by portal. The same signals come of it as of pushed webhooks.

Source: HubSpot webhooks journal (2026-03), actions of its specification; the fields of an event are described in
its guide only, so times are read as milliseconds and as ISO 8601, and ids as numbers and as text.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from hubspot.signals import Happening, PortalSignals, type_id_of
from hubspot.webhook_events import Id, ReadEvents, UnreadableBodyError

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


class JournalEvent(msgspec.Struct, rename="camel", frozen=True):
    """What we read of an event."""

    portal_id: Id
    action: Annotated[str, msgspec.Meta(max_length=100)]
    occurred_at: int | str
    object_id: Id | None = None
    object_type_id: str | None = None
    primary_object_id: Id | None = None
    new_object_id: Id | None = None
    merged_object_ids: Annotated[list[Id], msgspec.Meta(max_length=1_000)] = []
    from_object_id: Id | None = None
    from_object_type_id: str | None = None
    to_object_id: Id | None = None
    to_object_type_id: str | None = None


class _File(msgspec.Struct, rename="camel", frozen=True):
    journal_events: list[msgspec.Raw]


_file = msgspec.json.Decoder(_File)
_event = msgspec.json.Decoder(JournalEvent, strict=False)


def read_journal_file(content: bytes, *, now_ms: int) -> ReadEvents:
    """Read every event that can be read; times ahead of our clock count as now.

    Raises: UnreadableBodyError when it is no file of the journal.
    """
    try:
        raw_events = _file.decode(content).journal_events
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise UnreadableBodyError(type(exc).__name__) from exc
    read = ReadEvents()
    for raw in raw_events:
        try:
            event = _event.decode(raw)
            at_ms = min(_epoch_ms(event.occurred_at), now_ms)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError):
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
    targets = [] if happening is None else list(_targets(event, happening))
    if happening is None or not targets:
        read.ignored += 1
        return
    signals = read.portals.setdefault(event.portal_id, PortalSignals())
    signals.events += 1
    for type_id, record_id in targets:
        signals.add(happening, type_id, (record_id,), at_ms)
    read.accepted += 1


def _targets(event: JournalEvent, happening: Happening) -> Iterator[tuple[str, int]]:
    """Type and id of each record that may have changed."""
    if happening == "linked":
        sides = (
            (event.from_object_id or event.object_id, event.from_object_type_id or event.object_type_id),
            (event.to_object_id, event.to_object_type_id),
        )
        yield from ((kind, id_) for id_, name in sides if id_ and (kind := type_id_of(name or "")))
        return
    # A privacy deletion is of contacts only.
    type_id = type_id_of(event.object_type_id or (CONTACTS if happening == "erased" else ""))
    if type_id is None:
        return
    ids = (event.new_object_id, event.primary_object_id, event.object_id, *event.merged_object_ids)
    yield from ((type_id, record_id) for record_id in dict.fromkeys(ids) if record_id is not None)


def _epoch_ms(moment: int | str) -> int:
    """Raises: ValueError."""
    if isinstance(moment, int) or moment.isdecimal():
        return int(moment)
    at = datetime.fromisoformat(moment)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
