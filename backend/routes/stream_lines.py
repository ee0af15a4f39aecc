"""The lines of a streamed load as OpenAPI has them. A contract test holds every integration's lines to these."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from integrations.integration_item import Checkpoint, IntegrationItem, Notice
from routes.problems import Problem


class TypePlan(BaseModel):
    total: Annotated[int | None, Field(description="The vendor's own count; null where it tells none.")]


class LoadPlan(BaseModel):
    """What is going to be read. `requests` and `seconds` are estimates."""

    object_types: Annotated[dict[str, TypePlan], Field(description="By `name` of GET object-types.")]
    requests: Annotated[int | None, Field(description="Calls to the vendor; null where nothing is counted.")]
    seconds: Annotated[int | None, Field(description="How long that takes; null where nothing is counted.")]


class Skipped(BaseModel):
    """What was left out. Some codes add members: `count`, `missing_scopes`, `detail`."""

    model_config = ConfigDict(extra="allow")

    code: Annotated[str, Field(description="Stable: `scope_missing`, `record_without_id`, …")]


class TypeReceipt(BaseModel):
    """What became of one object type."""

    complete: Annotated[bool, Field(description="Everything the vendor holds of it was delivered.")]
    total: Annotated[int | None, Field(description="The vendor's count at the beginning; null where it tells none.")]
    delivered: Annotated[int, Field(description="Items of this load and of those it went on from.")]
    requests: Annotated[int, Field(description="Calls to the vendor.")]
    retries: Annotated[int, Field(description="Calls that had to be made again.")]
    watermark: Annotated[
        str | None,
        Field(
            description="The next `updated_since` for this type alone: of a complete type the next one, else the one"
            " that was asked for, null where there was none."
        ),
    ]
    skipped: list[Skipped]


class LoadReceipt(BaseModel):
    """What became of the load."""

    complete: Annotated[bool, Field(description="Every object type is. False: something is missing, and is named.")]
    object_types: Annotated[dict[str, TypeReceipt], Field(description="By `name` of GET object-types.")]
    requests: Annotated[int, Field(description="Calls to the vendor.")]
    retries: Annotated[int, Field(description="Calls that had to be made again.")]
    duration_s: Annotated[float, Field(description="Seconds.")]
    watermark: Annotated[
        str | None, Field(description="The next `updated_since`, ISO 8601; null unless the load is complete.")
    ]
    resume: Annotated[
        str | None,
        Field(description="Goes back as `after` to go on; null when nothing is left, or it is not known what."),
    ]


class PlanLine(BaseModel):
    """The first line."""

    plan: LoadPlan


class ItemLine(BaseModel):
    item: IntegrationItem


class NoticeLine(BaseModel):
    notice: Checkpoint | Notice


class ReceiptLine(BaseModel):
    """The last line of a load that came to its end, even an early one."""

    receipt: LoadReceipt


class ErrorLine(BaseModel):
    """The last line of a load that failed."""

    error: Problem


class StreamLine(RootModel[PlanLine | ItemLine | NoticeLine | ReceiptLine | ErrorLine]):
    """One line of a load as application/x-ndjson: an object with exactly one of these keys."""
