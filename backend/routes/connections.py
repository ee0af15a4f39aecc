"""Connections in the API, and the choice of a request's connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from errors import NotConnectedError, NotFoundError, PortalAmbiguousError
from integrations.integration import Integration
from oauth.connection import Connection, ConnectionStatus, Owner
from oauth.provider import OAuthProvider
from routes.auth.principal import Caller
from routes.dependencies import IntegrationDependency, ServicesDependency, SyncsDependency
from services.services import Services
from sync.syncs import Syncs

OverallStatus = Literal["connected", "reconnect_required", "not_connected"]

NO_SUCH_CONNECTION = "There is no such connection. List them at /integrations/{provider}/credentials."


class ConnectionView(BaseModel):
    """One connected account. Never a token."""

    connection_id: Annotated[str, Field(description="Id of this connection in other requests.")]
    status: Annotated[ConnectionStatus, Field(description="`reconnect_required`: the user must connect again.")]
    portal_id: Annotated[str, Field(description="The vendor's id of the account.")]
    portal_name: Annotated[str | None, Field(description="The account's name, if the vendor returns it.")]
    account_type: Annotated[str | None, Field(description="The vendor's account type: `STANDARD`, `SANDBOX`, …")]
    region: Annotated[str | None, Field(description="Data region of the account: `na1`, `eu1`.")]
    ui_domain: Annotated[str | None, Field(description="Host of the account's web application.")]
    granted_scopes: Annotated[list[str], Field(description="Granted scopes.")]
    missing_scopes: Annotated[list[str], Field(description="Scopes that the service uses but the user did not grant.")]
    connected_at: Annotated[datetime, Field(description="ISO 8601, UTC.")]
    refreshed_at: Annotated[datetime | None, Field(description="When the tokens were last refreshed. ISO 8601, UTC.")]
    access_token_expires_at: Annotated[
        datetime | None, Field(description="When the access token expires. ISO 8601, UTC.")
    ]
    reason: Annotated[str | None, Field(description="Why it must be connected again.")]
    ended_at: Annotated[datetime | None, Field(description="Since when a reconnect is required. ISO 8601, UTC.")]
    sync: Annotated[bool, Field(description="Its records are kept in sync: see GET …/sync.")]


async def view_connections(
    connections: Sequence[Connection], provider: OAuthProvider, syncs: Syncs
) -> list[ConnectionView]:
    synced = await syncs.enabled(connections)
    return [
        _view_connection(connection, provider, is_synced=connection.connection_id in synced)
        for connection in connections
    ]


def _view_connection(connection: Connection, provider: OAuthProvider, *, is_synced: bool) -> ConnectionView:
    account, granted = connection.account, set(connection.granted_scopes)
    return ConnectionView(
        connection_id=connection.connection_id,
        status=connection.status,
        portal_id=account.account_id,
        portal_name=account.name,
        account_type=account.account_type,
        region=account.region,
        ui_domain=account.ui_domain,
        granted_scopes=list(connection.granted_scopes),
        missing_scopes=[scope for scope in (*provider.scopes, *provider.optional_scopes) if scope not in granted],
        connected_at=connection.connected_at,
        refreshed_at=connection.refreshed_at,
        access_token_expires_at=connection.access_token_expires_at,
        reason=connection.reason,
        ended_at=connection.ended_at,
        sync=is_synced,
    )


def overall_status(connections: list[Connection]) -> OverallStatus:
    """Connected if any connection is; each connection shows its own status."""
    if any(connection.status == "connected" for connection in connections):
        return "connected"
    return "reconnect_required" if connections else "not_connected"


async def choose_connection(services: Services, owner: Owner, provider: str, connection_id: str | None) -> Connection:
    """The named connection, or the only one.

    Raises: NotFoundError for an id of another owner; NotConnectedError if there are none; PortalAmbiguousError, with
    a list, if there are several.
    """
    if connection_id is not None:
        return await get_connection(services, owner, provider, connection_id)
    connections = await services.connections.list_connections(owner, provider)
    if not connections:
        raise NotConnectedError
    if len(connections) > 1:
        raise PortalAmbiguousError(connections=[_choice(connection) for connection in connections])
    [connection] = connections
    if connection.is_damaged:  # reading it again raises its error
        return await get_connection(services, owner, provider, connection.connection_id)
    return connection


async def get_connection(services: Services, owner: Owner, provider: str, connection_id: str) -> Connection:
    """Raises: NotFoundError, the same for an unknown connection and one of another owner."""
    connection = await services.connections.find(owner, provider, connection_id)
    if connection is None:
        raise NotFoundError(NO_SUCH_CONNECTION.format(provider=provider))
    return connection


def _choice(connection: Connection) -> dict[str, str | None]:
    account = connection.account
    return {"connection_id": connection.connection_id, "portal_id": account.account_id, "portal_name": account.name}


ConnectionId = Annotated[
    str | None,
    Query(min_length=1, max_length=64, description="The connection; optional if there is exactly one."),
]


async def get_chosen_connection(
    services: ServicesDependency,
    integration: IntegrationDependency,
    caller: Caller,
    connection_id: ConnectionId = None,
) -> Connection:
    """Raises as `choose_connection`."""
    return await choose_connection(services, caller.owner, integration.name, connection_id)


ChosenConnection = Annotated[Connection, Depends(get_chosen_connection)]


@dataclass(frozen=True, slots=True)
class ItemsSource:
    """The chosen connection, and what reads its items."""

    services: Services
    syncs: Syncs
    integration: Integration
    connection: Connection


async def get_items_source(
    services: ServicesDependency,
    syncs: SyncsDependency,
    integration: IntegrationDependency,
    connection: ChosenConnection,
) -> ItemsSource:
    return ItemsSource(services, syncs, integration, connection)


ItemsSourceDependency = Annotated[ItemsSource, Depends(get_items_source)]
