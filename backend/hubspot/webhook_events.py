"""Turn the body of a pushed webhook into signals by portal.

A body is a JSON array of events. Events may be unordered and repeated, and an invalid or unknown event does not lose
the others. Both the earlier names (`contact.creation`) and the generic ones (`object.creation` with `objectTypeId`) are
accepted. Source: HubSpot webhooks, event types and payloads.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from hubspot.record_events import ReadEvents, RecordEvent, decode_body, decode_events
from hubspot.signals import Happening, type_id_of

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


class WebhookEvent(RecordEvent, frozen=True, kw_only=True):
    """One event of a push."""

    subscription_type: Annotated[str, msgspec.Meta(max_length=100)]
    occurred_at: Annotated[int, msgspec.Meta(ge=0)]
    association_type: str | None = None


_events = msgspec.json.Decoder(list[msgspec.Raw])
_event = msgspec.json.Decoder(WebhookEvent, strict=False)


def read_events(body: bytes, *, now_ms: int) -> ReadEvents:
    """Read every readable event.

    Times in the future count as now: a signal in the future would never be processed.

    Raises: UnreadableBodyError if the body is not a JSON array.
    """
    raw_events, read = decode_body(body, _events), ReadEvents()
    for event in decode_events(raw_events, _event, read):
        type_name, _, event_name = event.subscription_type.partition(".")
        happening = _HAPPENINGS.get(event_name)
        targets = _targets(event, happening, type_name)
        read.add(event.portal_id, happening, targets, at_ms=min(event.occurred_at, now_ms))
    return read


def _targets(event: WebhookEvent, happening: Happening | None, type_name: str) -> Iterator[tuple[str, int]]:
    """Type and id of each record that may have changed."""
    if happening == "linked":
        yield from _linked(event, type_name)
        return
    type_id = type_id_of(event.object_type_id or "") if type_name == GENERIC else type_id_of(type_name)
    if type_id is None:
        return
    if happening == "merged":
        yield from ((type_id, record_id) for record_id in event.record_ids)
    elif event.object_id is not None:
        yield type_id, event.object_id


def _linked(event: WebhookEvent, type_name: str) -> Iterator[tuple[str, int]]:
    """Both records whose types are known. HubSpot sends one event per side to an app that subscribed to both types."""
    left, _, right = (event.association_type or "").partition("_TO_")
    from_names = (event.from_object_type_id or event.object_type_id, left, type_name)
    sides = (
        (event.from_object_id or event.object_id, from_names),
        (event.to_object_id, (event.to_object_type_id, right)),
    )
    for record_id, names in sides:
        type_id = next((found for name in names if (found := type_id_of(name or ""))), None)
        if record_id is not None and type_id is not None:
            yield type_id, record_id
