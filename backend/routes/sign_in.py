"""Puts the ways to sign in together, as the settings choose them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from core.http import HttpClient
from routes.host_jwt import HostTokens, KeySource, SharedSecret
from routes.host_keys import FetchedKeys, FixedKeys, fetch_keys
from routes.principal import SignIn
from routes.sessions import Sessions
from services.services import Services, open_vendor_transport


@asynccontextmanager
async def open_sign_in(services: Services) -> AsyncIterator[SignIn]:
    """Local mode without HOST_JWT_*: nobody signs in. Raises: ConfigurationError for keys that cannot be used."""
    settings = services.settings
    find_session = Sessions(services.redis).find
    if not settings.host_jwt_issuer:
        yield SignIn(None, find_session)
        return
    url = settings.host_jwt_jwks_url
    transport = open_vendor_transport(settings)
    async with HttpClient(allowed_origins=[url] if url else [], transport=transport) as http:
        keys: KeySource
        if url:
            keys = FetchedKeys(partial(fetch_keys, http, url))
        elif settings.host_jwt_jwks:
            keys = FixedKeys(settings.host_jwt_jwks)
        else:
            keys = SharedSecret(settings.host_jwt_secret.get_secret_value())
        tokens = HostTokens(keys, issuer=settings.host_jwt_issuer, audience=settings.host_jwt_audience)
        yield SignIn(tokens.verify, find_session)
