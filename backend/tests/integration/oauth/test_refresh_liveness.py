"""Who may present a refresh token when its holder is slow, paused or dead; one process, a real Redis."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from core.tasks import running
from oauth.connection import Account, Connection, ConnectionKey
from oauth.connections import ConnectionStore, Details
from oauth.refresh_janitor import OpenRefreshes, RefreshJanitor
from oauth.refresh_rights import UNRESOLVED, RefreshRights, Turn
from oauth.token_records import TokenRecords
from oauth.vault import Vault
from services.services import open_services
from settings import Settings
from tests.integration.oauth.conftest import OWNER, QUICK, connect, grant
from tests.integration.oauth.test_refresh import found, token
from tests.integration.oauth.vendor import Answer, Vendor

REFRESH = {"grant_type": "refresh_token", "refresh_token": "refresh-1"}
SHORT = replace(QUICK, lock_s=0.3)

OpenVault = Callable[[], AbstractAsyncContextManager[Vault]]


@pytest.fixture
def open_vault(redis_client: Redis, keyring: Keyring, vendor: Vendor) -> OpenVault:
    """One worker a call, with a lock of 0.3 seconds."""

    @asynccontextmanager
    async def make() -> AsyncIterator[Vault]:
        vault = Vault(redis_client, keyring, lambda _name: vendor.endpoint, times=SHORT, rng=random.Random(1))
        yield vault
        await vault.aclose()

    return make


@pytest.fixture
def rights(redis_client: Redis, keyring: Keyring, vendor: Vendor) -> RefreshRights:
    return RefreshRights(redis_client, TokenRecords(redis_client, keyring), lambda _name: vendor.endpoint, QUICK)


class TestLivingHolder:
    async def test_nobody_else_presents_the_token_while_a_slow_holder_waits_for_its_answer(
        self, open_vault: OpenVault, vendor: Vendor
    ) -> None:
        vendor.mode = "rotating"

        async def slowly() -> Answer:
            await asyncio.sleep(4 * SHORT.lock_s)
            return vendor.answer("/token", REFRESH)

        vendor.next_answers = [slowly]
        async with open_vault() as holder, open_vault() as other:
            connection = await connect(holder, expires_in_s=0)

            tokens = await asyncio.gather(token(holder, connection), token(other, connection))

        assert list(tokens) == ["access-1", "access-1"]
        assert vendor.count("/token") == 1


class TestDeadHolder:
    async def test_its_right_ends_within_three_seconds(self, rights: RefreshRights, vault: Vault, raw: Any) -> None:
        connection = await connect(vault, expires_in_s=0)

        await rights.ask(connection, "", 60.0)

        assert 0 < await raw.pttl(connection.key.lock) <= 3_000

    @pytest.mark.parametrize(("reuse_ends_grant", "waits"), [(True, True), (False, False)])
    async def test_a_token_whose_reuse_ends_the_grant_is_presented_again_only_much_later(
        self,
        rights: RefreshRights,
        vault: Vault,
        vendor: Vendor,
        raw: Any,
        *,
        reuse_ends_grant: bool,
        waits: bool,
    ) -> None:
        vendor.depart(reuse_ends_grant=reuse_ends_grant)
        connection = await connect(vault, expires_in_s=0)
        await rights.ask(connection, "", 60.0)
        await raw.delete(connection.key.lock)  # it ran out

        soon = await rights.ask(connection, "", 60.0)
        await raw.hincrby(connection.key.record, "intent_at_ms", -15_000)  # 15 seconds pass
        await raw.delete(connection.key.lock)
        later = await rights.ask(connection, "", 60.0)

        assert (soon == "wait", isinstance(later, Turn)) == (waits, True)


class TestJanitor:
    @pytest.fixture
    def refreshes(self, redis_client: Redis) -> OpenRefreshes:
        return OpenRefreshes(redis_client)

    async def leave_open(
        self, rights: RefreshRights, refreshes: OpenRefreshes, connection: Connection, redis: Redis
    ) -> None:
        """As a worker that was killed after it presented the refresh token, some seconds ago."""
        assert isinstance(await rights.ask(connection, "", 60.0), Turn)
        await refreshes.add(connection, due_in_s=-1)
        await redis.delete(connection.key.lock)

    async def test_an_open_refresh_is_made_again_without_a_caller(
        self,
        vault: Vault,
        rights: RefreshRights,
        refreshes: OpenRefreshes,
        connections: ConnectionStore,
        redis_client: Redis,
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        await self.leave_open(rights, refreshes, connection, redis_client)

        async with asyncio.timeout(10), running(vault.keep_resolving):
            while (await found(connections, connection)).refreshed_at is None:  # noqa: ASYNC110 (no event)
                await asyncio.sleep(0.01)
        await vault.aclose()

        assert await token(vault, connection) == "access-1"
        assert not await redis_client.exists(store.OPEN_REFRESHES)

    async def test_a_refresh_that_was_stored_is_only_taken_off_the_list(
        self, vault: Vault, vendor: Vendor, refreshes: OpenRefreshes, redis_client: Redis
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        await refreshes.add(connection, due_in_s=-1)

        await vault._janitor.resolve_due()
        await vault.aclose()

        assert vendor.calls == []
        assert not await redis_client.exists(store.OPEN_REFRESHES)

    async def test_one_with_a_living_holder_is_left_alone_and_looked_at_again(
        self, vault: Vault, rights: RefreshRights, vendor: Vendor, refreshes: OpenRefreshes, redis_client: Redis
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        await rights.ask(connection, "", 60.0)
        await refreshes.add(connection, due_in_s=-1)

        await vault._janitor.resolve_due()
        await vault.aclose()

        assert vendor.calls == []
        assert await redis_client.zcard(store.OPEN_REFRESHES) == 1

    async def test_one_of_a_deleted_connection_is_taken_off_the_list(
        self, vault: Vault, refreshes: OpenRefreshes, redis_client: Redis
    ) -> None:
        connection = await connect(vault)
        await refreshes.add(connection, due_in_s=-1)
        await vault.disconnect(connection)

        await vault._janitor.resolve_due()

        assert not await redis_client.exists(store.OPEN_REFRESHES)

    @pytest.mark.parametrize("field", ["sealed", "account"])
    async def test_one_that_cannot_be_read_is_left_to_its_next_caller(
        self,
        vault: Vault,
        rights: RefreshRights,
        refreshes: OpenRefreshes,
        redis_client: Redis,
        raw: Any,
        field: str,
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        await self.leave_open(rights, refreshes, connection, redis_client)
        await raw.hset(connection.key.record, field, "v1.k1.broken")

        await vault._janitor.resolve_due()
        await vault.aclose()

        assert not await redis_client.exists(store.OPEN_REFRESHES)

    async def test_one_worker_at_a_time_looks(self, redis_client: Redis, connections: ConnectionStore) -> None:
        workers = [RefreshJanitor(OpenRefreshes(redis_client), connections, lambda _: None) for _ in range(3)]
        for number in range(3):
            await OpenRefreshes(redis_client).add(await _stored(connections, number), due_in_s=-1)

        counts = [await worker.resolve_due() for worker in workers]

        assert counts == [3, 0, 0]

    async def test_a_lost_answer_is_asked_for_again_when_the_back_off_ends(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [ConnectionResetError("reset")] * 3
        with pytest.raises(Exception, match="not answering"):
            await token(vault, connection)

        async with asyncio.timeout(10), running(vault.keep_resolving):
            while await redis_client.exists(store.OPEN_REFRESHES):  # noqa: ASYNC110 (no event)
                await asyncio.sleep(0.01)

        assert await token(vault, connection) == "access-4"
        assert vendor.count("/token") == 4

    async def test_nothing_is_refreshed_that_nobody_began(self, vault: Vault, rights: RefreshRights) -> None:
        assert await rights.ask(await connect(vault, expires_in_s=0), UNRESOLVED, 0.0) == "fresh"


class TestService:
    async def test_the_running_service_looks_at_open_refreshes(
        self, redis_url: str, redis_client: Redis, keyring: Keyring
    ) -> None:
        gone = store.connection_key(store.owner_tag("acme", "ann"), "hubspot", "gone")
        await redis_client.zadd(store.OPEN_REFRESHES, {gone: 0})

        async with asyncio.timeout(10), open_services(Settings(redis_url=redis_url), keyring, {}):
            while await redis_client.exists(store.OPEN_REFRESHES):  # noqa: ASYNC110 (no event)
                await asyncio.sleep(0.01)


class TestReplaced:
    async def test_tokens_bought_for_a_replaced_grant_are_revoked(self, vault: Vault, vendor: Vendor) -> None:
        """A refresh under way while the user connects again, where each authorization is a grant of its own."""
        vendor.depart(shares_grant=False, revokes="access_token")
        connection = await connect(vault, expires_in_s=0)

        async def reconnect_first() -> Answer:
            answer = vendor.answer("/token", REFRESH)
            await vault.store(OWNER, "vendor", Account(account_id="42"), grant(7), ("read",))
            return answer

        vendor.next_answers = [reconnect_first]

        assert await token(vault, connection) == "access-7"
        assert vendor.revoked() == ["access-0", "access-1"]  # the replaced one, and the one that came too late


async def _stored(connections: ConnectionStore, number: int) -> Connection:
    """A connection without usable tokens."""
    saved = await connections.save(
        ConnectionKey(OWNER, "vendor", f"connection-{number}"),
        Details(Account(account_id=str(number)), ()),
        generation=0,
        sealed="v1.k1.none",
        expires_in_s=0,
    )
    assert saved
    connection = await connections.find(OWNER, "vendor", f"connection-{number}")
    assert connection is not None
    return connection
