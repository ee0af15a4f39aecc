"""A whole load for a caller: within the number of loads there is room for, and closed when the caller goes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from integrations.integration import Integration, ItemsQuery, LoadEvent
from oauth.connection import Connection
from services.services import Services


async def load_events(
    services: Services, integration: Integration, connection: Connection, query: ItemsQuery
) -> AsyncGenerator[LoadEvent, None]:
    """Raises: RateLimitedError when too many loads run, and what the load raises."""
    with services.loads.take((integration.name, connection.account.account_id)):
        async with aclosing(integration.load(services, connection, query)) as events:
            async for event in events:
                yield event
