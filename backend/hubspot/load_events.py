"""What a load tells its reader, in this order: a plan, items and notices as they come, how far it got, a receipt."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from hubspot.partitions import IdRange
from integrations.integration_item import IntegrationItem, Notice


@dataclass(frozen=True, slots=True)
class TypePlan:
    """HubSpot's own count; None where it cannot be known."""

    total: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`requests` and `seconds` are estimates, None where there is no total to make them from."""

    object_types: dict[str, TypePlan]
    requests: int | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Items:
    """Some items of one object type."""

    items: list[IntegrationItem]


class TypeProgress(Struct, omit_defaults=True):
    """How far the reader of a load has got in one type.

    Args:
        parts: what is left to read; empty at the end; None where that cannot be said.
        delivered: items so far.
        total: HubSpot's count at the beginning.
        live: all there were of the type, when a search chooses among them; else the total.
        counted_ms: when that was.
        without_id: records that came without an id so far.
        skipped: what else the delivered records lack, as a receipt has it.
    """

    parts: list[IdRange] | None
    delivered: int = 0
    total: int | None = None
    live: int | None = None
    counted_ms: int = 0
    without_id: int = 0
    skipped: list[dict[str, Any]] = msgspec.field(default_factory=list)


class Position(Struct):
    """Where a load ended that is to go on later: progress by type id; `started_ms` is the first load's."""

    started_ms: int
    types: dict[str, TypeProgress]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeReceipt:
    """What became of one type.

    Args:
        complete: everything HubSpot holds of it was delivered.
        total: HubSpot's count at the beginning.
        delivered: items of this load and of those it went on from.
        watermark: the next `updated_since` for this type alone, ISO 8601: of a complete type the next one, else the
            one that was asked for, None where there was none.
        skipped: what was left out, each with its `code`.
    """

    complete: bool
    total: int | None
    delivered: int
    requests: int
    retries: int
    watermark: str | None = None
    skipped: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a load.

    Args:
        complete: every type is.
        watermark: the next `updated_since`, ISO 8601; None unless the load is complete.
        resume: where to go on; None at the end, or where it cannot be said.
    """

    complete: bool
    object_types: dict[str, TypeReceipt]
    requests: int
    retries: int
    duration_s: float
    watermark: str | None
    resume: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class LoadCheckpoint:
    """Everything before it was taken; `resume` is where to go on, as in a receipt."""

    resume: dict[str, Any]


Event = Plan | Items | Notice | LoadCheckpoint | Receipt
