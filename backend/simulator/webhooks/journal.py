"""The webhooks journal: what happens in accounts, in files that the app fetches in order, with a token of its own.

Only what an account was subscribed to is written. Files are kept for three days; the address of a file needs no token
and ends after a while. Source: HubSpot webhooks journal specification, 2026-03; retention and fields: its guide.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from simulator.moments import DAY_MS, iso_millis
from simulator.records.portal import Portal
from simulator.webhooks.events import Event

KEPT_MS = 3 * DAY_MS
# How long the address of a file works. Ours: HubSpot only says when it ends.
ADDRESS_MS = 10 * 60_000
TOKEN_LIFETIME_S = 1_800
_ACTIONS = {
    "creation": "CREATE",
    "propertyChange": "UPDATE",
    "deletion": "DELETE",
    "merge": "MERGE",
    "restore": "RESTORE",
    "privacyDeletion": "GDPR_DELETE",
}


@dataclass(frozen=True, slots=True)
class File:
    offset: str
    content: bytes
    published_ms: int


@dataclass(slots=True)
class Journal:
    """The files of all accounts together, subscriptions and tokens."""

    portals: Mapping[int, Portal]
    now_ms: Callable[[], int]
    files: list[File] = field(default_factory=list)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, tuple[File, int]] = field(default_factory=dict)
    _events: list[dict[str, Any]] = field(default_factory=list)

    def reset(self) -> None:
        for kept in (self.files, self.subscriptions, self.tokens, self.addresses, self._events):
            kept.clear()

    def issue_token(self) -> str:
        token = f"app-{secrets.token_urlsafe(24)}"
        self.tokens[token] = self.now_ms() + TOKEN_LIFETIME_S * 1000
        return token

    def accepts(self, authorization: str) -> bool:
        return self.tokens.get(authorization.removeprefix("Bearer "), 0) > self.now_ms()

    def publish(self, portal_id: int, events: Sequence[Event]) -> None:
        """Take what happened; of these, what was subscribed to is in the next file."""
        types = {
            table.object_type.singular: table.object_type.type_id for table in self.portals[portal_id].tables.values()
        }
        for event in events:
            written = _written(portal_id, event, types)
            if self._is_subscribed(written):
                self._events.append(written)

    def uninstalled(self, portal_id: int) -> None:
        event = {"type": "appLifecycleEvent", "action": "APP_UNINSTALL", "portalId": portal_id}
        if self._is_subscribed(event):
            self._events.append(event | {"occurredAt": iso_millis(self.now_ms())})

    def after(self, offset: str | None) -> File | None:
        """The file after an offset, or the oldest. Raises: KeyError for an offset that is not kept (any more)."""
        self._write_file()
        now_ms = self.now_ms()
        self.files = [file for file in self.files if file.published_ms > now_ms - KEPT_MS]
        if offset is None:
            return self.files[0] if self.files else None
        offsets = [file.offset for file in self.files]
        if offset not in offsets:
            raise KeyError(offset)
        following = self.files[offsets.index(offset) + 1 :]
        return following[0] if following else None

    def address_of(self, file: File) -> tuple[str, int]:
        """The name of a file's address, and when it ends."""
        name, ends_ms = secrets.token_urlsafe(16), self.now_ms() + ADDRESS_MS
        self.addresses[name] = (file, ends_ms)
        return name, ends_ms

    def content_at(self, name: str) -> bytes | None:
        """None when the address is unknown, or has ended."""
        file, ends_ms = self.addresses.get(name, (None, 0))
        return file.content if file is not None and ends_ms > self.now_ms() else None

    def _write_file(self) -> None:
        if not self._events:
            return
        offset, now_ms = secrets.token_hex(16), self.now_ms()
        content = {"offset": offset, "journalEvents": self._events, "publishedAt": iso_millis(now_ms)}
        self.files.append(File(offset, msgspec.json.encode(content), now_ms))
        self._events = []

    def _is_subscribed(self, event: dict[str, Any]) -> bool:
        kinds = {"crmObject": "OBJECT", "association": "ASSOCIATION", "appLifecycleEvent": "APP_LIFECYCLE_EVENT"}
        kind = "GDPR_PRIVACY_DELETION" if event["action"] == "GDPR_DELETE" else kinds[event["type"]]
        type_id = event.get("objectTypeId") or event.get("fromObjectTypeId")
        return any(
            subscription["subscriptionType"] == kind
            and subscription.get("portalId", event["portalId"]) == event["portalId"]
            and subscription.get("objectTypeId", type_id) == type_id
            and event["action"] in subscription.get("actions", [event["action"]])
            for subscription in self.subscriptions
        )


def _written(portal_id: int, event: Event, types: Mapping[str, str]) -> dict[str, Any]:
    """An event as the journal has it."""
    name, _, deed = event["subscriptionType"].partition(".")
    common = {"portalId": portal_id, "occurredAt": iso_millis(event["occurredAt"])}
    type_id = event.get("objectTypeId") or types.get(name, "")
    if deed == "associationChange":
        left, _, right = event["associationType"].lower().partition("_to_")
        return common | {
            "type": "association",
            "action": "ASSOCIATION_REMOVED" if event["associationRemoved"] else "ASSOCIATION_ADDED",
            "fromObjectTypeId": event.get("fromObjectTypeId") or types.get(left, ""),
            "fromObjectId": event["fromObjectId"],
            "toObjectTypeId": event.get("toObjectTypeId") or types.get(right, ""),
            "toObjectId": event["toObjectId"],
        }
    merge = {key: event[key] for key in ("primaryObjectId", "mergedObjectIds", "newObjectId") if key in event}
    about = {"type": "crmObject", "action": _ACTIONS[deed], "objectTypeId": type_id, "objectId": event["objectId"]}
    return common | about | merge
