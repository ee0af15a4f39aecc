"""List connections, and end one."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from errors import NotFoundError
from routes.auth.principal import Caller
from routes.connections import (
    NO_SUCH_CONNECTION,
    ConnectionId,
    ConnectionView,
    OverallStatus,
    get_connection,
    overall_status,
    view_connections,
)
from routes.dependencies import IntegrationDependency, ServicesDependency, SyncsDependency
from routes.responses import errors

router = APIRouter(prefix="/integrations/{provider}/credentials", tags=["connecting"])


class Credentials(BaseModel):
    """The caller's connections to one vendor."""

    provider: Annotated[str, Field(description="An `id` of GET /integrations.")]
    status: Annotated[OverallStatus, Field(description="`connected` if at least one connection is.")]
    connections: Annotated[list[ConnectionView], Field(description="Oldest first.")]


@router.get("", response_model=Credentials, responses=errors(NotFoundError))
async def get_credentials(
    services: ServicesDependency,
    syncs: SyncsDependency,
    integration: IntegrationDependency,
    caller: Caller,
    connection_id: ConnectionId = None,
) -> Credentials:
    """Get the caller's connections with their accounts, scopes and times, without tokens."""
    if connection_id is not None:
        connections = [await get_connection(services, caller.owner, integration.name, connection_id)]
    else:
        connections = await integration.get_credentials(services, caller.owner)
    provider = services.providers[integration.name]
    return Credentials(
        provider=integration.name,
        status=overall_status(connections),
        connections=await view_connections(connections, provider, syncs),
    )


@router.delete("/{connection_id}", status_code=204, responses=errors(NotFoundError))
async def delete_credentials(
    services: ServicesDependency,
    syncs: SyncsDependency,
    integration: IntegrationDependency,
    caller: Caller,
    connection_id: Annotated[
        str, Path(min_length=1, max_length=64, description="`connection_id` from GET credentials.")
    ],
) -> None:
    """Delete all data of the connection, and revoke its grant if the vendor allows it.

    An access token that was already issued may work until it expires (HubSpot: up to 30 minutes).
    """
    connection = await services.connections.find_to_end(caller.owner, integration.name, connection_id)
    if connection is None:
        raise NotFoundError(NO_SUCH_CONNECTION.format(provider=integration.name))
    await syncs.forget(connection)
    await services.vault.disconnect(connection)
