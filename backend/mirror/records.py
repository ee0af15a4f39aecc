"""The values of the mirror, and the canonical JSON of an item, on which digests are built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from integrations.integration_item import IntegrationItem

DeletionReason = Literal["archived", "merged", "privacy", "gone", "scope_lost", "renamed"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_ENCODER = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A record that the vendor no longer has.

    Args:
        item_id: `512_Contact`.
        object_type: name: `contacts`.
        reason: `privacy` deletes the record in any case and for good; others only if it was read before `sent_at_ms`.
        at_ms: time of the deletion, if known; shown in the feed.
        sent_at_ms: time of the request (or event) that proves the deletion.
        into: for a merge, the item id of the surviving record; for a renamed one, its present item id.
    """

    record_id: str
    item_id: str
    object_type: str
    reason: DeletionReason
    at_ms: int
    sent_at_ms: int
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The result of storing a batch of items.

    Args:
        stale: older than the stored ones.
        renamed: of the others, those that had other item ids.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    stale: int = 0
    renamed: int = 0

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            stale=self.stale + other.stale,
            renamed=self.renamed + other.renamed,
        )


class StoredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the mirror; `json` is the item as JSON."""

    record_id: str
    sent_at_ms: int
    json: bytes

    def item(self) -> IntegrationItem:
        """The item as a value."""
        return msgspec.json.decode(self.json, type=IntegrationItem)


class _Id(msgspec.Struct):
    id: str


class Version(msgspec.Struct, frozen=True):
    """The part of a record that verification compares without decryption."""

    record_id: str
    updated_at_ms: int
    sent_at_ms: int


def item_json(item: IntegrationItem) -> bytes:
    """The item as JSON; equal items have equal bytes, independent of the vendor's order of ids."""
    return _ENCODER.encode(_ordered(item))


def item_id_of(json: bytes) -> str:
    """The item id in the JSON of an item or a deletion."""
    return msgspec.json.decode(json, type=_Id).id


def updated_at_ms(item: IntegrationItem) -> int:
    """The item's modification time; 0 if there is none, or if it is before 1970."""
    try:
        moment = datetime.fromisoformat(item.last_modified_time or "")
    except ValueError:
        return 0
    return max(0, (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // _MS)


def format_ms(ms: int) -> str:
    """Milliseconds since 1970 → ISO 8601, UTC, with milliseconds."""
    return (_EPOCH + ms * _MS).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ordered(item: IntegrationItem) -> IntegrationItem:
    """The item with its lists of ids in ascending order; the same object if they already are."""
    lists = [item.children or (), *(item.associations or {}).values()]
    if not item.association_labels and all(len(ids) < 2 for ids in lists):
        return item
    return replace(
        item,
        children=None if item.children is None else sorted(item.children),
        associations=None if item.associations is None else _sorted(item.associations),
        association_labels=item.association_labels
        and {name: _sorted(labels) for name, labels in item.association_labels.items()},
    )


def _sorted(lists: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(ids) for name, ids in lists.items()}
