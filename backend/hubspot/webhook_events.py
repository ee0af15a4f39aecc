"""Turn the body of a pushed webhook into signals by portal.

A body is a JSON array of events. Events come in any order and more than once, and one that is broken or unknown does
not cost the others. Both the earlier names (`contact.creation`) and the generic ones (`object.creation` with
`objectTypeId`) are read. Source: HubSpot webhooks, event types and payloads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from hubspot.signals import Happening, PortalSignals, type_id_of

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]

_HAPPENINGS: Mapping[str, Happening] = {
    "creation": "created",
    "propertyChange": "changed",
    "associationChange": "linked",
    "merge": "merged",
    "restore": "restored",
    "deletion": "deleted",
    "privacyDeletion": "erased",
}
GENERIC = "object"


class UnreadableBodyError(ValueError):
    """The body is no JSON array."""


class WebhookEvent(msgspec.Struct, rename="camel", frozen=True):
    """What we read of an event. Everything else (values included) is dropped unread."""

    portal_id: Id
    subscription_type: Annotated[str, msgspec.Meta(max_length=100)]
    occurred_at: Annotated[int, msgspec.Meta(ge=0)]
    object_id: Id | None = None
    object_type_id: str | None = None
    primary_object_id: Id | None = None
    new_object_id: Id | None = None
    merged_object_ids: Annotated[list[Id], msgspec.Meta(max_length=1_000)] = []
    from_object_id: Id | None = None
    from_object_type_id: str | None = None
    to_object_id: Id | None = None
    to_object_type_id: str | None = None
    association_type: str | None = None


@dataclass(slots=True)
class ReadEvents:
    """The signals of a body, and what of it led to none."""

    portals: dict[int, PortalSignals] = field(default_factory=dict)
    accepted: int = 0
    ignored: int = 0
    """Well-formed events of a kind that concerns no record."""
    broken: int = 0


_events = msgspec.json.Decoder(list[msgspec.Raw])
_event = msgspec.json.Decoder(WebhookEvent, strict=False)


def read_events(body: bytes, *, now_ms: int) -> ReadEvents:
    """Read every event that can be read.

    Times that are ahead of our clock count as now: a signal that lies in the future would never be caught up with.

    Raises: UnreadableBodyError when the body is no JSON array.
    """
    try:
        raw_events = _events.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise UnreadableBodyError(type(exc).__name__) from exc
    read = ReadEvents()
    for raw in raw_events:
        try:
            event = _event.decode(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            read.broken += 1
            continue
        _add(read, event, now_ms)
    return read


def _add(read: ReadEvents, event: WebhookEvent, now_ms: int) -> None:
    kind, _, deed = event.subscription_type.partition(".")
    happening = _HAPPENINGS.get(deed)
    targets = [] if happening is None else list(_targets(event, happening, kind))
    if happening is None or not targets:
        read.ignored += 1
        return
    signals = read.portals.setdefault(event.portal_id, PortalSignals())
    signals.events += 1
    for type_id, record_id in targets:
        signals.add(happening, type_id, (record_id,), min(event.occurred_at, now_ms))
    read.accepted += 1


def _targets(event: WebhookEvent, happening: Happening, kind: str) -> Iterator[tuple[str, int]]:
    """Type and id of each record that may have changed."""
    if happening == "linked":
        yield from _linked(event, kind)
        return
    type_id = type_id_of(event.object_type_id or "") if kind == GENERIC else type_id_of(kind)
    if type_id is None:
        return
    if happening == "merged":
        # The survivor comes first; each of the others is found to be merged away when it is read.
        ids = (event.new_object_id, event.primary_object_id, event.object_id, *event.merged_object_ids)
        yield from ((type_id, record_id) for record_id in dict.fromkeys(ids) if record_id is not None)
    elif event.object_id is not None:
        yield type_id, event.object_id


def _linked(event: WebhookEvent, kind: str) -> Iterator[tuple[str, int]]:
    """Both sides, where their types can be told. HubSpot sends an event for each side to who subscribed to both."""
    left, _, right = (event.association_type or "").partition("_TO_")
    sides = (
        (event.from_object_id or event.object_id, event.from_object_type_id or event.object_type_id, left or kind),
        (event.to_object_id, event.to_object_type_id, right),
    )
    for record_id, type_name, further_name in sides:
        type_id = type_id_of(type_name or "") or type_id_of(further_name)
        if record_id is not None and type_id is not None:
            yield type_id, record_id
