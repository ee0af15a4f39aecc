"""A new key: everything sealed is encrypted anew while the service goes on; a wrong or missing key stops a start."""

import asyncio
import itertools
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from core import metrics, store
from core.crypto import Keyring
from core.key_check import check_keys, forget_key, recheck_keys
from core.tasks import running
from oauth.connection import Owner
from oauth.connections import ConnectionStore
from oauth.disconnect import Disconnector, _Note
from oauth.flow import Flows
from oauth.rotation import Rotation
from oauth.vault import Vault
from services.background import keep_checking_keys
from settings import ConfigurationError
from tests.integration.oauth.conftest import OWNER, connect
from tests.integration.oauth.test_flow import begin, come_back
from tests.integration.oauth.vendor import Vendor

OLD, NEW = bytes(range(32)), bytes(range(100, 132))
BOTH = Keyring({"k2": NEW, "k1": OLD})
NEW_ONLY = Keyring({"k2": NEW})


def vault_with(redis: Redis, keyring: Keyring, vendor: Vendor) -> Vault:
    return Vault(redis, keyring, lambda _name: vendor.endpoint)


class TestRotation:
    async def test_connections_read_with_the_new_key_alone(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connected = [await connect(vault, owner=Owner("a/ß", f"{number}}}:x")) for number in range(5)]

        count = await Rotation(redis_client, BOTH).run()

        later = vault_with(redis_client, NEW_ONLY, vendor)
        tokens = [(await later.access_token(connection)).get_secret_value() for connection in connected]
        connections = ConnectionStore(redis_client, NEW_ONLY)
        assert (count.rotated, count.skipped, count.failed, count.is_complete) == (10, 0, 0, True)
        assert tokens == ["access-0"] * 5
        assert [
            await connections.find(entry.owner, entry.provider, entry.connection_id) for entry in connected
        ] == connected

    async def test_a_second_run_finds_nothing_to_do(self, vault: Vault, redis_client: Redis) -> None:
        await connect(vault)
        await Rotation(redis_client, BOTH).run()

        count = await Rotation(redis_client, BOTH).run()

        assert (count.rotated, count.skipped) == (0, 2)

    async def test_a_connect_attempt_under_way_is_finished_with_the_new_key(
        self, flows: Flows, vendor: Vendor, redis_client: Redis
    ) -> None:
        start = await begin(flows, vendor)
        [key] = await redis_client.keys(store.STATE_PREFIX + "*")

        await Rotation(redis_client, BOTH).run()
        later = Flows(redis_client, NEW_ONLY, vault_with(redis_client, NEW_ONLY, vendor))

        assert 590 < await redis_client.ttl(key) <= 600
        assert (await come_back(later, vendor, start)).error is None

    async def test_a_pending_revocation_is_worked_off_with_the_new_key(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        old, new = (
            Disconnector(redis_client, keyring, vault._connections, lambda _name: vendor.endpoint)
            for keyring in (Keyring({"k1": OLD}), NEW_ONLY)
        )
        await old._remember(_Note(await connect(vault), "refresh-1"), due_in_s=0)

        await Rotation(redis_client, BOTH).run()
        await new.finish_due()

        assert vendor.is_revoked

    async def test_what_cannot_be_opened_is_kept_counted_and_named(
        self, vault: Vault, redis_client: Redis, raw: Any
    ) -> None:
        broken, unknown = await connect(vault, account_id="1"), await connect(vault, account_id="2")
        await connect(vault, account_id="3")
        foreign = (await raw.hget(unknown.key.record, "sealed")).replace("v1.k1.", "v1.k0.")
        await raw.hset(unknown.key.record, "sealed", foreign)
        await raw.hset(broken.key.record, "sealed", "v1.k1.broken")

        count = await Rotation(redis_client, BOTH).run()

        assert (count.rotated, count.failed, count.remaining) == (4, 2, {"k1": 1, "k0": 1})
        assert not count.is_complete
        assert await raw.hget(broken.key.record, "sealed") == "v1.k1.broken"

    @pytest.mark.parametrize("generation", ["many", "-1", "9" * 30, "1.5"])
    async def test_a_generation_that_is_none_holds_no_others_up(
        self, vault: Vault, redis_client: Redis, generation: str
    ) -> None:
        damaged, _ = [await connect(vault, owner=Owner("acme", user)) for user in ("ann", "bob")]
        await redis_client.hset(damaged.key.record, "generation", generation)  # type: ignore[misc]

        count = await Rotation(redis_client, BOTH).run()

        assert (count.rotated, count.failed, count.remaining) == (3, 1, {"k1": 1})

    async def test_refreshes_meanwhile_lose_nothing(self, vault: Vault, vendor: Vendor, redis_client: Redis) -> None:
        """Whoever writes second finds the other's text and leaves it, or writes over what it read."""
        vendor.mode = "rotating"
        connection = await connect(vault, expires_in_s=0)
        vendor.lifetime_s = 0
        # Halfway through a rolling restart: all know both keys, and do not agree on the first.
        behind = vault_with(redis_client, Keyring({"k1": OLD, "k2": NEW}), vendor)
        ahead = vault_with(redis_client, BOTH, vendor)
        is_done = asyncio.Event()

        async def keep_refreshing() -> int:
            for number in itertools.count():
                if is_done.is_set():
                    return number
                await (behind, ahead)[number % 2].access_token(connection)
            raise AssertionError

        refreshing = asyncio.create_task(keep_refreshing())
        for _ in range(20):
            await Rotation(redis_client, BOTH).run()
        is_done.set()

        refreshed = await refreshing
        count = await Rotation(redis_client, BOTH).run()
        assert refreshed > 0
        assert count.is_complete
        assert vendor.count("/token") == refreshed

    async def test_a_run_that_was_stopped_is_completed_by_the_next(self, vault: Vault, redis_client: Redis) -> None:
        for number in range(600):
            await connect(vault, account_id=str(number))
        first = asyncio.create_task(Rotation(redis_client, BOTH).run())
        while (await Rotation(redis_client, BOTH).count())["k2"] == 0:
            pass
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)

        count = await Rotation(redis_client, BOTH).run()

        assert count.is_complete
        assert await Rotation(redis_client, BOTH).count() == {"k2": 1200}


class TestKeyCheckWhileRunning:
    async def test_after_a_flush_the_primary_keys_text_is_written_again(self, redis_client: Redis, raw: Any) -> None:
        await check_keys(redis_client, BOTH)
        async with running(partial(keep_checking_keys, redis_client, BOTH, every_s=0.01)):
            await raw.flushall()
            async with asyncio.timeout(5):
                while not await raw.exists(store.KEY_CHECKS):  # noqa: ASYNC110 (Redis is polled)
                    await asyncio.sleep(0.01)

        assert list(await raw.hgetall(store.KEY_CHECKS)) == ["k2"]
        with pytest.raises(ConfigurationError, match="key k2 is not the key"):
            await check_keys(redis_client, Keyring({"k2": OLD}))

    async def test_a_wrong_key_is_logged_and_counted_and_nothing_is_deleted(
        self, redis_client: Redis, raw: Any
    ) -> None:
        await check_keys(redis_client, Keyring({"k1": OLD}))
        before = await raw.hgetall(store.KEY_CHECKS)
        with capture_logs() as lines:
            async with (
                asyncio.timeout(5),
                running(partial(keep_checking_keys, redis_client, Keyring({"k1": NEW}), every_s=0.01)),
            ):
                while not lines:  # noqa: ASYNC110 (the captured log is a list)
                    await asyncio.sleep(0.01)

        assert (lines[0]["log_level"], len(lines[0]["faults"])) == ("error", 1)
        assert metrics.REGISTRY.get_sample_value("integrations_key_faults") == 1
        assert await raw.hgetall(store.KEY_CHECKS) == before

    async def test_the_text_of_a_key_that_a_rotation_removed_stays_removed(self, redis_client: Redis) -> None:
        await check_keys(redis_client, BOTH)
        await forget_key(redis_client, "k1")

        assert await recheck_keys(redis_client, BOTH) == []

        await check_keys(redis_client, NEW_ONLY)


class TestKeyCheck:
    async def test_the_same_keys_pass_again_and_again(self, redis_client: Redis) -> None:
        for _ in range(2):
            await check_keys(redis_client, BOTH)

    async def test_a_wrong_key_under_a_known_name_is_refused_by_name(self, redis_client: Redis) -> None:
        await check_keys(redis_client, Keyring({"k1": OLD}))

        with pytest.raises(ConfigurationError, match="key k1 is not the key") as raised:
            await check_keys(redis_client, Keyring({"k1": NEW}))

        assert NEW.hex() not in str(raised.value)

    @pytest.mark.parametrize("text", ["", "v1.k9.gAAAAA", "v1.k2.gAAAAA"])
    async def test_a_text_that_was_written_by_hand_is_refused_by_name(
        self, redis_client: Redis, raw: Any, text: str
    ) -> None:
        await raw.hset(store.KEY_CHECKS, "k1", text)

        with pytest.raises(ConfigurationError, match="key k1 is not the key"):
            await check_keys(redis_client, BOTH)

    async def test_a_missing_key_is_refused_until_nothing_needs_it(self, vault: Vault, redis_client: Redis) -> None:
        await check_keys(redis_client, Keyring({"k1": OLD}))
        await connect(vault)

        with pytest.raises(ConfigurationError, match="key k1 is missing"):
            await check_keys(redis_client, NEW_ONLY)

    async def test_every_fault_is_named_at_once(self, redis_client: Redis) -> None:
        await check_keys(redis_client, BOTH)

        with pytest.raises(ConfigurationError) as raised:
            await check_keys(redis_client, Keyring({"k2": OLD}))

        assert len(raised.value.faults) == 2

    async def test_a_failed_check_writes_nothing(self, redis_client: Redis, raw: Any) -> None:
        await check_keys(redis_client, Keyring({"k1": OLD}))

        with pytest.raises(ConfigurationError):
            await check_keys(redis_client, NEW_ONLY)

        assert set(await raw.hgetall(store.KEY_CHECKS)) == {"k1"}


class TestMovedTexts:
    async def test_the_owner_of_this_suite_is_not_the_owner_of_that(self, vault: Vault, raw: Any) -> None:
        """A text moved between users' records, as somebody with access to Redis could: see test_crypto for all five."""
        mine, theirs = await connect(vault), await connect(vault, owner=Owner(OWNER.org_id, "bob"))
        await raw.hset(theirs.key.record, "sealed", await raw.hget(mine.key.record, "sealed"))

        with pytest.raises(Exception, match="does not belong"):
            await vault.access_token(theirs)
