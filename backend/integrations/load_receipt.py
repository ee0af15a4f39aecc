"""Track what a load of a small vendor has delivered: its plan, its position for a later load, and its receipt."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from integrations.integration import ItemsQuery, ObjectTypeInfo
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import (
    CHECKPOINT_ITEMS,
    LoadPlan,
    LoadReceipt,
    Position,
    Skipped,
    TypePlan,
    TypeProgress,
    TypeReceipt,
)
from integrations.values import utc_text
from integrations.vendor_api import VendorApi


@dataclass(slots=True, kw_only=True)
class ReceiptBuilder:
    """One for each load.

    Args:
        object_types: the requested ones, in the vendor's order.
        knows_changes: whether the vendor returns modification times.
        position: of this load; initially that of the load it resumes.
        has_ended: whether the last page was added.
    """

    object_types: Sequence[ObjectTypeInfo]
    query: ItemsQuery
    api: VendorApi
    knows_changes: bool
    position: Position[TypeProgress]
    began_s: float = field(default_factory=time.monotonic)
    warnings: list[Notice] = field(default_factory=list)
    has_ended: bool = field(init=False, default=False)
    _checkpoint_at: int = field(init=False)

    def __post_init__(self) -> None:
        self._checkpoint_at = self.position.delivered

    def plan(self) -> LoadPlan:
        """A plan without totals: small vendors do not count in advance."""
        return LoadPlan(object_types={object_type.name: TypePlan(None) for object_type in self.object_types})

    def begin(self) -> None:
        """Date a new load by the vendor's clock, which the first answer has set."""
        began_s = self.api.clock.now_s() - (time.monotonic() - self.began_s)
        self.position.started_ms = int(began_s * 1000)

    def add(self, items: Sequence[IntegrationItem], warnings: Sequence[Notice], after: object) -> None:
        """Record a page before its delivery; `after` is the beginning of the next one."""
        names = {object_type.item_type: object_type.name for object_type in self.object_types}
        for item in items:
            self.position.types[names[item.type]].delivered += 1
            self.position.newest = max(self.position.newest, item.last_modified_time or "")
        self.warnings += warnings
        self.position.after = after
        self.has_ended = after is None

    def is_checkpoint_due(self) -> bool:
        """Whether enough was delivered since the last checkpoint."""
        if self.position.delivered - self._checkpoint_at < CHECKPOINT_ITEMS:
            return False
        self._checkpoint_at = self.position.delivered
        return True

    def resume_position(self) -> Position[TypeProgress]:
        """The position, with warnings as counts to keep it small."""
        types = {
            name: TypeProgress(
                delivered=progress.delivered, skipped=_counted(progress.skipped, self._warnings_of(name))
            )
            for name, progress in self.position.types.items()
        }
        return Position(self.position.started_ms, types, self.position.after, self.position.newest)

    def receipt(self, resume: str | None) -> LoadReceipt:
        object_types = {name: self._type_receipt(name, ended=resume is None) for name in self.position.types}
        complete = all(receipt.complete for receipt in object_types.values())
        return LoadReceipt(
            complete=complete,
            object_types=object_types,
            requests=self.api.requests,
            retries=self.api.retries,
            duration_s=round(time.monotonic() - self.began_s, 3),
            watermark=self._watermark() if self.knows_changes and complete else None,
            resume=resume,
        )

    def _type_receipt(self, name: str, *, ended: bool) -> TypeReceipt:
        """Calls are not counted for each object type: one call returns several."""
        progress = self.position.types[name]
        skipped = [*progress.skipped]
        skipped += [{"code": warning.code, "detail": warning.detail} for warning in self._warnings_of(name)]
        complete = ended and not skipped
        return TypeReceipt(
            complete=complete,
            total=None,
            delivered=progress.delivered,
            requests=self.api.requests,
            retries=self.api.retries,
            watermark=self._type_watermark(complete=complete),
            skipped=skipped,
        )

    def _warnings_of(self, name: str) -> list[Notice]:
        return [warning for warning in self.warnings if warning.object_type in {None, name}]

    def _type_watermark(self, *, complete: bool) -> str | None:
        """The `updated_since` of the next load: the same as of this load if anything is missing."""
        if not self.knows_changes:
            return None
        since = self.query.updated_since
        return self._watermark() if complete else None if since is None else utc_text(since)

    def _watermark(self) -> str:
        """The newest change delivered, by the vendor's clock, but never later than the first load's beginning.

        A record that changed during the load may have been read before the change.
        """
        began = utc_text(datetime.fromtimestamp(self.position.started_ms / 1000, UTC))
        if not self.position.newest:
            return utc_text(self.query.updated_since) if self.query.updated_since else began
        return min(self.position.newest, began)


def _counted(before: Sequence[Skipped], warnings: Sequence[Notice]) -> list[Skipped]:
    counts = Counter({entry["code"]: entry["count"] for entry in before})
    counts.update(warning.code for warning in warnings)
    return [{"code": code, "count": count} for code, count in counts.items()]
