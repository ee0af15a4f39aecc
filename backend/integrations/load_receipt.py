"""What a load has delivered so far: its plan before, its receipt after, and what one that goes on must know of it."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from integrations.integration import ItemsQuery, ObjectTypeInfo
from integrations.integration_item import CHECKPOINT_ITEMS, IntegrationItem, Notice
from integrations.values import utc_text
from integrations.vendor_api import VendorApi


class Position(Struct):
    """Where a load ended that is to go on later, and what came of it and of those it went on from.

    Args:
        place: where to go on, None at the beginning.
        began: when the first of them did, ISO 8601 in UTC.
        newest: the latest change delivered, likewise; empty while there is none.
        delivered: how many items, by item type.
        left_out: warnings, each as its code, its object type, and how many there were.
    """

    place: Any
    began: str
    newest: str
    delivered: dict[str, int]
    left_out: list[tuple[str, str | None, int]]


@dataclass(slots=True)
class ReceiptBuilder:
    """One for each load. `kinds` are the object types that were asked for; `before` is what it goes on from."""

    kinds: tuple[ObjectTypeInfo, ...]
    query: ItemsQuery
    api: VendorApi
    before: Position = field(default_factory=lambda: Position(None, utc_text(datetime.now(UTC)), "", {}, []))
    began_s: float = field(default_factory=time.monotonic)
    delivered: Counter[str] = field(init=False)
    warnings: list[Notice] = field(default_factory=list)
    newest: str = field(init=False)
    told_at: int = field(init=False)

    def __post_init__(self) -> None:
        self.delivered = Counter(self.before.delivered)
        self.newest = self.before.newest
        self.told_at = self.delivered.total()

    def plan(self) -> dict[str, Any]:
        """How much there is nobody says beforehand."""
        return {
            "object_types": {kind.name: {"total": None} for kind in self.kinds},
            "requests": None,
            "seconds": None,
        }

    def add(self, items: Iterable[IntegrationItem], warnings: Iterable[Notice]) -> None:
        for item in items:
            self.delivered[item.type] += 1
            self.newest = max(self.newest, item.last_modified_time or "")
        self.warnings += warnings

    def has_come_far(self) -> bool:
        """Whether enough was delivered since it last was so."""
        delivered = self.delivered.total()
        if delivered - self.told_at < CHECKPOINT_ITEMS:
            return False
        self.told_at = delivered
        return True

    def position(self, place: Any) -> Position:
        """For one that goes on from that place."""
        left_out = Counter({(code, kind): count for code, kind, count in self.before.left_out})
        left_out.update((one.code, one.object_type) for one in self.warnings)
        told = [(code, kind, count) for (code, kind), count in left_out.items()]
        return Position(place, self.before.began, self.newest, dict(self.delivered), told)

    def receipt(self, resume: str | None, *, knows_changes: bool) -> dict[str, Any]:
        complete = not self.warnings and not self.before.left_out and resume is None
        return {
            "complete": complete,
            "object_types": {
                kind.name: self._of_kind(kind, ended=resume is None, knows_changes=knows_changes) for kind in self.kinds
            },
            "requests": self.api.requests,
            "retries": self.api.retries,
            "duration_s": round(time.monotonic() - self.began_s, 3),
            "watermark": self._watermark() if knows_changes and complete else None,
            "resume": resume,
        }

    def _of_kind(self, kind: ObjectTypeInfo, *, ended: bool, knows_changes: bool) -> dict[str, Any]:
        """Calls are not kept apart by object type: one brings several."""
        skipped: list[dict[str, Any]] = [
            {"code": code, "count": count}
            for code, object_type, count in self.before.left_out
            if object_type in {None, kind.name}
        ]
        skipped += [
            {"code": one.code, "detail": one.detail} for one in self.warnings if one.object_type in {None, kind.name}
        ]
        return {
            "complete": ended and not skipped,
            "total": None,
            "delivered": self.delivered[kind.item_type],
            "requests": self.api.requests,
            "retries": self.api.retries,
            "watermark": self._type_watermark(complete=ended and not skipped, knows_changes=knows_changes),
            "skipped": skipped,
        }

    def _type_watermark(self, *, complete: bool, knows_changes: bool) -> str | None:
        """Where the next load of the type continues from: where this one began, if it lacks anything."""
        if not knows_changes:
            return None
        since = self.query.updated_since
        return self._watermark() if complete else None if since is None else utc_text(since)

    def _watermark(self) -> str | None:
        """The newest change delivered, by the vendor's clock, but never later than the first load's beginning.

        What changed during the load may have been read before it did.
        """
        began = self.before.began
        if not self.newest:
            return utc_text(self.query.updated_since) if self.query.updated_since else began
        return min(self.newest, began)
