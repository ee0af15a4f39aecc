"""Records as items: one page as JSON, or the whole load as a stream of lines or a table; and the object types."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from core import metrics
from errors import (
    InvalidCursorError,
    NotAcceptableError,
    RateLimitedError,
    UnknownObjectTypeError,
    ValidationFailedError,
)
from integrations.integration import ItemsPage, ItemsQuery, ObjectTypeList
from routes.cancel_on_client_disconnect import while_connected
from routes.connections import ChosenConnection, ItemsSource, ItemsSourceDependency
from routes.csv_cells import Cells
from routes.dependencies import IntegrationDependency, ServicesDependency
from routes.examples import STREAM
from routes.items_by_id import ItemFinder
from routes.items_request import (
    Ids,
    ItemFields,
    ItemsRequest,
    MaxAge,
    TableCells,
    Totals,
    get_items_query,
)
from routes.loads import in_slot, limited_load
from routes.negotiation import CSV, JSON, NDJSON, choose
from routes.parameters import parse_names, refuse_unclear_query
from routes.projection import Projection, build_projection
from routes.responses import CONNECTION_ERRORS, errors, formats
from routes.stored_items import answer_stored_page, find_stored
from routes.streams import StreamLine, stream_csv, stream_ndjson

router = APIRouter(prefix="/integrations/{provider}", tags=["items"], dependencies=[Depends(refuse_unclear_query)])

ITEMS_RESPONSE = formats(
    "One page (JSON), or the whole load as lines (NDJSON) or as a table (CSV).", StreamLine, STREAM, CSV
)
ITEMS_ERRORS = errors(
    UnknownObjectTypeError, InvalidCursorError, NotAcceptableError, RateLimitedError, *CONNECTION_ERRORS
)


@router.get("/items", response_model=ItemsPage, responses={**ITEMS_RESPONSE, **ITEMS_ERRORS})
async def list_items(
    request: Request,
    source: ItemsSourceDependency,
    query: Annotated[ItemsQuery, Depends(get_items_query)],
    *,
    ids: Ids = None,
    max_age: MaxAge = None,
    fields: ItemFields = None,
    cells: TableCells = "safe",
) -> Response:
    """List the account's records as items. `Accept` chooses one page as JSON, or everything as NDJSON or CSV.

    With `max_age` they come from the stored records, if sync is on and has them. Such a page has an `ETag`: send it
    back as `If-None-Match`, and the answer is 304 as long as nothing has changed.
    """
    projection = build_projection(parse_names("fields", fields), query)
    if (chosen := parse_names("ids", ids)) is not None:
        return await _answer_ids(request, source, query, projection, chosen, max_age_s=max_age)
    return await _answer(request, source, query, projection, max_age_s=max_age, cells=cells)


async def _answer_ids(
    request: Request,
    source: ItemsSource,
    query: ItemsQuery,
    projection: Projection,
    ids: Sequence[str],
    *,
    max_age_s: int | None,
) -> Response:
    """Raises: ValidationFailedError if `ids` is combined with another filter."""
    shown = ItemsQuery(properties=query.properties, associations=query.associations)
    if query != shown:
        raise ValidationFailedError(
            "`ids` can only be combined with `properties`, `associations`, `fields` and `max_age`."
        )
    choose(request.headers.get("accept"), (JSON,))
    finder = ItemFinder(source=source, query=query, projection=projection, max_age_s=max_age_s)
    return await while_connected(request, finder.answer(ids))


@router.post("/items/query", response_model=ItemsPage, responses={**ITEMS_RESPONSE, **ITEMS_ERRORS})
async def query_items(
    request: Request,
    source: ItemsSourceDependency,
    body: ItemsRequest,
) -> Response:
    """The same as GET items, with the parameters in a JSON body, for lists that are too long for a URL.

    Cursors work with both.
    """
    query = body.build_query()
    projection = build_projection(body.fields, query)
    if body.ids is not None:
        ids = tuple(dict.fromkeys(body.ids))
        return await _answer_ids(request, source, query, projection, ids, max_age_s=body.max_age)
    return await _answer(request, source, query, projection, max_age_s=body.max_age, cells=body.cells)


async def _answer(
    request: Request,
    source: ItemsSource,
    query: ItemsQuery,
    projection: Projection,
    *,
    max_age_s: int | None,
    cells: Cells,
) -> Response:
    """Answer from the mirror if it has the requested data, else from the vendor."""
    services, integration, connection = source.services, source.integration, source.connection
    media_type = choose(request.headers.get("accept"), (JSON, NDJSON, CSV))
    stored = await find_stored(source, query, max_age_s)
    if media_type == JSON:
        if stored is not None:
            return await while_connected(request, answer_stored_page(request, services, stored, query, projection))
        page = await while_connected(request, integration.get_items(services, connection, query))
        metrics.items_delivered(len(page.items), provider=integration.name, format_="json")
        # Not validated again, because that would cost more than loading the items.
        return Response(msgspec.json.encode(projection.of_page(page)), media_type=JSON)
    if query.is_search:
        raise ValidationFailedError("`sort` and `filter` answer pages: ask for application/json.")
    if stored is not None:
        if query.after is not None:
            raise InvalidCursorError("This cursor is of a page. A stream of stored records has no cursors.")
        rows = stored.load(projection.of_stored_row if media_type == CSV else projection.of_stored)
        events = in_slot(request.scope, services, connection, rows)
    else:
        events = limited_load(request.scope, services, integration, connection, query)
    if media_type == CSV:
        return await while_connected(request, stream_csv(integration.name, events, query.properties, cells))
    if stored is None:
        events = projection.of_events(events)
    return await while_connected(request, stream_ndjson(request.scope, integration.name, events))


@router.get("/object-types", response_model=ObjectTypeList, responses=errors(*CONNECTION_ERRORS))
async def list_object_types(
    request: Request,
    services: ServicesDependency,
    integration: IntegrationDependency,
    connection: ChosenConnection,
    *,
    totals: Totals = True,
) -> Response:
    """List the account's object types: readable or the missing scopes, number of records, properties."""
    found = await while_connected(request, integration.list_object_types(services, connection, totals=totals))
    return Response(msgspec.json.encode(found), media_type=JSON)
