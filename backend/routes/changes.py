"""The change feed of a connected account: as a page, as lines, or as server-sent events.

A page can wait for the next change (`wait`). A stream begins with all changes after the cursor. Lines then end, or
continue with `live=true`; events always continue. Streams end after ten minutes: continue from the last cursor.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from errors import (
    CursorExpiredError,
    InvalidCursorError,
    NotAcceptableError,
    RateLimitedError,
    SyncNotEnabledError,
    UnknownObjectTypeError,
)
from routes.cancel_on_client_disconnect import while_connected
from routes.change_stream import EVENTS, LINES, FeedReader, stream
from routes.change_views import ChangesPage, FeedLine
from routes.connections import ChosenConnection
from routes.dependencies import ServicesDependency, SyncsDependency
from routes.examples import CHANGES_STREAM
from routes.middleware.admission import uncounted
from routes.negotiation import EVENT_STREAM, JSON, NDJSON, choose
from routes.parameters import MAX_CURSOR_LENGTH, Flag, cursor, name_list, parse_names, refuse_unclear_query
from routes.responses import CONNECTION_ERRORS, errors, formats

MAX_CHANGES = 1_000
LONGEST_WAIT_S = 30

router = APIRouter(prefix="/integrations/{provider}", tags=["sync"], dependencies=[Depends(refuse_unclear_query)])

ObjectTypes = Annotated[
    str | None,
    name_list(
        "Comma list of names: only changes of these object types. A cursor is bound to this choice.",
        "contacts,companies",
    ),
]
After = Annotated[
    str | None,
    cursor("`next` of the previous page, checkpoint or event; default: all records from the beginning."),
]
Limit = Annotated[int, Query(ge=1, le=MAX_CHANGES, description="Changes per page. Streams ignore it.")]
Wait = Annotated[
    int, Query(ge=0, le=LONGEST_WAIT_S, description="Seconds that a page without changes waits for the next change.")
]
WithItems = Annotated[Flag, Query(description="`false`: only the ids of changed records, without the records.")]
Live = Annotated[Flag, Query(description="NDJSON only: continue with new changes as they happen.")]
LastEventId = Annotated[
    str | None,
    Header(
        max_length=MAX_CURSOR_LENGTH,
        description="For server-sent events: browsers send it to resume; it overrides `after`.",
    ),
]

CHANGES_RESPONSE = formats(
    "A page (JSON), all changes after the cursor as lines (NDJSON), or a live stream of events.",
    FeedLine,
    CHANGES_STREAM,
    EVENT_STREAM,
)
CHANGES_ERRORS = errors(
    SyncNotEnabledError,
    CursorExpiredError,
    InvalidCursorError,
    UnknownObjectTypeError,
    NotAcceptableError,
    RateLimitedError,
    *CONNECTION_ERRORS,
)


@router.get("/changes", response_model=ChangesPage, responses={**CHANGES_RESPONSE, **CHANGES_ERRORS})
async def list_changes(  # noqa: PLR0913 one for each parameter
    request: Request,
    services: ServicesDependency,
    syncs: SyncsDependency,
    connection: ChosenConnection,
    *,
    object_types: ObjectTypes = None,
    after: After = None,
    limit: Limit = 100,
    wait: Wait = 0,
    items: WithItems = True,
    live: Live = False,
    last_event_id: LastEventId = None,
) -> Response:
    """Read every record once, at its newest change, then each new change, including deletions.

    Changes are delivered at least once. Store each under connection and `id`; the largest `seq` wins. After 410
    `cursor_expired`, start again without `after`.
    """
    names = parse_names("object_types", object_types) or ()
    reader = await FeedReader.open(services, syncs, connection, names, with_items=items)
    match choose(request.headers.get("accept"), (JSON, NDJSON, EVENT_STREAM)):
        case "application/x-ndjson":
            return await while_connected(request, stream(request.scope, reader, after, LINES, live=live))
        case "text/event-stream":
            return await while_connected(
                request, stream(request.scope, reader, last_event_id or after, EVENTS, live=True)
            )
    work = reader.long_poll(after, limit, wait, while_waiting=uncounted(request.scope))
    return Response(await while_connected(request, work), media_type=JSON)
