"""Answers with stored items: whether they can answer, and a page with its age and version."""

import time
from http import HTTPStatus

import msgspec
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response

from core import metrics
from core.cursor import Cursors
from errors import InvalidCursorError, MirrorLostError, SyncNotEnabledError
from integrations.integration import ItemsPage, ItemsQuery
from integrations.stored_items import CURSOR_PREFIX, StoredCursors, StoredItems, find_stored_items
from mirror.records import format_ms
from routes.connections import ItemsSource
from routes.negotiation import JSON
from routes.projection import Projection
from services.services import Services


async def find_stored(source: ItemsSource, query: ItemsQuery, max_age_s: int | None) -> StoredItems | None:
    """The stored items if they can answer the query and are recent enough; later pages have no age limit.

    Raises: InvalidCursorError if a later page can no longer be read.
    """
    follows = query.after is not None and query.after.startswith(CURSOR_PREFIX)
    if not follows and (max_age_s is None or query.after is not None):
        return None
    try:
        sync = await source.syncs.get(source.connection)
        connection_id = source.connection.connection_id
        stored = find_stored_items(source.services.mirror, source.integration, connection_id, sync, query)
        if stored is not None:
            await stored.check()
    except (SyncNotEnabledError, MirrorLostError):
        stored = None
    except RedisError:
        if follows:
            raise
        stored = None  # the mirror may use another Redis than connections, which may fail alone
    if follows and stored is None:
        raise InvalidCursorError
    is_young = stored is not None and (follows or _age_s(stored) <= (max_age_s or 0))
    return stored if is_young else None


async def answer_stored_page(
    request: Request, services: Services, stored: StoredItems, query: ItemsQuery, projection: Projection
) -> Response:
    """A page as JSON, or 304 if the client has it already. Raises: InvalidCursorError."""
    cursors = _cursors(services, stored, query)
    position = cursors.open(query.after)
    etag = await stored.etag(query, projection.fields)
    headers = {"ETag": etag, "Age": str(int(_age_s(stored)))}
    if _has_client(request, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    items, following = await stored.page(position, query.limit)
    metrics.items_delivered(len(items), provider="mirror", format_="json")
    page = ItemsPage(
        items=[projection.of_stored(item) for item in items],
        next=cursors.seal(following),
        warnings=[],
        source="mirror",
        as_of=format_ms(stored.as_of_ms),
    )
    return Response(msgspec.json.encode(page), media_type=JSON, headers=headers)


def _has_client(request: Request, etag: str) -> bool:
    """Whether the client has this version, or any (`*`). Source: RFC 9110, section 13.1.2."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in known


def _cursors(services: Services, stored: StoredItems, query: ItemsQuery) -> StoredCursors:
    """Cursors bound to the object types and what is read of them, as live ones are."""
    bound_to = msgspec.json.encode(("mirror", list(stored.types), query.properties, query.associations)).decode()
    return StoredCursors(Cursors(services.keyring, stored.connection_id, bound_to))


def _age_s(stored: StoredItems) -> float:
    return max(0.0, time.time() - stored.as_of_ms / 1000)
