"""The application: middleware around routes around opened services.

A request passes, from outside to inside: path of PUBLIC_URL → end of its body → correlation id and access log →
security headers → CORS (local) → failures → allowed host → local only (local) → cross-site → admission → limits → the
framework's middleware → its route.
"""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Literal

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from core import metrics as figures
from core.embedded_redis import EmbeddedRedisError
from core.encryption_keys import load_keyring
from core.loop_lag import LoopLag
from core.tasks import running
from core.tracing import tracing
from errors import ServiceError
from integrations.hubspot_signals import HubSpotSignalSource
from integrations.registry import INTEGRATIONS, open_sources
from routes import (
    catalog,
    changes,
    connect,
    credentials,
    docs,
    event_endpoints,
    forms,
    health,
    items,
    items_by_id,
    metrics,
    problem_types,
    syncs,
    ui,
    webhooks,
)
from routes.auth import sessions
from routes.auth.sign_in import open_sign_in
from routes.middleware.admission import Admission, Admit
from routes.middleware.body_end import BodyEnd
from routes.middleware.client_address import parse_networks
from routes.middleware.connections import Connection, Connections
from routes.middleware.context import RequestContext
from routes.middleware.cors import Cors
from routes.middleware.cross_site import DEVELOPMENT_ORIGINS, CrossSite
from routes.middleware.early import EarlyRefusal
from routes.middleware.failures import Failures
from routes.middleware.headers import SecurityHeaders, security_headers
from routes.middleware.host import AllowedHost
from routes.middleware.limits import Limits
from routes.middleware.local import LocalOnly
from routes.middleware.public_path import PublicPath
from routes.openapi import DESCRIPTION, TITLE, VERSION, describe
from routes.problems import answer_problem
from services.services import open_services
from services.start_check import checked_store
from settings import ConfigurationError, Settings
from sync.syncs import open_syncs

# Routers are tried in this order: webhooks come first, for they can be many and short.
ROUTERS: tuple[APIRouter, ...] = (
    webhooks.router,
    catalog.router,
    connect.router,
    credentials.router,
    items.router,
    items_by_id.router,
    syncs.router,
    changes.router,
    forms.router,
    forms.router_of_hubspot,
    sessions.router,
    event_endpoints.router,
    problem_types.router,
    health.router,
    metrics.router,
    ui.router,
)
Role = Literal["service", "worker"]
# The framework handles these; all others reach the middleware `Failures`.
HANDLED_ERRORS = (ServiceError, HTTPException, RequestValidationError, RedisError)
# Readable by the stock UI across origins.
EXPOSED_HEADERS = ("X-Request-Id", "Retry-After", "Content-Disposition")

log = structlog.get_logger(__name__)


def create_app(settings: Settings, *, page: Path = ui.DIST, role: Role = "service") -> FastAPI:
    """The service for these settings. Opens nothing; that happens when the server starts it.

    A worker runs background jobs and answers health checks and metrics only.

    `state.entrance` is served instead of the application, with cheaper refusals; `state.protocol` is uvicorn's `http`,
    with a limit of connections.
    `page` is the folder of the built front end; it may be missing.
    """
    lag = LoopLag()
    admission = Admission(lag_s=lambda: lag.seconds)
    figures.failures_are(
        code
        for code, problem_type in problem_types.all_problem_types().items()
        if problem_type.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        lifespan=partial(_opened, settings=settings, role=role, lag=lag, admission=admission),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.is_local else None,
        redirect_slashes=False,
        # As they are. `include_router` would build each a second time, for every application.
        routes=[route for router in _routers(settings, role) for route in router.routes],
        middleware=_middleware(settings, admission),
        exception_handlers=dict.fromkeys(HANDLED_ERRORS, answer_problem),
    )
    app.mount("/assets", ui.Assets(page / "assets"))
    app.router.default = ui.PageOrNotFound(settings)
    app.state.fault, app.state.page = None, page
    app.state.connections = Connections()
    app.state.protocol = partial(Connection, connections=app.state.connections, speak=AutoHTTPProtocol)
    early = EarlyRefusal(app, admission=admission, headers=security_headers(settings))
    app.state.entrance = PublicPath(early, prefix=settings.public_path)
    describe(app)
    return app


@asynccontextmanager
async def _opened(
    app: FastAPI, *, settings: Settings, role: Role, lag: LoopLag, admission: Admission
) -> AsyncIterator[None]:
    """Open everything when the server starts the application, and close it at the end."""
    providers = {name: integration.build_provider(settings) for name, integration in INTEGRATIONS.items()}
    with_worker = role == "worker" or settings.worker == "embedded"
    try:
        keyring = load_keyring(settings)
        async with (
            running(lag.watch),
            open_services(settings, keyring, providers) as services,
            checked_store(services.redis, settings, keyring, on_fault=partial(_end, app)),
            open_syncs(
                services, open_sources(services), HubSpotSignalSource(services), with_worker=with_worker
            ) as opened_syncs,
            open_sign_in(services) as sign_in,
            running(partial(admission.end_with, services.shutdown)),
        ):
            with tracing(settings):
                app.state.services, app.state.sign_in, app.state.syncs = services, sign_in, opened_syncs
                yield
    except (ConfigurationError, EmbeddedRedisError) as exc:
        # The process that started the service prints it and exits with its status.
        app.state.fault = exc if isinstance(exc, ConfigurationError) else ConfigurationError([str(exc)])
        raise


def _routers(settings: Settings, role: Role) -> tuple[APIRouter, ...]:
    if role == "worker":
        return (health.router, metrics.router)
    return (*ROUTERS, docs.router) if settings.is_local else ROUTERS


def _end(app: FastAPI, fault: ConfigurationError) -> None:
    """Stop because of a fault found after Redis began to answer, as if it had been found at the start."""
    app.state.fault = fault
    log.error("this service cannot continue", faults=fault.faults)
    signal.raise_signal(signal.SIGTERM)


def _middleware(settings: Settings, admission: Admission) -> list[Middleware]:
    cors = Middleware(
        Cors,
        allow_origins=DEVELOPMENT_ORIGINS[:1],
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "X-Requested-With", "X-Request-Id"],
        expose_headers=EXPOSED_HEADERS,
    )
    return [
        # Here for a server that has the application itself and not its entrance.
        Middleware(PublicPath, prefix=settings.public_path),
        Middleware(BodyEnd),
        Middleware(RequestContext, trusted=parse_networks(settings.trusted_proxies)),
        Middleware(SecurityHeaders, settings=settings),
        *([cors] if settings.is_local else []),
        Middleware(Failures),
        Middleware(AllowedHost, settings=settings),
        *([Middleware(LocalOnly, settings=settings)] if settings.is_local else []),
        Middleware(CrossSite, settings=settings),
        Middleware(Admit, admission=admission),
        Middleware(Limits),
    ]
