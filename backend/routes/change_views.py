"""The change feed as the API shows it: a page, and the lines of a stream."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, Field, RootModel

from integrations.integration_item import IntegrationItem
from mirror.feed import Change, Changes
from mirror.records import DeletionReason, format_ms
from routes.problems import Problem
from sync.state import Sync, TypeState

Next = Annotated[str, Field(description="Cursor after these changes: the next `after`.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The freshness of the answer: no change before `as_of` is missing."""

    as_of: Annotated[
        str | None,
        Field(description="The stored records are at least as new as this. ISO 8601; null until all are loaded."),
    ]
    verified_at: Annotated[
        str | None, Field(description="When they were last proven equal to the vendor's. ISO 8601; null until then.")
    ]


# Not frozen, because creating it would take twice as long, and a feed has millions of them.
@dataclass(slots=True, kw_only=True)
class ChangeView:
    """One change. The change with the largest `seq` is the record's present state."""

    seq: Annotated[
        str,
        Field(description="Increases with every change; the largest of a record is its present state."),
    ]
    op: Literal["created", "updated", "deleted"]
    object_type: Annotated[str, Field(description="Name of the object type: `contacts`.")]
    id: Annotated[str, Field(description="Item id: `512_Contact`. Store the record under connection and id.")]
    reason: Annotated[
        DeletionReason | None,
        Field(
            description="Reason of a deletion: `archived`; `merged` into another record; `privacy`: delete every copy;"
            " `gone`: the vendor no longer has it; `scope_lost`: it may no longer be read; `renamed`: its object type"
            " has another label, so the record has another id."
        ),
    ]
    into: Annotated[
        str | None, Field(description="For a merge: the item id of the surviving record; if renamed: its new item id.")
    ]
    at: Annotated[str | None, Field(description="When it was changed or deleted at the vendor. ISO 8601, UTC.")]
    item: Annotated[IntegrationItem | None, Field(description="Null for a deletion, and with `items=false`.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage(Freshness):
    """Some changes, in order."""

    changes: list[ChangeView]
    next: Next
    up_to_date: Annotated[bool, Field(description="There are no more changes at present.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpToDate(Freshness):
    """There are no more changes at present."""

    next: Next


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheckpoint:
    """More changes follow; store `next` together with the changes before it."""

    next: Next


class ChangeLine(BaseModel):
    change: ChangeView


class CheckpointLine(BaseModel):
    checkpoint: FeedCheckpoint


class UpToDateLine(BaseModel):
    """The last line; with `live=true` new changes follow."""

    up_to_date: UpToDate


class FeedErrorLine(BaseModel):
    """The last line of a stream that failed. Continue from the last `next`."""

    error: Problem


class FeedLine(RootModel[ChangeLine | CheckpointLine | UpToDateLine | FeedErrorLine]):
    """One line of the change feed as application/x-ndjson: an object with exactly one of these keys."""


def view_change(change: Change, *, with_item: bool) -> ChangeView:
    item: Any = msgspec.Raw(change.json) if with_item and change.json is not None else None
    return ChangeView(
        seq=str(change.seq),
        op=change.op,
        object_type=change.object_type,
        id=change.id,
        reason=change.reason,  # type: ignore[arg-type] # stored by this service
        into=change.into,
        at=change.at,
        item=item,
    )


def view_page(page: Changes, freshness: Freshness, *, with_items: bool) -> ChangesPage:
    return ChangesPage(
        changes=[view_change(change, with_item=with_items) for change in page.changes],
        next=page.next,
        up_to_date=page.up_to_date,
        as_of=freshness.as_of,
        verified_at=freshness.verified_at,
    )


def freshness_of(sync: Sync, object_types: tuple[str, ...]) -> Freshness:
    """The oldest freshness of these object types; of all types if none are given."""
    states = [sync.progress.types.get(name) or TypeState() for name in object_types or sync.wanted.object_types]
    return Freshness(
        as_of=_oldest([state.as_of_ms for state in states]),
        verified_at=_oldest([state.verified_at_ms for state in states]),
    )


def _oldest(times_ms: list[int]) -> str | None:
    """Null when one of them is missing (0)."""
    return format_ms(min(times_ms)) if times_ms and all(times_ms) else None
