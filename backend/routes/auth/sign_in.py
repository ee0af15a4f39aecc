"""Open the sign-in methods chosen by the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from core.http import HttpClient
from routes.auth.host_jwt import HostTokens, KeySource, SharedSecret
from routes.auth.host_keys import FetchedKeys, FixedKeys, fetch_keys
from routes.auth.principal import SignIn
from services.services import Services, open_vendor_transport
from settings import Settings


@asynccontextmanager
async def open_sign_in(services: Services) -> AsyncIterator[SignIn]:
    """The sign-in; local mode without HOST_JWT_* has none. Raises: ConfigurationError for unusable keys."""
    settings = services.settings
    find_session = services.sessions.find
    if not settings.host_jwt_issuer:
        yield SignIn(None, find_session)
        return
    async with _open_keys(settings) as keys:
        tokens = HostTokens(keys, issuer=settings.host_jwt_issuer, audience=settings.host_jwt_audience)
        yield SignIn(tokens.verify, find_session)


@asynccontextmanager
async def _open_keys(settings: Settings) -> AsyncIterator[KeySource]:
    if settings.host_jwt_jwks:
        yield FixedKeys(settings.host_jwt_jwks)
    elif url := settings.host_jwt_jwks_url:
        async with HttpClient(allowed_origins=[url], transport=open_vendor_transport(settings)) as http:
            keys = FetchedKeys(partial(fetch_keys, http, url))
            async with keys.kept_fresh():
                yield keys
    else:
        yield SharedSecret(settings.host_jwt_secret.get_secret_value())
