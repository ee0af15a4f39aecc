"""Whose account a new HubSpot token is: the token's answer says, introspection does where it is silent."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.crypto import Keyring
from errors import AccountMismatchError, UpstreamMalformedError
from integrations.hubspot import build_provider, read_account
from integrations.hubspot_portal import open_reader
from oauth.connection import Account, Connection, Owner
from oauth.token_endpoint import TokenEndpoint
from services.services import Services, open_services
from settings import Settings
from tests.integration.oauth.conftest import grant
from tests.integration.oauth.portal import simulator_settings
from tests.integration.oauth.vendor import Vendor
from tests.raw_app import RawApp
from tests.servers import Simulator

UNNAMED = dataclasses.replace(grant(), account_id=None)


@pytest.fixture
async def services(
    simulator: Simulator, redis_url: str, keyring: Keyring, vendor: Vendor, tmp_path: Path
) -> AsyncIterator[Services]:
    """The service's own, except that the token endpoint is one that introspects as a test wants it."""
    values = simulator_settings(simulator) | {"redis_url": redis_url, "data_dir": tmp_path}
    settings = Settings.model_validate(values)
    provider = build_provider(settings)
    endpoint = TokenEndpoint(vendor.http, dataclasses.replace(provider, introspect_url=vendor.provider.introspect_url))
    async with open_services(settings, keyring, {provider.name: provider}) as services:
        yield dataclasses.replace(services, endpoints={provider.name: endpoint})


def connection_of(account: Account) -> Connection:
    return Connection(
        connection_id="c1",
        provider="hubspot",
        owner=Owner("acme", "ann"),
        account=account,
        status="connected",
        reason=None,
        granted_scopes=(),
        connected_at=datetime(2026, 1, 1, tzinfo=UTC),
        refreshed_at=None,
        access_token_expires_at=None,
    )


class TestAccount:
    async def test_an_answer_that_names_it_is_believed(self, services: Services, vendor: Vendor) -> None:
        account, scopes = await read_account(services, grant())

        assert (account.account_id, scopes, vendor.calls) == ("42", ("read",), [])

    @pytest.mark.parametrize(
        ("told", "used"),
        [
            ("app-eu1.hubspot.com", "app-eu1.hubspot.com"),
            ('evil.example/"><script>', "app.hubspot.com"),
            (None, "app.hubspot.com"),
        ],
    )
    async def test_links_lead_to_a_host_of_hubspot(self, services: Services, told: str | None, used: str) -> None:
        connected = connection_of(Account(account_id="42", ui_domain=told))

        reader = open_reader(services, connected)

        assert reader.portal.ui_domain == used

    async def test_an_answer_without_it_is_introspected(self, services: Services, vendor: Vendor) -> None:
        account, _ = await read_account(services, UNNAMED)

        assert account.account_id == "42"
        assert vendor.count("/introspect") == 1

    async def test_an_inactive_introspection_fails(self, services: Services, vendor: Vendor) -> None:
        vendor.active = False

        with pytest.raises(UpstreamMalformedError):
            await read_account(services, UNNAMED)

    async def test_an_introspection_that_names_another_account_fails(self, services: Services, vendor: Vendor) -> None:
        vendor.hub_id = 999

        with pytest.raises(AccountMismatchError):
            await read_account(services, dataclasses.replace(grant(), scopes=None))

    async def test_account_details_of_another_account_fail(self, services: Services, simulator: Simulator) -> None:
        app = RawApp(simulator)
        access_token = SecretStr(app.exchange(app.code()).json()["access_token"])

        with pytest.raises(AccountMismatchError):
            await read_account(services, dataclasses.replace(grant(account_id="999"), access_token=access_token))
