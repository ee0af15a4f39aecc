"""Dependencies of routes: the opened services, and the integration named in the path."""

from typing import Annotated, cast

from fastapi import Depends, Path, Request

from errors import NotFoundError
from integrations.integration import Integration
from integrations.registry import INTEGRATIONS
from services.services import Services
from sync.syncs import Syncs


async def get_services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def get_syncs(request: Request) -> Syncs:
    return cast(Syncs, request.app.state.syncs)


async def get_integration(
    provider: Annotated[str, Path(description="`hubspot`, …: an `id` of GET /integrations.", examples=["hubspot"])],
) -> Integration:
    """Raises: NotFoundError."""
    integration = INTEGRATIONS.get(provider)
    if integration is None:
        raise NotFoundError(f"There is no integration of this name. Known are: {', '.join(INTEGRATIONS)}.")
    return integration


ServicesDependency = Annotated[Services, Depends(get_services)]
SyncsDependency = Annotated[Syncs, Depends(get_syncs)]
IntegrationDependency = Annotated[Integration, Depends(get_integration)]
