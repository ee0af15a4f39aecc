"""Vendors that give each authorization a grant of its own (Notion): every stored token is revoked in the end."""

import httpx
import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from errors import ReconnectRequiredError
from oauth.connection import Account, Connection, Owner
from oauth.connections import ConnectionStore
from oauth.disconnect import Disconnector
from oauth.token_records import Tokens
from oauth.vault import Vault
from tests.integration.oauth.conftest import OWNER, grant
from tests.integration.oauth.test_disconnect import make_due
from tests.integration.oauth.vendor import Vendor, refusal

COLLEAGUE = Owner("acme", "bob")
UNAVAILABLE = [httpx.Response(503), httpx.Response(503)]


@pytest.fixture
async def vendor(vendor: Vendor) -> Vendor:
    vendor.depart(shares_grant=False, revokes="access_token")
    return vendor


@pytest.fixture
def disconnector(redis_client: Redis, keyring: Keyring, connections: ConnectionStore, vendor: Vendor) -> Disconnector:
    return Disconnector(redis_client, keyring, connections, lambda _name: vendor.endpoint)


async def connect(vault: Vault, number: int, owner: Owner = OWNER) -> Connection:
    """Store a fresh authorization: `access-<number>`, `refresh-<number>`."""
    given = grant(number, refresh_token=f"refresh-{number}")
    return await vault.store(owner, "vendor", Account(account_id="42"), given, ("read",))


class TestDisconnect:
    async def test_each_member_of_an_account_ends_its_own_grant(self, vault: Vault, vendor: Vendor) -> None:
        mine, colleagues = await connect(vault, 1), await connect(vault, 2, COLLEAGUE)

        await vault.disconnect(mine)
        first = vendor.revoked()
        await vault.disconnect(colleagues)

        assert (first, vendor.revoked()) == (["access-1"], ["access-1", "access-2"])

    async def test_an_expired_access_token_is_replaced_by_one_that_can_be_revoked(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault, 7)
        vendor.refresh_token = "refresh-7"
        vendor.next_answers = [refusal("invalid_grant")]

        await vault.disconnect(connection)

        assert vendor.revoked() == ["access-7", "access-1"]
        assert await redis_client.keys("*") == []

    async def test_a_grant_that_is_over_is_left_alone(self, vault: Vault, vendor: Vendor, redis_client: Redis) -> None:
        connection = await connect(vault, 1)
        vendor.next_answers = [refusal("invalid_grant"), refusal("invalid_grant")]

        await vault.disconnect(connection)

        assert [path for path, _ in vendor.calls] == ["/revoke", "/token"]
        assert await redis_client.keys("*") == []

    async def test_a_renewed_token_is_kept_until_it_is_revoked(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, redis_client: Redis
    ) -> None:
        vendor.mode = "rotating"
        connection = await connect(vault, 1)
        renewal = {"access_token": "renewed", "refresh_token": "refresh-2"}
        vendor.next_answers = [refusal("invalid_grant"), httpx.Response(200, json=renewal), *UNAVAILABLE]

        await vault.disconnect(connection)
        await make_due(redis_client)
        await disconnector.finish_due()

        assert vendor.revoked() == ["access-1", "renewed", "renewed", "renewed"]
        assert await redis_client.keys("*") == []


class TestReconnect:
    async def test_the_replaced_token_is_revoked_and_the_new_one_is_not(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        await connect(vault, 1)

        connection = await connect(vault, 2)

        assert vendor.revoked() == ["access-1"]
        assert (await vault.access_token(connection)).get_secret_value() == "access-2"
        assert await redis_client.keys("{disconnects}*") == []

    async def test_a_token_of_an_ended_connection_is_revoked_as_well(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, 1)
        vendor.next_answers = [refusal("invalid_grant"), refusal("invalid_grant")]
        with pytest.raises(ReconnectRequiredError):
            await vault.access_token(connection, rejected=grant(1).access_token)

        await connect(vault, 2)

        assert vendor.revoked() == ["access-1"]

    async def test_the_same_token_again_is_not_revoked(self, vault: Vault, vendor: Vendor) -> None:
        await connect(vault, 1)
        await connect(vault, 1)

        assert vendor.revoked() == []

    async def test_a_colleagues_token_stays(self, vault: Vault, vendor: Vendor) -> None:
        await connect(vault, 1)
        await connect(vault, 2, COLLEAGUE)

        assert vendor.revoked() == []

    async def test_a_revocation_that_fails_is_tried_again_later(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, redis_client: Redis
    ) -> None:
        await connect(vault, 1)
        vendor.next_answers = [*UNAVAILABLE]
        connection = await connect(vault, 2)

        await make_due(redis_client)
        await disconnector.finish_due()

        assert vendor.revoked() == ["access-1", "access-1", "access-1"]
        assert (await vault.access_token(connection)).get_secret_value() == "access-2"

    async def test_a_worker_killed_before_it_replaced_the_token_leaves_it_in_use(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, redis_client: Redis
    ) -> None:
        connection = await connect(vault, 1)
        given = grant(1)

        await disconnector.replacing(connection, Tokens(given.access_token, given.refresh_token))
        await make_due(redis_client)
        await disconnector.finish_due()

        assert vendor.revoked() == []
        assert (await vault.access_token(connection)).get_secret_value() == "access-1"

    async def test_a_shared_grant_is_never_revoked_by_a_reconnect(self, vault: Vault, vendor: Vendor) -> None:
        vendor.depart(shares_grant=True, revokes="refresh_token")

        await connect(vault, 1)
        await connect(vault, 2)

        assert vendor.revoked() == []
