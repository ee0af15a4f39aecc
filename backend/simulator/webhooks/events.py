"""What a change is called in a webhook, without what every event has (ids, portal, attempt).

Sources: HubSpot webhooks (event types and payloads); live capture 2025-07 (`changeFlag`, `changeSource`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.records.object_types import ObjectType

Event = dict[str, Any]
# Types with event names of their own; others are `object.…` with `objectTypeId`.
_NAMED = frozenset({"contact", "company", "deal", "ticket", "line_item", "product"})


def created(kind: ObjectType, record_id: int) -> Event:
    return _event(kind, "creation", objectId=record_id, changeFlag="CREATED")


def changed(kind: ObjectType, record_id: int, name: str, value: str | None) -> Event:
    return _event(kind, "propertyChange", objectId=record_id, propertyName=name, propertyValue=value or "")


def deleted(kind: ObjectType, record_id: int) -> Event:
    return _event(kind, "deletion", objectId=record_id, changeFlag="DELETED")


def restored(kind: ObjectType, record_id: int) -> Event:
    return _event(kind, "restore", objectId=record_id, changeFlag="RESTORED")


def merged(kind: ObjectType, *, primary: int, losers: Sequence[int], survivor: int) -> Event:
    """`newObjectId` is there only when the survivor has an id of its own."""
    new = {"newObjectId": survivor} if survivor != primary else {}
    facts = {"primaryObjectId": primary, "mergedObjectIds": list(losers), "numberOfPropertiesMoved": 0}
    return _event(kind, "merge", objectId=primary, **facts, **new)


def erased(kind: ObjectType, record_id: int) -> list[Event]:
    """A privacy deletion is announced as a deletion, too."""
    return [_event(kind, "privacyDeletion", objectId=record_id, changeFlag="PRIVACY"), deleted(kind, record_id)]


def linked(source: ObjectType, source_id: int, target: ObjectType, target_id: int, *, removed: bool) -> list[Event]:
    """An event for each side."""
    sides = ((source, source_id, target, target_id), (target, target_id, source, source_id))
    return [
        _event(
            kind,
            "associationChange",
            associationType=f"{kind.singular}_to_{other.singular}".upper().replace(" ", "_"),
            fromObjectId=record_id,
            toObjectId=other_id,
            associationRemoved=removed,
            isPrimaryAssociation=False,
            **({} if _is_named(kind) else {"fromObjectTypeId": kind.type_id, "toObjectTypeId": other.type_id}),
        )
        for kind, record_id, other, other_id in sides
    ]


def _event(kind: ObjectType, deed: str, **facts: Any) -> Event:
    if _is_named(kind):
        return {"subscriptionType": f"{kind.singular}.{deed}", **facts}
    return {"subscriptionType": f"object.{deed}", "objectTypeId": kind.type_id, **facts}


def _is_named(kind: ObjectType) -> bool:
    return kind.singular in _NAMED
