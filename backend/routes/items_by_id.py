"""Items by id, from the mirror or from the vendor."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from redis.exceptions import RedisError
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from core import metrics
from errors import (
    MirrorLostError,
    NotFoundError,
    SyncNotEnabledError,
    UpstreamUnavailableError,
    ValidationFailedError,
)
from integrations.integration import ItemsPage, ItemsQuery
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Source
from integrations.stored_items import find_stored_by_ids
from mirror.records import format_ms
from routes.cancel_on_client_disconnect import while_connected
from routes.connections import ItemsSource, ItemsSourceDependency
from routes.items_request import MAX_IDS, Associations, ItemFields, MaxAge, Properties, PropertyHistory
from routes.negotiation import JSON
from routes.parameters import parse_names, refuse_unclear_query
from routes.projection import Projection, build_projection
from routes.responses import CONNECTION_ERRORS, errors

NOT_FOUND = "There is no record of this id that this connection can read. Ids are those of items: `512_Contact`."
UNREADABLE = "The record exists, but the connected service does not return it at the moment. Try again later."


class ItemIdConvertor(StringConvertor):
    """An item id in a path. It may contain slashes, as labels of custom objects do: `7_Vehicle/Device`."""

    regex = "[^/](?:.*[^/])?"


register_url_convertor("item_id", ItemIdConvertor())
router = APIRouter(prefix="/integrations/{provider}", tags=["items"], dependencies=[Depends(refuse_unclear_query)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One record."""

    item: IntegrationItem
    source: Annotated[Source, Field(description="`live`: the vendor; `mirror`: stored records.")]
    as_of: Annotated[
        str | None, Field(description="Stored records are at least as new as this. ISO 8601; null if read live.")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItems:
    """The shown part of each found item, by id, and the ids of those that exist and could not be read.

    `notices` name missing parts of the items; `survivors` has the item that each merged id leads to.
    """

    items: dict[str, Any]
    unreadable: Sequence[str] = ()
    notices: Sequence[Notice] = ()
    survivors: Mapping[str, str] = field(default_factory=dict)
    source: Source
    as_of_ms: int | None = None

    @property
    def as_of(self) -> str | None:
        return None if self.as_of_ms is None else format_ms(self.as_of_ms)

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.as_of_ms is None else {"Age": str(max(0, int(time.time() - self.as_of_ms / 1000)))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFinder:
    """Finds a connection's items by id. The query says with which properties and associations."""

    source: ItemsSource
    query: ItemsQuery
    projection: Projection
    max_age_s: int | None

    async def find(self, ids: Sequence[str]) -> FoundItems:
        """Read from the mirror if it has all of them and they are recent enough, else from the vendor.

        Raises: ValidationFailedError if the vendor does not support ids; the errors of the vendor.
        """
        found = await self._find_stored(ids) or await self._find_live(ids)
        metrics.items_delivered(len(found.items), provider=self.source.integration.name, format_="json")
        return found

    async def answer(self, ids: Sequence[str]) -> Response:
        """A page of these items, in the order of the ids; warnings name missing ones and missing parts."""
        if len(ids) > MAX_IDS:
            raise ValidationFailedError(f"`ids` takes {MAX_IDS} ids at most.")
        found = await self.find(ids)
        missing = [item_id for item_id in ids if item_id not in {*found.items, *found.unreadable, *found.survivors}]
        page = ItemsPage(
            items=list(found.items.values()),
            next=None,
            warnings=[
                *([_not_found(missing)] if missing else []),
                *([_unreadable(found.unreadable)] if found.unreadable else []),
                *found.notices,
            ],
            source=found.source,
            as_of=found.as_of,
        )
        return Response(msgspec.json.encode(page), media_type=JSON, headers=found.headers)

    async def _find_stored(self, ids: Sequence[str]) -> FoundItems | None:
        if self.max_age_s is None:
            return None
        mirror, connection = self.source.services.mirror, self.source.connection
        since_ms = int((time.time() - self.max_age_s) * 1000)
        try:
            sync = await self.source.syncs.get(connection)
            stored = await find_stored_by_ids(
                mirror,
                self.source.integration,
                connection.connection_id,
                sync,
                self.query,
                ids,
                since_ms=since_ms,
            )
        except (SyncNotEnabledError, MirrorLostError, RedisError):
            return None
        if stored is None:
            return None
        jsons, as_of_ms = stored
        items = {item_id: self.projection.of_stored(jsons[item_id]) for item_id in ids if item_id in jsons}
        return FoundItems(items=items, source="mirror", as_of_ms=as_of_ms)

    async def _find_live(self, ids: Sequence[str]) -> FoundItems:
        integration = self.source.integration
        if integration.find_items is None:
            raise ValidationFailedError(
                f"{integration.label} cannot read single records. Turn sync on, and set their"
                " maximum age with `max_age`."
            )
        found = await integration.find_items(self.source.services, self.source.connection, self.query, ids)
        items = {item.id: self.projection.of_item(item) for item in found.items}
        return FoundItems(
            items=items,
            unreadable=found.unreadable,
            notices=found.notices,
            survivors=found.survivors,
            source="live",
        )


ItemId = Annotated[str, Path(min_length=1, max_length=200, description="`id` of an item.", examples=["512_Contact"])]
ITEM_ERRORS = errors(NotFoundError, ValidationFailedError, *CONNECTION_ERRORS)


@router.get("/items/{item_id:item_id}", response_model=ItemView, responses=ITEM_ERRORS)
async def get_item(
    request: Request,
    source: ItemsSourceDependency,
    item_id: ItemId,
    *,
    properties: Properties = None,
    associations: Associations = True,
    property_history: PropertyHistory = None,
    max_age: MaxAge = None,
    fields: ItemFields = None,
) -> Response:
    """Get one record, a stored one if `max_age` allows it, else from the vendor. Archived records are not found.

    The id of a record that was merged into another one gives that one, with its own id.
    """
    query = ItemsQuery(
        properties=parse_names("properties", properties),
        associations=associations,
        property_history=parse_names("property_history", property_history) or (),
    )
    finder = ItemFinder(
        source=source,
        query=query,
        projection=build_projection(parse_names("fields", fields), query),
        max_age_s=max_age,
    )
    found = await while_connected(request, finder.find([item_id]))
    if item_id in found.unreadable:
        raise UpstreamUnavailableError(UNREADABLE)
    shown_id = found.survivors.get(item_id, item_id)
    if shown_id not in found.items:
        raise NotFoundError(NOT_FOUND)
    view = {"item": found.items[shown_id], "source": found.source, "as_of": found.as_of}
    return Response(msgspec.json.encode(view), media_type=JSON, headers=found.headers)


def _not_found(ids: Sequence[str]) -> Notice:
    return Notice(code="items_not_found", detail=f"There are no records of these ids: {', '.join(ids)}.")


def _unreadable(ids: Sequence[str]) -> Notice:
    detail = f"These records exist, but the connected service does not return them at the moment: {', '.join(ids)}."
    return Notice(code="record_unreadable", detail=detail)
