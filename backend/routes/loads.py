"""A whole load for a client: within the owner's share, and closed when the client disconnects.

Order of events: the start is counted → the load waits for a slot → the integration's events, one at a time.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from starlette.types import Scope

from core import metrics
from core.store import load_starts_key
from errors import RateLimitedError
from integrations.integration import Integration, ItemsQuery
from integrations.load_events import LoadEvent
from oauth.connection import Connection
from routes.middleware.admission import uncounted
from services.services import Services


async def limited_load(
    scope: Scope, services: Services, integration: Integration, connection: Connection, query: ItemsQuery
) -> AsyncGenerator[LoadEvent, None]:
    """Raises: RateLimitedError; OverloadedError if no slot is free in time; the errors of the load."""
    await count_start(services, connection)
    async with aclosing(in_slot(scope, services, connection, integration.load(services, connection, query))) as events:
        async for event in events:
            yield event


async def in_slot(
    scope: Scope, services: Services, connection: Connection, events: AsyncGenerator[LoadEvent, None]
) -> AsyncGenerator[LoadEvent, None]:
    """The same events, within the owner's share. Raises: RateLimitedError; OverloadedError if no slot is free."""
    slot = services.loads.slot(connection.owner, connection.connection_id, while_waiting=partial(uncounted, scope))
    async with aclosing(events), slot:
        async for event in events:
            yield event


async def count_start(services: Services, connection: Connection) -> None:
    """Count a load, or a request that leads to one, as a start of this minute. Raises: RateLimitedError."""
    owner = connection.owner
    try:
        await services.load_starts.count(load_starts_key(owner.tag))
    except RateLimitedError:
        metrics.loads_refused.labels("starts").inc()
        raise
