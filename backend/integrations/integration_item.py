"""The unified view of a record: the 14 fields of the format, our additional fields, and notices."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field


@dataclass(slots=True, kw_only=True)
class PropertyVersion:
    """A value that a property had, typed like the property itself."""

    value: Annotated[Any, Field(description="The value; null if it was empty.")]
    label: Annotated[
        str | list[str] | None, Field(description="Human text of the value, if it differs, as in `labels`.")
    ] = None
    changed_at: Annotated[str | None, Field(description="When the property got this value. ISO 8601, UTC.")] = None
    source: Annotated[str | None, Field(description="The vendor's source of the change: `CRM_UI`, `IMPORT`.")] = None
    source_id: Annotated[str | None, Field(description="The vendor's id of the source.")] = None
    source_label: Annotated[str | None, Field(description="The source as text for people.")] = None
    user_id: Annotated[str | None, Field(description="The vendor's id of the user who changed it.")] = None


# A plain dataclass: msgspec encodes it in the hot path, and pydantic documents it in OpenAPI.
@dataclass(slots=True, kw_only=True)
class IntegrationItem:
    """One record of a connected account. Every key is always present; `null` means unknown or none."""

    id: Annotated[str, Field(description="Record id and type, unique within the account: `512_Contact`.")]
    type: Annotated[str, Field(description="Singular label of the object type: `Contact`.")]
    directory: Annotated[bool, Field(description="True if the item can have children (a company).")] = False
    parent_path_or_name: Annotated[str | None, Field(description="Name of the parent item.")] = None
    parent_id: Annotated[str | None, Field(description="Item id of the parent (the primary company).")] = None
    name: Annotated[str, Field(description="The best human name; never empty.")] = ""
    creation_time: Annotated[str | None, Field(description="ISO 8601, UTC.")] = None
    last_modified_time: Annotated[str | None, Field(description="ISO 8601, UTC.")] = None
    url: Annotated[str | None, Field(description="The record's page in the account's web application.")] = None
    children: Annotated[list[str] | None, Field(description="Item ids of the children; null if not requested.")] = None
    mime_type: Annotated[str | None, Field(description="`application/vnd.hubspot.contact+json`.")] = None
    delta: Annotated[str | None, Field(description="A version that changes exactly when the record does.")] = None
    drive_id: Annotated[str | None, Field(description="The account (portal) id.")] = None
    visibility: Annotated[bool | None, Field(description="False when the record is archived.")] = True
    object_type: Annotated[
        str, Field(description="Name of the object type in parameters and `associations`: `contacts`.")
    ] = ""
    record_id: Annotated[str, Field(description="The vendor's record id. Use it instead of parsing `id`.")] = ""
    properties: Annotated[
        dict[str, Any],
        Field(description="Internal property name to typed value; a value that does not parse stays a string."),
    ] = field(default_factory=dict)
    labels: Annotated[
        dict[str, str | list[str]],
        Field(description="Internal property name to human text, if it differs (owner, pipeline, stage, option)."),
    ] = field(default_factory=dict)
    associations: Annotated[
        dict[str, list[str]] | None,
        Field(description="Object type to the ids of all associated items; null if not requested."),
    ] = None
    association_labels: Annotated[
        dict[str, dict[str, list[str]]] | None,
        Field(
            description="Object type to item id to the labels of the association, if it has any besides “Primary”;"
            " null if associations were not requested."
        ),
    ] = None
    property_history: Annotated[
        dict[str, list[PropertyVersion]] | None,
        Field(
            description="Property name to its values over time, newest first; null if not requested, or if the"
            " answer would be too large."
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Information for the reader: a skipped type, a wait, a partially delivered record."""

    code: Annotated[str, Field(description="Stable: `scope_missing`, `rate_limit_wait`, …")]
    detail: Annotated[str, Field(description="One sentence for a person.")]
    object_type: Annotated[str | None, Field(description="The affected object type.")] = None
    missing_scopes: Annotated[list[str], Field(description="Scopes that must be granted to read it.")] = field(
        default_factory=list
    )
    wait_s: Annotated[float | None, Field(description="Seconds until the load continues.")] = None
