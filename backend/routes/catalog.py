"""The registered integrations, each with the caller's connections."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from integrations.integration import Integration, ObjectTypeInfo
from integrations.registry import INTEGRATIONS
from oauth.connection import Connection
from routes.auth.principal import Caller
from routes.connections import ConnectionView, view_connections
from routes.dependencies import ServicesDependency, SyncsDependency
from routes.responses import errors
from services.services import Services
from sync.syncs import Syncs

router = APIRouter(prefix="/integrations", tags=["integrations"])


class IntegrationView(BaseModel):
    """A vendor whose accounts can be connected."""

    id: Annotated[str, Field(description="The `provider` in the other paths: `hubspot`.")]
    label: Annotated[str, Field(description="Display name: `HubSpot`.")]
    configured: Annotated[bool, Field(description="False while settings are missing.")]
    missing_settings: Annotated[list[str], Field(description="Names of the missing settings: `HUBSPOT_CLIENT_ID`.")]
    required_scopes: Annotated[list[str], Field(description="Required scopes: the user must allow all of them.")]
    optional_scopes: Annotated[list[str], Field(description="Optional scopes: the user may decline each of them.")]
    object_types: Annotated[list[ObjectTypeInfo], Field(description="Object types of every account.")]
    connections: Annotated[list[ConnectionView], Field(description="The caller's connections, oldest first.")]


class IntegrationList(BaseModel):
    integrations: list[IntegrationView]


@router.get("", response_model=IntegrationList, responses=errors())
async def list_integrations(services: ServicesDependency, syncs: SyncsDependency, caller: Caller) -> IntegrationList:
    """List the integrations, their missing configuration, and the caller's connections."""
    return IntegrationList(
        integrations=[
            await _view(services, syncs, integration, await integration.get_credentials(services, caller.owner))
            for integration in INTEGRATIONS.values()
        ]
    )


async def _view(
    services: Services, syncs: Syncs, integration: Integration, connections: list[Connection]
) -> IntegrationView:
    provider = services.providers[integration.name]
    pair = {"CLIENT_ID": provider.client_id, "CLIENT_SECRET": provider.client_secret.get_secret_value()}
    return IntegrationView(
        id=integration.name,
        label=integration.label,
        configured=provider.is_configured,
        missing_settings=[f"{integration.name.upper()}_{name}" for name, value in pair.items() if not value],
        required_scopes=list(provider.scopes),
        optional_scopes=list(provider.optional_scopes),
        object_types=list(integration.object_types),
        connections=await view_connections(connections, provider, syncs),
    )
