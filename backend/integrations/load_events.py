"""The events of a whole load, as loaders yield them, streams write them and OpenAPI documents them.

Order of events: a plan → items and notices as they arrive, a checkpoint after every few thousand items → a receipt.
An error is raised after the receipt if the plan was sent, and without a receipt otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

from msgspec import Struct, field
from pydantic import Field
from typing_extensions import TypedDict

from integrations.integration_item import IntegrationItem, Notice

CHECKPOINT_ITEMS = 2_000
Source = Literal["live", "mirror"]


@dataclass(frozen=True, slots=True)
class TypePlan:
    total: Annotated[int | None, Field(description="The vendor's count; null if there is none.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """What the load will read. `requests` and `seconds` are estimates."""

    object_types: Annotated[dict[str, TypePlan], Field(description="By `name` of GET object-types.")]
    requests: Annotated[int | None, Field(description="Estimated calls to the vendor; null if nothing is counted.")] = (
        None
    )
    seconds: Annotated[int | None, Field(description="Estimated seconds; null if nothing is counted.")] = None
    source: Annotated[Source, Field(description="`live`: the vendor; `mirror`: stored records.")] = "live"
    as_of: Annotated[
        str | None, Field(description="Stored records are at least as new as this. ISO 8601; null if read live.")
    ] = None
    changes_after: Annotated[
        str | None,
        Field(description="Of stored records: `after` of GET …/changes, for later changes. Null of live ones."),
    ] = None


@dataclass(frozen=True, slots=True)
class Items:
    """Some items of one object type, in a stream one line each."""

    items: list[IntegrationItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint(Notice):
    """All earlier items were delivered: a load interrupted later continues from `resume`."""

    code: Annotated[str, Field(description="`checkpoint`")] = "checkpoint"
    detail: Annotated[str, Field(description="One sentence for a person.")] = (
        "Everything so far is delivered. If the load is interrupted, it can resume from here."
    )
    resume: Annotated[str, Field(description="The `after` to resume from here.")]
    requests: Annotated[int, Field(description="Calls to the vendor since the load began or was resumed.")]


class Skipped(TypedDict):
    """Data that was left out. The other members depend on `code`."""

    code: Annotated[str, Field(description="Stable: `scope_missing`, `record_without_id`, …")]
    detail: NotRequired[Annotated[str, Field(description="One sentence for a person.")]]
    object_type: NotRequired[Annotated[str, Field(description="The type whose associations are missing.")]]
    missing_scopes: NotRequired[Annotated[list[str], Field(description="Scopes that must be granted to read it.")]]
    names: NotRequired[Annotated[list[str], Field(description="The kind of missing names: `owners`, `pipelines`, …")]]
    count: NotRequired[Annotated[int, Field(description="Number of records or warnings.")]]
    ids: NotRequired[Annotated[list[str], Field(description="The vendor's ids of some of these records.")]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeReceipt:
    """The result of one object type."""

    complete: Annotated[bool, Field(description="All of its records at the vendor were delivered.")]
    total: Annotated[int | None, Field(description="The vendor's count at the beginning; null if there is none.")]
    delivered: Annotated[int, Field(description="Items of this load and of those that it resumed.")]
    requests: Annotated[int, Field(description="Calls to the vendor.")]
    retries: Annotated[int, Field(description="Repeated calls.")]
    watermark: Annotated[
        str | None,
        Field(
            description="The next `updated_since` for this type alone: of a complete type the next one, else the one"
            " that was requested, null if there was none."
        ),
    ]
    skipped: list[Skipped]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReceipt:
    """The result of the load."""

    complete: Annotated[
        bool, Field(description="True if every object type is complete; otherwise the missing data is named.")
    ]
    object_types: Annotated[dict[str, TypeReceipt], Field(description="By `name` of GET object-types.")]
    requests: Annotated[int, Field(description="Calls to the vendor.")]
    retries: Annotated[int, Field(description="Repeated calls.")]
    duration_s: Annotated[float, Field(description="Seconds.")]
    watermark: Annotated[
        str | None, Field(description="The next `updated_since`, ISO 8601; null unless the load is complete.")
    ]
    resume: Annotated[
        str | None,
        Field(description="The `after` to resume; null if nothing remains, or if that is unknown."),
    ]


LoadEvent = LoadPlan | Items | Notice | LoadReceipt


class TypeProgress(Struct, omit_defaults=True, kw_only=True):
    """The progress in one object type, of this load and those it resumed.

    Args:
        skipped: data that was left out or is missing from delivered items.
    """

    delivered: int = 0
    skipped: list[Skipped] = field(default_factory=list)


Progress = TypeVar("Progress", bound=TypeProgress)


class Position(Struct, Generic[Progress], omit_defaults=True):
    """The position from which an interrupted load resumes. A `resume` is a sealed position.

    Args:
        started_ms: when the first load began; epoch milliseconds.
        after: the vendor's cursor, for loaders that read all types as one list.
        newest: the latest delivered change, ISO 8601, for loaders that use it as watermark.
    """

    started_ms: int
    types: dict[str, Progress]
    after: Any = None
    newest: str = ""

    @property
    def delivered(self) -> int:
        return sum(progress.delivered for progress in self.types.values())


Seal = Callable[[Position[Any]], str]
