"""`/metrics` for Prometheus, which scrapes each process directly.

In production only for this machine and the networks of LOCAL_PEERS, and not through a proxy that adds forwarded
headers; the nginx of docker-compose.yml also blocks it.
"""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from core import metrics
from errors import NotFoundError
from routes.dependencies import ServicesDependency
from routes.middleware.client_address import parse_networks
from routes.middleware.local import is_asked_from_here

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def get_metrics(request: Request, services: ServicesDependency) -> Response:
    """Get all metrics of this process. Works without Redis."""
    if not is_asked_from_here(request.headers, request.scope["client"], parse_networks(services.settings.local_peers)):
        raise NotFoundError
    metrics.tasks.set(len(asyncio.all_tasks()))
    return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)
