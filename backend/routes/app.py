"""The application: guards around routes around opened services.

A request passes, from outside to inside: reference and access line → security headers → CORS (local) → last net for
failures → local only (local) → cross-site → limits → the framework's own → its route.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from core.crypto import load_keyring
from errors import ServiceError
from integrations.registry import INTEGRATIONS
from routes import catalog, connect, credentials, docs, forms, health, items, ui
from routes.guards.context import RequestContext
from routes.guards.cross_site import DEVELOPMENT_ORIGINS, CrossSite
from routes.guards.failures import Failures
from routes.guards.headers import SecurityHeaders
from routes.guards.limits import Limits
from routes.guards.local import LocalOnly
from routes.openapi import DESCRIPTION, TITLE, VERSION, describe
from routes.principal import Principal, SignIn
from routes.problems import answer_problem
from services.services import open_services
from settings import ConfigurationError, Settings

ROUTERS: tuple[APIRouter, ...] = (
    catalog.router,
    connect.router,
    credentials.router,
    items.router,
    forms.router,
    forms.router_of_hubspot,
    health.router,
    ui.router,
)
# The framework hands these over itself; everything else reaches the guard `Failures`.
HANDLED_ERRORS = (ServiceError, HTTPException, RequestValidationError, RedisError)
# The stock UI reads these across origins.
EXPOSED_HEADERS = ("X-Request-Id", "Retry-After", "Content-Disposition")


def create_app(settings: Settings) -> FastAPI:
    """The service for these settings. Opens nothing yet: that happens when the server starts it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        providers = {name: one.build_provider(settings) for name, one in INTEGRATIONS.items()}
        try:
            async with open_services(settings, load_keyring(settings), providers) as services:
                app.state.services = services
                app.state.sign_in = open_sign_in()
                yield
        except ConfigurationError as exc:
            app.state.fault = exc  # whoever started us says it in one line and ends with its own status
            raise

    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.is_local else None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=_guards(settings),
        exception_handlers=dict.fromkeys(HANDLED_ERRORS, answer_problem),
    )
    for router in (*ROUTERS, *((docs.router,) if settings.is_local else ())):
        app.include_router(router)
    app.mount("/assets", ui.Assets())
    app.router.default = ui.PageOrNotFound(settings)
    app.state.fault = None
    describe(app)
    return app


def open_sign_in() -> SignIn:
    async def find_session(_value: str) -> Principal:
        raise NotImplementedError

    return SignIn(None, find_session)


def _guards(settings: Settings) -> list[Middleware]:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=DEVELOPMENT_ORIGINS[:1],
        allow_credentials=True,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "X-Requested-With", "X-Request-Id"],
        expose_headers=EXPOSED_HEADERS,
    )
    return [
        Middleware(RequestContext),
        Middleware(SecurityHeaders, settings=settings),
        *([cors] if settings.is_local else []),
        Middleware(Failures),
        *([Middleware(LocalOnly, settings=settings)] if settings.is_local else []),
        Middleware(CrossSite, settings=settings),
        Middleware(Limits),
    ]


def _operation_id(route: APIRoute) -> str:
    """Functions' names are the operations' names; a test keeps them distinct."""
    return route.name
