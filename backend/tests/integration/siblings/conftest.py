"""Every registered integration on a real Redis, connected to the running simulator."""

from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.crypto import Keyring
from integrations.registry import INTEGRATIONS
from oauth.callback import Callback
from oauth.connection import Connection, Owner
from oauth.flow import FlowEnd, Start
from services.services import Services, open_services
from settings import Settings
from tests.servers import Simulator, service_settings

OWNER = Owner("acme", "ann")
Connect = Callable[..., Awaitable[Connection]]


@pytest.fixture
def settings(simulator: Simulator, redis_url: str) -> Settings:
    values = {name.lower(): value for name, value in service_settings(simulator.url).items()}
    return Settings.model_validate(values | {"redis_url": redis_url})


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    providers = {name: one.build_provider(settings) for name, one in INTEGRATIONS.items()}
    async with open_services(settings, Keyring({"k1": bytes(range(32))}), providers) as services:
        yield services


@pytest.fixture
def connect(services: Services, simulator: Simulator) -> Connect:
    """Consent at a vendor as its first account, or the one named."""

    async def connect(name: str, account: str | None = None, owner: Owner = OWNER) -> Connection:
        end = await finish(services, simulator, name, owner=owner, **({"account": account} if account else {}))
        assert end.error is None, end.error
        assert end.connection is not None
        return end.connection

    return connect


async def finish(
    services: Services, simulator: Simulator, name: str, *, owner: Owner = OWNER, decision: str = "allow", **form: str
) -> FlowEnd:
    """One connect attempt from the click to its end."""
    integration = INTEGRATIONS[name]
    start = await integration.authorize(services, owner, Start(any_browser=True))
    callback = simulator.decide(start.authorization_url, decision, **form)
    query = dict(parse_qsl(urlsplit(callback).query))
    return await integration.oauth2callback(services, Callback(query=query, cookies={}))
