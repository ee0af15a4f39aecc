"""Ending a connection: what is deleted, what the vendor is told, and what survives a kill in between."""

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from core import metrics, store
from core.crypto import Keyring
from core.tasks import running
from errors import NotConnectedError
from oauth.connection import ConnectionKey, Owner
from oauth.connections import ConnectionStore, Details
from oauth.disconnect import Disconnector, _Note, _note_id
from oauth.vault import Vault
from tests.integration.oauth.conftest import OWNER, connect
from tests.integration.oauth.vendor import Vendor, refusal

COLLEAGUE = Owner("acme", "bob")


async def keys_left(redis: Redis) -> set[str]:
    return set(await redis.keys("*"))


async def make_due(redis: Redis) -> None:
    """Let time pass until every note is due."""
    for note_id in await redis.zrange(store.DISCONNECTS_DUE, 0, -1):
        await redis.zadd(store.DISCONNECTS_DUE, {note_id: 0})


async def shown_revocations(count: int) -> None:
    """Until the metrics show so many."""
    while metrics.REGISTRY.get_sample_value("integrations_revocations_left") != count:  # noqa: ASYNC110 (no event)
        await asyncio.sleep(0.01)


@pytest.fixture
def disconnector(redis_client: Redis, keyring: Keyring, connections: ConnectionStore, vendor: Vendor) -> Disconnector:
    return Disconnector(redis_client, keyring, connections, lambda _name: vendor.endpoint)


class TestDisconnect:
    async def test_the_grant_is_revoked_and_nothing_is_left(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault)

        await vault.disconnect(connection)

        assert vendor.calls == [
            (
                "/revoke",
                {
                    "token": "refresh-1",
                    "token_type_hint": "refresh_token",
                    "client_id": "client",
                    "client_secret": "client-secret",
                },
            )
        ]
        assert await keys_left(redis_client) == set()

    async def test_a_second_time_says_that_it_is_gone(self, vault: Vault) -> None:
        connection = await connect(vault)
        await vault.disconnect(connection)

        with pytest.raises(NotConnectedError):
            await vault.disconnect(connection)

    async def test_another_owners_connection_to_the_same_account_keeps_working(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        mine, colleagues = await connect(vault), await connect(vault, owner=COLLEAGUE, expires_in_s=0)

        await vault.disconnect(mine)

        assert vendor.count("/revoke") == 0
        assert (await vault.access_token(colleagues)).get_secret_value() == "access-1"

    async def test_the_last_connection_of_an_account_revokes_the_grant(self, vault: Vault, vendor: Vendor) -> None:
        mine, colleagues = await connect(vault), await connect(vault, owner=COLLEAGUE)

        await vault.disconnect(mine)
        await vault.disconnect(colleagues)

        assert vendor.count("/revoke") == 1

    async def test_a_connection_to_another_account_stays(
        self, vault: Vault, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        one, two = await connect(vault), await connect(vault, account_id="43")

        await vault.disconnect(one)

        assert await connections.list_connections(OWNER, "vendor") == [two]

    async def test_one_that_cannot_be_decrypted_is_deleted_all_the_same(
        self, vault: Vault, vendor: Vendor, redis_client: Redis, raw: Any
    ) -> None:
        connection = await connect(vault)
        await raw.hset(connection.key.record, "sealed", "v1.k1.broken")

        await vault.disconnect(connection)

        assert await keys_left(redis_client) == set()
        assert vendor.calls == []

    async def test_a_reconnect_that_it_overtakes_does_not_keep_the_next_grant_from_being_revoked(
        self, vault: Vault, vendor: Vendor, connections: ConnectionStore, redis_client: Redis
    ) -> None:
        connection = await connect(vault)
        connection_id, generation = await connections.reserve(OWNER, "vendor", "42")
        await vault.disconnect(connection)

        is_saved = await connections.save(
            ConnectionKey(OWNER, "vendor", connection_id),
            Details(connection.account, ("read",)),
            generation=generation,
            sealed="v1.k1.sealed",
            expires_in_s=None,
        )
        await vault.disconnect(await connect(vault))

        assert (is_saved, vendor.count("/revoke")) == (False, 2)
        assert await keys_left(redis_client) == set()


class TestFailedRevocation:
    @pytest.mark.parametrize("answer", [httpx.Response(503), refusal("invalid_client", 401), ConnectionError("no")])
    async def test_the_connection_is_gone_and_the_revocation_is_tried_again_later(
        self,
        vault: Vault,
        vendor: Vendor,
        connections: ConnectionStore,
        disconnector: Disconnector,
        redis_client: Redis,
        answer: httpx.Response | Exception,
    ) -> None:
        connection = await connect(vault)
        vendor.next_answers = [answer, answer]

        await vault.disconnect(connection)
        listed = await connections.list_connections(OWNER, "vendor")
        vendor.next_answers = []
        await make_due(redis_client)
        worked_off = await disconnector.finish_due()

        assert (listed, worked_off, vendor.is_revoked) == ([], 1, True)
        assert await keys_left(redis_client) == set()

    async def test_the_metrics_show_it_until_it_succeeds(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, redis_client: Redis
    ) -> None:
        vendor.next_answers = [httpx.Response(503), httpx.Response(503)]
        await vault.disconnect(await connect(vault))

        async with asyncio.timeout(10), running(partial(disconnector.keep_finishing, every_s=0.01)):
            await shown_revocations(1)
            await make_due(redis_client)
            await shown_revocations(0)

        assert vendor.is_revoked

    async def test_it_is_not_tried_before_it_is_due(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector
    ) -> None:
        vendor.next_answers = [httpx.Response(503), httpx.Response(503)]
        await vault.disconnect(await connect(vault))

        assert await disconnector.finish_due() == 0

    async def test_one_that_cannot_be_read_does_not_hold_up_the_others(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, raw: Any, redis_client: Redis
    ) -> None:
        vendor.next_answers = [httpx.Response(503), httpx.Response(503)]
        await vault.disconnect(await connect(vault))
        await raw.hset(store.DISCONNECTS, "broken", "v1.k1.broken")
        await raw.zadd(store.DISCONNECTS_DUE, {"broken": -1})
        await make_due(redis_client)

        await disconnector.finish_due()

        assert vendor.is_revoked
        assert await raw.hkeys(store.DISCONNECTS) == ["broken"]

    async def test_one_whose_data_cannot_be_deleted_yet_does_not_hold_up_the_others(
        self,
        vault: Vault,
        vendor: Vendor,
        connections: ConnectionStore,
        redis_client: Redis,
        keyring: Keyring,
        raw: Any,
    ) -> None:
        stuck, other = await connect(vault), await connect(vault, account_id="43")

        async def delete_data(connection_id: str) -> None:
            if connection_id == stuck.connection_id:
                raise RedisConnectionError

        endpoint = vendor.endpoint
        disconnector = Disconnector(redis_client, keyring, connections, lambda _: endpoint, delete_data=delete_data)
        for connection in (stuck, other):
            await disconnector._remember(_Note(connection, "refresh-1"), due_in_s=0)
        await raw.zadd(store.DISCONNECTS_DUE, {_note_id(stuck): 0})

        await disconnector.finish_due()

        assert await raw.hkeys(store.DISCONNECTS) == [_note_id(stuck)]

    async def test_it_is_dropped_once_the_account_is_connected_anew(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, redis_client: Redis, raw: Any
    ) -> None:
        vendor.next_answers = [httpx.Response(503), httpx.Response(503)]
        await vault.disconnect(await connect(vault))
        calls = vendor.count("/revoke")

        await connect(vault, owner=COLLEAGUE)
        await make_due(redis_client)
        await disconnector.finish_due()

        assert vendor.count("/revoke") == calls
        assert await raw.hlen(store.DISCONNECTS) == 0

    async def test_it_is_given_up_after_a_day(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, redis_client: Redis, raw: Any
    ) -> None:
        vendor.next_answers = [httpx.Response(503) for _ in range(80)]
        await vault.disconnect(await connect(vault))
        rounds = 0

        while await raw.hlen(store.DISCONNECTS):
            await make_due(redis_client)
            rounds += await disconnector.finish_due()

        assert rounds == 30


class TestKilledBetween:
    async def test_a_disconnect_that_was_only_noted_is_completed(
        self,
        vault: Vault,
        vendor: Vendor,
        disconnector: Disconnector,
        connections: ConnectionStore,
        redis_client: Redis,
    ) -> None:
        connection = await connect(vault)
        await disconnector._remember(_Note(connection, "refresh-1"), due_in_s=0)

        await disconnector.finish_due()

        assert await connections.list_connections(OWNER, "vendor") == []
        assert vendor.is_revoked
        assert await keys_left(redis_client) == set()

    async def test_a_disconnect_killed_after_the_deletion_still_revokes(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, connections: ConnectionStore
    ) -> None:
        connection = await connect(vault)
        await disconnector._remember(_Note(connection, "refresh-1"), due_in_s=0)
        await connections.delete(connection)

        await disconnector.finish_due()

        assert vendor.is_revoked

    async def test_two_workers_do_not_work_off_the_same_note(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector
    ) -> None:
        for account_id in ("1", "2", "3"):
            connection = await connect(vault, account_id=account_id)
            await disconnector._remember(_Note(connection, "refresh-1"), due_in_s=0)

        counts = await asyncio.gather(*(disconnector.finish_due() for _ in range(3)))

        assert (sum(counts), vendor.count("/revoke")) == (3, 3)

    async def test_a_note_never_deletes_a_connection_made_after_it(
        self, vault: Vault, vendor: Vendor, disconnector: Disconnector, connections: ConnectionStore
    ) -> None:
        old = new = await connect(vault)
        while new.connected_at == old.connected_at:  # to the millisecond
            new = await connect(vault)  # the same connection, connected again

        await disconnector.disconnect(old, None)

        assert old.connection_id == new.connection_id
        assert await connections.find(OWNER, "vendor", new.connection_id) == new
