"""A connection to a portal of the simulator, made by a consent as a user gives it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import Redis

from core.crypto import Keyring
from core.http import HttpClient
from integrations.hubspot import build_provider
from oauth.callback import Callback
from oauth.connection import Account, Connection, Owner
from oauth.flow import Flows, Start
from oauth.token_endpoint import TokenEndpoint
from oauth.tokens import TokenGrant
from oauth.vault import Vault
from settings import Settings
from tests.integration.oauth.conftest import OWNER
from tests.servers import Simulator, service_settings


def simulator_settings(simulator: Simulator, **more: str) -> dict[str, Any]:
    """Settings of a service whose HubSpot is the simulator, by their names in code."""
    return {name.lower(): value for name, value in (service_settings(simulator.url) | more).items()}


async def connect_portal(redis: Redis, keyring: Keyring, simulator: Simulator, owner: Owner = OWNER) -> Connection:
    """Connect by a consent on the simulator's page."""
    provider = build_provider(Settings.model_validate(simulator_settings(simulator)))
    async with HttpClient(allowed_origins=[provider.token_url]) as http:
        endpoint = TokenEndpoint(http, provider)
        vault = Vault(redis, keyring, lambda _name: endpoint)
        flows = Flows(redis, keyring, vault)
        start = await flows.start(provider, owner, Start())
        query = dict(parse_qsl(urlsplit(simulator.decide(start.authorization_url)).query))
        callback = Callback(query=query, cookies={start.cookie_name: start.cookie_value})
        end = await flows.finish(provider, endpoint, callback, _read_account)
    assert end.connection is not None, end.error
    return end.connection


async def _read_account(grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
    assert grant.account_id is not None
    return Account(account_id=grant.account_id), grant.scopes or ()
