"""The interface of an integration; the routes use only this."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Protocol

from pydantic import Field

from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import LoadEvent, Source
from oauth.callback import Callback
from oauth.connection import Connection, Owner
from oauth.flow import FlowEnd, FlowStart, Start
from oauth.provider import OAuthProvider
from services.services import Services
from settings import Settings

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """A condition on a property: `amount`, `gte`, `1000`."""

    name: str
    operator: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsQuery:
    """What to read.

    Empty `object_types` means the integration's defaults; `properties` None means a default set per type, `("*",)` all.
    Empty `associated_types` means the default types. `sort` is a property's name, with `-` before it for descending.
    """

    object_types: tuple[str, ...] = ()
    limit: int = MAX_PAGE
    after: str | None = None
    properties: tuple[str, ...] | None = None
    associations: bool = True
    associated_types: tuple[str, ...] = ()
    archived: bool = False
    updated_since: datetime | None = None
    q: str | None = None
    property_history: tuple[str, ...] = ()
    sort: str | None = None
    filters: tuple[ItemFilter, ...] = ()

    @property
    def is_search(self) -> bool:
        """Whether only the vendor's search can answer the query, in pages."""
        return self.sort is not None or bool(self.filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsPage:
    """At most `limit` items; `next` is the `after` of the next page with the same query, null at the end."""

    items: list[IntegrationItem]
    next: str | None
    warnings: list[Notice]
    source: Annotated[Source, Field(description="`live`: the vendor; `mirror`: stored records.")] = "live"
    as_of: Annotated[
        str | None, Field(description="Stored records are at least as new as this. ISO 8601; null if read live.")
    ] = None
    total: Annotated[
        int | None, Field(description="With `sort` or `filter`, the vendor's count of matches; else null.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTypeInfo:
    """An object type that every account of this vendor may have."""

    name: Annotated[str, Field(description="Name in parameters: `contacts`.")]
    label: Annotated[str, Field(description="Display name: `Contacts`.")]
    item_type: Annotated[str, Field(description="`type` of its items: `Contact`.")]
    default: Annotated[bool, Field(description="Whether it is read by default.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyInfo:
    """A property of an object type, as the account defines it."""

    name: Annotated[str, Field(description="Internal name in `properties`.")]
    label: Annotated[str, Field(description="Display name.")]
    type: Annotated[str, Field(description="The vendor's type: `string`, `number`, `datetime`, …")]
    group: Annotated[str, Field(description="Internal name of the vendor's property group; empty if none.")] = ""
    custom: Annotated[bool, Field(description="Defined by the account.")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInfo:
    """A stage of a pipeline."""

    id: Annotated[str, Field(description="As the stage property has it.")]
    label: Annotated[str, Field(description="For people.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineInfo:
    """What records of a type move through, stage by stage."""

    id: Annotated[str, Field(description="As the pipeline property has it.")]
    label: Annotated[str, Field(description="For people.")]
    stages: Annotated[list[StageInfo], Field(description="In the account's order.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchInfo:
    """What `sort` and `filter` can do for a type: the properties behind an item's own fields, and the limit."""

    name: Annotated[str | None, Field(description="Property that names its records; null if several do.")]
    created: Annotated[str, Field(description="Property with the time of creation.")]
    modified: Annotated[str, Field(description="Property with the time of the last change.")]
    most_results: Annotated[int, Field(description="This many results of one search can be read.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTypeAccess:
    """An object type of a connected account: whether it can be read, and the number of records."""

    name: Annotated[str, Field(description="Name in parameters: `contacts`, or the name of a custom object.")]
    label: Annotated[str, Field(description="Display name: `Contacts`.")]
    item_type: Annotated[str, Field(description="`type` of its items: `Contact`.")]
    type_id: Annotated[str, Field(description="The vendor's type id: `0-1`, `2-123456`.")]
    custom: Annotated[bool, Field(description="Defined by the account.")]
    readable: Annotated[bool, Field(description="False if a scope is missing or the vendor forbids it.")]
    missing_scopes: Annotated[list[str], Field(description="Scopes that must be granted to read it, if any help.")]
    total: Annotated[int | None, Field(description="Number of records; null if not requested or unknown.")]
    properties: Annotated[list[PropertyInfo], Field(description="Properties of its records; empty if unreadable.")] = (
        field(default_factory=list)
    )
    pipelines: Annotated[
        list[PipelineInfo], Field(description="In the account's order; empty for a type without, and if unreadable.")
    ] = field(default_factory=list)
    search: Annotated[SearchInfo | None, Field(description="Null if the vendor cannot `sort` and `filter`.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectTypeList:
    """The object types of an account; `warnings` name what could not be listed."""

    object_types: Annotated[list[ObjectTypeAccess], Field(description="Including custom objects.")]
    warnings: Annotated[list[Notice], Field(description="Each names something missing from the list.")] = field(
        default_factory=list
    )


@dataclass(frozen=True, slots=True)
class FoundById:
    """The items in the order of the requested ids, and the ids of records that exist and could not be read.

    `notices` name missing parts of the items. `survivors` has, for each requested id of a merged record, the id of the
    item that it was merged into.
    """

    items: list[IntegrationItem]
    unreadable: list[str]
    notices: list[Notice]
    survivors: Mapping[str, str]


FindItems = Callable[[Services, Connection, ItemsQuery, Sequence[str]], Awaitable[FoundById]]


class ListObjectTypes(Protocol):
    async def __call__(self, services: Services, connection: Connection, /, *, totals: bool) -> ObjectTypeList:
        """List the object types. Without totals, the answer must not wait for counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A vendor as the routes use it: facts as data, and one function for each operation."""

    name: str
    label: str
    object_types: tuple[ObjectTypeInfo, ...]
    build_provider: Callable[[Settings], OAuthProvider]
    authorize: Callable[[Services, Owner, Start], Awaitable[FlowStart]]
    oauth2callback: Callable[[Services, Callback], Awaitable[FlowEnd]]
    get_credentials: Callable[[Services, Owner], Awaitable[list[Connection]]]
    list_object_types: ListObjectTypes
    get_items: Callable[[Services, Connection, ItemsQuery], Awaitable[ItemsPage]]
    load: Callable[[Services, Connection, ItemsQuery], AsyncGenerator[LoadEvent, None]]
    """All items as a stream in bounded memory; `query.after` may be a receipt's `resume`."""
    default_properties: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """By object type, the properties that are read if a query names none; empty where these are not known."""
    knows_changes: bool = True
    """Whether `updated_since` is supported."""
    find_items: FindItems | None = None
    """Items by id, in the given order; None if the vendor does not support it."""
