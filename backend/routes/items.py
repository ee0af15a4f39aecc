"""Records as items: one page as JSON, or the whole load as a stream of lines or a table; and what can be read."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from core import metrics
from errors import InvalidCursorError, NotAcceptableError, RateLimitedError, UnknownObjectTypeError
from integrations.integration import MAX_PAGE, Integration, ItemsPage, ItemsQuery, ObjectTypeList
from oauth.connection import Connection
from routes.cancel_on_client_disconnect import while_connected
from routes.connections import ChosenConnection
from routes.csv_cells import Cells
from routes.dependencies import IntegrationDependency, ServicesDependency
from routes.examples import STREAM
from routes.items_request import MAX_CURSOR_LENGTH, MAX_SEARCH_LENGTH, ItemsRequest
from routes.loads import limited_load
from routes.negotiation import CSV, JSON, NDJSON, choose
from routes.parameters import Flag, Moment, parse_names, refuse_unclear_query
from routes.responses import CONNECTION_ERRORS, errors
from routes.stream_lines import StreamLine
from routes.streams import stream_csv, stream_ndjson
from services.services import Services

router = APIRouter(prefix="/integrations/{provider}", tags=["items"], dependencies=[Depends(refuse_unclear_query)])

ObjectTypes = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Comma list of names of GET object-types; the integration's defaults without it.",
        examples=["contacts,companies,deals"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items a page. A stream ignores it.")]
After = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=MAX_CURSOR_LENGTH,
        description=(
            "`next` of the page before, or `resume` of a receipt or checkpoint; with all other parameters unchanged."
        ),
    ),
]
Properties = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Comma list of internal names; `*` for all; a good set without it.",
        examples=["email,phone"],
    ),
]
Associations = Annotated[Flag, Query(description="Also read parents, children and associated items.")]
AssociatedTypes = Annotated[
    str | None,
    Query(
        min_length=1,
        description=(
            "Comma list of object types: read the associations with exactly these, custom objects and the own type"
            " (parent and child companies) included, instead of the usual ones of each type."
        ),
        examples=["companies,2-123456"],
    ),
]
PropertyHistory = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Comma list of up to 20 properties whose earlier values come as `property_history`, too.",
        examples=["dealstage,amount"],
    ),
]
Archived = Annotated[Flag, Query(description="Read the archived records instead of the present ones.")]
UpdatedSince = Annotated[
    Moment | None, Query(description="Only records modified at or after this time (ISO 8601; UTC without a zone).")
]
Search = Annotated[
    str | None,
    Query(min_length=1, max_length=MAX_SEARCH_LENGTH, description="Free text, answered by the vendor's own search."),
]
TableCells = Annotated[
    Cells,
    Query(
        description=(
            "Of a table (CSV): `safe` puts an apostrophe before what a spreadsheet would run as a formula; `raw` writes"
            " every value as it is, for programs only."
        )
    ),
]
Totals = Annotated[
    Flag,
    Query(description="Also count the records of each type, which takes some seconds; without, `total` is null."),
]


async def get_items_query(  # noqa: PLR0913 one for each parameter
    *,
    object_types: ObjectTypes = None,
    limit: Limit = MAX_PAGE,
    after: After = None,
    properties: Properties = None,
    associations: Associations = True,
    associated_types: AssociatedTypes = None,
    archived: Archived = False,
    updated_since: UpdatedSince = None,
    q: Search = None,
    property_history: PropertyHistory = None,
) -> ItemsQuery:
    """Raises: ValidationFailedError."""
    return ItemsRequest.model_construct(
        object_types=parse_names("object_types", object_types),
        limit=limit,
        after=after,
        properties=parse_names("properties", properties),
        associations=associations,
        associated_types=parse_names("associated_types", associated_types),
        archived=archived,
        updated_since=updated_since,
        q=q,
        property_history=parse_names("property_history", property_history),
    ).build_query()


ITEMS_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One page (JSON), or the whole load as lines (NDJSON) or as a table (CSV).",
        "content": {
            # `itemSchema` is OpenAPI 3.2's word, and FastAPI's, for what each line holds.
            NDJSON: {
                "schema": {"type": "string"},
                "itemSchema": {"$ref": f"#/components/schemas/{StreamLine.__name__}"},
                "example": STREAM,
            },
            CSV: {"schema": {"type": "string"}},
        },
    }
}


ITEMS_ERRORS = errors(
    UnknownObjectTypeError, InvalidCursorError, NotAcceptableError, RateLimitedError, *CONNECTION_ERRORS
)


@router.get("/items", response_model=ItemsPage, responses={**ITEMS_RESPONSE, **ITEMS_ERRORS})
async def list_items(
    request: Request,
    services: ServicesDependency,
    integration: IntegrationDependency,
    connection: ChosenConnection,
    query: Annotated[ItemsQuery, Depends(get_items_query)],
    cells: TableCells = "safe",
) -> Response:
    """The account's records as items. `Accept` chooses: one page as JSON, or everything as NDJSON or CSV."""
    return await _answer(request, services, integration, connection, query, cells)


@router.post("/items/query", response_model=ItemsPage, responses={**ITEMS_RESPONSE, **ITEMS_ERRORS})
async def query_items(
    request: Request,
    services: ServicesDependency,
    integration: IntegrationDependency,
    connection: ChosenConnection,
    body: ItemsRequest,
) -> Response:
    """The same as GET items, with the parameters in a JSON body: for lists too long for an address.

    A cursor of one works with the other.
    """
    return await _answer(request, services, integration, connection, body.build_query(), body.cells)


async def _answer(
    request: Request,
    services: Services,
    integration: Integration,
    connection: Connection,
    query: ItemsQuery,
    cells: Cells,
) -> Response:
    match choose(request.headers.get("accept"), (JSON, NDJSON, CSV)):
        case "application/x-ndjson":
            events = limited_load(request.scope, services, integration, connection, query)
            return await while_connected(request, stream_ndjson(request.scope, integration.name, events))
        case "text/csv":
            events = limited_load(request.scope, services, integration, connection, query)
            return await while_connected(request, stream_csv(integration.name, events, query.properties, cells))
    page = await while_connected(request, integration.get_items(services, connection, query))
    metrics.items_delivered(len(page.items), provider=integration.name, format_="json")
    # Not validated again: that would cost more than loading the items.
    return Response(msgspec.json.encode(page), media_type=JSON)


@router.get("/object-types", response_model=ObjectTypeList, responses=errors(*CONNECTION_ERRORS))
async def list_object_types(
    request: Request,
    services: ServicesDependency,
    integration: IntegrationDependency,
    connection: ChosenConnection,
    *,
    totals: Totals = True,
) -> Response:
    """What can be read from this account: readable or the missing scopes, how much there is, and its properties."""
    found = await while_connected(request, integration.list_object_types(services, connection, totals=totals))
    return Response(msgspec.json.encode(found), media_type=JSON)
