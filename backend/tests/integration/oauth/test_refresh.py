"""What happens to an access token that ends, is refused, or cannot be renewed; one process, a real Redis."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
import structlog
from redis.asyncio import Redis

from errors import (
    AccountMismatchError,
    CredentialIntegrityError,
    NotConnectedError,
    ProviderMisconfiguredError,
    ReconnectRequiredError,
    TokenRefreshBackoffError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
)
from oauth.connection import Account, Connection
from oauth.connections import ConnectionStore
from oauth.vault import Vault
from tests.integration.oauth.conftest import OWNER, MakeVault, age, connect, grant
from tests.integration.oauth.vendor import Answer, Vendor, refusal


async def token(vault: Vault, connection: Connection) -> str:
    return (await vault.access_token(connection)).get_secret_value()


async def found(connections: ConnectionStore, connection: Connection) -> Connection:
    present = await connections.find(connection.owner, connection.provider, connection.connection_id)
    assert present is not None
    return present


async def clock_s(redis: Redis) -> float:
    seconds, microseconds = await redis.time()
    return float(seconds + microseconds / 1e6)


def unavailable(times: int = 3) -> list[Answer]:
    """As many refusals as one refresh tries."""
    return [httpx.Response(503) for _ in range(times)]


class TestMargins:
    async def test_a_token_with_time_left_is_handed_out_without_asking(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault)

        assert await token(vault, connection) == "access-0"
        assert vendor.calls == []

    async def test_a_token_below_the_hard_margin_is_refreshed_first(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault, expires_in_s=1800)
        await age(redis_client, connection, left_s=59)

        assert await token(vault, connection) == "access-1"

    async def test_a_token_below_the_soft_margin_is_handed_out_and_refreshed_behind(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault)
        await age(redis_client, connection, left_s=200)

        handed_out = await token(vault, connection)
        await vault.aclose()

        assert handed_out == "access-0"
        assert await token(vault, connection) == "access-1"
        assert vendor.count("/token") == 1

    async def test_a_token_that_lives_shorter_than_the_margins_is_still_used(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        vendor.lifetime_s = 40
        connection = await connect(vault, expires_in_s=40)

        assert [await token(vault, connection) for _ in range(3)] == ["access-0"] * 3
        assert vendor.calls == []

    async def test_a_token_without_an_end_is_never_refreshed_by_itself(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=None)

        assert await token(vault, connection) == "access-0"


class TestSingleFlight:
    async def test_many_callers_of_one_process_share_one_call(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)

        tokens = await asyncio.gather(*(token(vault, connection) for _ in range(50)))

        assert set(tokens) == {"access-1"}
        assert vendor.count("/token") == 1

    async def test_several_workers_share_one_call(self, make_vault: MakeVault, vendor: Vendor) -> None:
        async with make_vault() as one, make_vault() as two, make_vault() as three:
            connection = await connect(one, expires_in_s=0)

            tokens = await asyncio.gather(*(token(vault, connection) for vault in (one, two, three) for _ in range(20)))

        assert set(tokens) == {"access-1"}
        assert vendor.count("/token") == 1

    async def test_a_caller_that_goes_away_does_not_stop_the_refresh(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)
        asked, may_answer = asyncio.Event(), asyncio.Event()

        async def slowly() -> httpx.Response:
            asked.set()
            await may_answer.wait()
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [slowly]
        caller = asyncio.create_task(token(vault, connection))
        await asked.wait()

        caller.cancel()
        may_answer.set()
        await vault.aclose()

        assert await token(vault, connection) == "access-1"
        assert vendor.count("/token") == 1


class TestRejectedToken:
    async def test_a_storm_of_refused_tokens_refreshes_once(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault)
        rejected = await vault.access_token(connection)

        tokens = await asyncio.gather(*(vault.access_token(connection, rejected=rejected) for _ in range(200)))

        assert {each.get_secret_value() for each in tokens} == {"access-1"}
        assert vendor.count("/token") == 1

    async def test_a_token_that_was_replaced_meanwhile_is_not_refreshed_again(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        connection = await connect(vault)
        rejected = await vault.access_token(connection)
        await vault.access_token(connection, rejected=rejected)

        again = await vault.access_token(connection, rejected=rejected)

        assert again.get_secret_value() == "access-1"
        assert vendor.count("/token") == 1


class TestRotation:
    async def test_each_refresh_spends_the_newest_refresh_token(self, vault: Vault, vendor: Vendor) -> None:
        vendor.mode = "rotating"
        connection = await connect(vault, expires_in_s=0)
        vendor.lifetime_s = 0

        tokens = [await token(vault, connection) for _ in range(3)]

        assert tokens == ["access-1", "access-2", "access-3"]

    async def test_an_answer_without_a_refresh_token_keeps_the_present_one(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [httpx.Response(200, json={"access_token": "bare", "expires_in": 0})]

        assert await token(vault, connection) == "bare"
        assert await token(vault, connection) == "access-2"
        assert vendor.calls[-1][1]["refresh_token"] == "refresh-1"


class TestEndedGrant:
    async def test_a_revoked_grant_ends_the_connection_with_reason_and_time(
        self, vault: Vault, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.is_revoked = True

        with pytest.raises(ReconnectRequiredError) as raised:
            await token(vault, connection)

        ended = await found(connections, connection)
        assert raised.value.extra["reason"] == "revoked"
        assert (ended.status, ended.reason) == ("reconnect_required", "revoked")
        assert ended.ended_at is not None
        assert ended.ended_at >= connection.connected_at
        assert vendor.count("/token") == 2  # the refusal is confirmed once

    async def test_one_wrong_refusal_does_not_end_it(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [refusal("invalid_grant")]

        assert await token(vault, connection) == "access-2"

    async def test_a_rotated_token_whose_answer_was_lost_is_told_apart_from_a_revoked_one(
        self, vault: Vault, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        vendor.mode = "rotating"
        connection = await connect(vault, expires_in_s=0)

        async def lost() -> Answer:
            vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})
            return ConnectionResetError("reset by peer")

        vendor.next_answers = [lost]

        with pytest.raises(ReconnectRequiredError):
            await token(vault, connection)

        assert (await found(connections, connection)).reason == "refresh_interrupted"

    async def test_a_connection_without_a_refresh_token_ends_when_its_token_is_refused(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        connection = await vault.store(
            OWNER, "vendor", (await connect(vault)).account, grant(expires_in_s=None, refresh_token=None), ()
        )
        rejected = await vault.access_token(connection)

        with pytest.raises(ReconnectRequiredError):
            await vault.access_token(connection, rejected=rejected)

        assert vendor.calls == []

    async def test_connecting_again_brings_it_back(
        self, vault: Vault, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.is_revoked = True
        with pytest.raises(ReconnectRequiredError):
            await token(vault, connection)

        again = await connect(vault)

        present = await found(connections, again)
        assert again.connection_id == connection.connection_id
        assert (present.status, present.reason, present.ended_at) == ("connected", None, None)


class TestVendorInTrouble:
    async def test_an_outage_backs_off_and_spares_the_vendor(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [*unavailable()]

        with pytest.raises(UpstreamUnavailableError):
            await token(vault, connection)
        calls = vendor.count("/token")
        with pytest.raises(TokenRefreshBackoffError) as raised:
            await token(vault, connection)

        assert raised.value.retry_after_s is not None
        assert 0.3 < raised.value.retry_after_s <= 1.0
        assert vendor.count("/token") == calls

    async def test_a_token_that_is_alive_serves_through_an_outage(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault)
        await age(redis_client, connection, left_s=30)
        vendor.next_answers = [*unavailable()]

        assert await token(vault, connection) == "access-0"
        assert await token(vault, connection) == "access-0"

    async def test_the_wait_that_the_vendor_asks_for_is_kept(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [httpx.Response(429, headers={"Retry-After": "120"})]

        with pytest.raises(Exception, match="limit"):
            await token(vault, connection)
        with pytest.raises(TokenRefreshBackoffError) as raised:
            await token(vault, connection)

        assert raised.value.retry_after_s is not None
        assert 119 < raised.value.retry_after_s <= 120

    async def test_waits_double_with_each_failure_and_begin_anew_after_a_success(
        self, vault: Vault, vendor: Vendor, redis_client: Redis, raw: Any
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        key = connection.key.record
        longest, shortest = [], []  # by Redis' clock before and after the attempt, between which the wait began
        for _ in range(4):
            vendor.next_answers = [*unavailable()]
            began_s = await clock_s(redis_client)
            with pytest.raises(UpstreamUnavailableError):
                await token(vault, connection)
            ended_s = await clock_s(redis_client)
            until_s = int(await raw.hget(key, "backoff_until_ms") or 0) / 1000
            longest.append(until_s - began_s)
            shortest.append(until_s - ended_s)
            await raw.hdel(key, "backoff_until_ms")

        await token(vault, connection)

        assert [wait > 0.45 * 2**number for number, wait in enumerate(longest)] == [True] * 4
        assert [wait <= 2**number for number, wait in enumerate(shortest)] == [True] * 4
        assert not await raw.hexists(key, "backoff_count")

    @pytest.mark.parametrize("body", [b"<html>", b'{"access_token": "acc', b"[]", b'{"token_type": "bearer"}'])
    async def test_garbage_is_asked_for_again(self, vault: Vault, vendor: Vendor, body: bytes) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [httpx.Response(200, content=body)]

        assert await token(vault, connection) == "access-2"


class TestHostileAnswer:
    """What no decoder may let through: each is a malformed answer, and the next refresh may begin at once after it."""

    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 200_000,
            b'{"access_token": "\xff"}',
            b'{"access_token": "a", "expires_in": "' + b"9" * 5_000 + b'"}',
            b'{"access_token": "a\\r\\nX-Evil: 1"}',
            b'{"access_token": "' + b"a" * 9_216 + b'"}',
        ],
        ids=["deep", "not utf-8", "huge lifetime", "line break", "9 KiB"],
    )
    async def test_it_is_malformed_backs_off_and_releases_the_lock(
        self, vault: Vault, vendor: Vendor, raw: Any, body: bytes
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        # Three attempts; a process that was paused for longer than the lock lives starts over.
        vendor.next_answers = [httpx.Response(200, content=body)] * 30

        with pytest.raises(UpstreamMalformedError):
            await token(vault, connection)

        key, lock = connection.key.record, connection.key.lock
        assert not await raw.exists(lock)
        assert await raw.hget(key, "backoff_code") == "upstream_malformed"
        assert await raw.hget(key, "generation") == "1"

    @pytest.mark.parametrize("wait", ["1000000000000", "9" * 400])
    async def test_a_wait_beyond_an_hour_is_an_hour(self, vault: Vault, vendor: Vendor, wait: str) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [httpx.Response(429, headers={"Retry-After": wait})]

        with pytest.raises(UpstreamRateLimitedError):
            await token(vault, connection)
        with pytest.raises(TokenRefreshBackoffError) as raised:
            await token(vault, connection)

        assert raised.value.retry_after_s is not None
        assert 3_590 < raised.value.retry_after_s <= 3_600

    async def test_a_stored_wait_beyond_an_hour_is_not_believed(self, vault: Vault, vendor: Vendor, raw: Any) -> None:
        connection = await connect(vault, expires_in_s=0)
        await raw.hset(connection.key.record, "backoff_until_ms", 10**15)

        assert await token(vault, connection) == "access-1"


class TestAnotherAccount:
    """A vendor, or a cache before it, mixes up answers: tokens of account 999 arrive for account 42."""

    async def test_its_tokens_are_discarded_and_the_old_ones_kept(
        self, vault: Vault, vendor: Vendor, raw: Any, connections: ConnectionStore
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        key, lock = connection.key.record, connection.key.lock
        before = await raw.hget(key, "sealed")
        vendor.hub_id = 999

        with structlog.testing.capture_logs() as captured, pytest.raises(AccountMismatchError):
            await token(vault, connection)

        assert [line["event"] for line in captured if line.get("audit")] == ["integrity_failure", "refresh"]
        assert await raw.hget(key, "sealed") == before
        assert not await raw.exists(lock)
        assert (await found(connections, connection)).status == "connected"

    async def test_the_vendor_is_not_asked_again_for_five_minutes(self, vault: Vault, vendor: Vendor, raw: Any) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.hub_id = 999
        for _ in range(3):
            with pytest.raises(AccountMismatchError):
                await token(vault, connection)
        calls = vendor.count("/token")

        vendor.hub_id = 42
        await raw.hset(connection.key.record, "backoff_until_ms", 0)  # five minutes later

        assert calls == 1
        assert await token(vault, connection) == "access-2"

    async def test_another_authorization_in_the_same_account_is_refused_as_well(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        account = Account(account_id="42", grant_id="bot-1")
        connection = await vault.store(OWNER, "vendor", account, grant(expires_in_s=0), ("read",))
        vendor.bot_id = "bot-2"

        with pytest.raises(AccountMismatchError):
            await token(vault, connection)

    @pytest.mark.parametrize("account_id", ["", "4 2", "4\r\n2", "x" * 101, "ä"])
    async def test_an_account_whose_id_cannot_be_one_is_not_stored(self, vault: Vault, account_id: str) -> None:
        with pytest.raises(UpstreamMalformedError):
            await vault.store(OWNER, "vendor", Account(account_id=account_id), grant(), ("read",))

    async def test_the_accounts_name_is_stored_as_it_can_be_shown(self, vault: Vault) -> None:
        account = Account(account_id="42", name="a\x00b\r\n" + "c" * 300)

        connection = await vault.store(OWNER, "vendor", account, grant(), ("read",))

        assert connection.account.name == "ab" + "c" * 195

    async def test_what_the_vendor_does_not_return_at_a_reconnect_stays_as_it_was(self, vault: Vault) -> None:
        account = Account(account_id="42", name="Acme", region="eu1", ui_domain="app-eu1.vendor.test", grant_id="bot-1")
        await vault.store(OWNER, "vendor", account, grant(), ("read",))

        connection = await vault.store(OWNER, "vendor", Account(account_id="42", name="Acme 2"), grant(1), ("read",))

        assert connection.account == replace(account, name="Acme 2", grant_id=None)

    async def test_a_grant_is_not_stored_under_another_account(self, vault: Vault) -> None:
        with pytest.raises(AccountMismatchError):
            await vault.store(OWNER, "vendor", Account(account_id="43"), grant(account_id="42"), ("read",))


class TestWrongClientSecret:
    async def test_it_is_our_fault_and_the_connection_stays(
        self, vault: Vault, vendor: Vendor, connections: ConnectionStore
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [refusal("invalid_client", 401)]

        for _ in range(3):
            with pytest.raises(ProviderMisconfiguredError):
                await token(vault, connection)

        assert (await found(connections, connection)).status == "connected"
        assert vendor.count("/token") == 1  # the next attempt is due in 5 minutes

    async def test_it_works_again_once_the_secret_is_right(self, vault: Vault, vendor: Vendor, raw: Any) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [refusal("invalid_client", 401)]
        with pytest.raises(ProviderMisconfiguredError):
            await token(vault, connection)

        await raw.hset(connection.key.record, "backoff_until_ms", 0)  # five minutes later

        assert await token(vault, connection) == "access-2"

    async def test_a_process_that_was_not_refused_itself_asks_at_once(
        self, vault: Vault, make_vault: MakeVault, vendor: Vendor
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [refusal("invalid_client", 401)]
        with pytest.raises(ProviderMisconfiguredError):
            await token(vault, connection)

        async with make_vault() as restarted:  # with the right secret
            assert await token(restarted, connection) == "access-2"

    async def test_a_process_with_the_wrong_secret_still_asks_once_only(
        self, vault: Vault, make_vault: MakeVault, vendor: Vendor
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        vendor.next_answers = [refusal("invalid_client", 401), refusal("invalid_client", 401)]

        async with make_vault() as restarted:
            for each in (vault, vault, restarted, restarted, vault):
                with pytest.raises(ProviderMisconfiguredError):
                    await token(each, connection)

        assert vendor.count("/token") == 2

    async def test_a_token_that_is_alive_serves_meanwhile(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault)
        await age(redis_client, connection, left_s=30)
        vendor.next_answers = [refusal("invalid_client", 401)]

        assert await token(vault, connection) == "access-0"


class TestStorage:
    async def test_a_full_redis_refuses_before_the_token_is_spent(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        connection = await connect(vault, expires_in_s=0)
        await redis_client.config_set("maxmemory", 1)

        try:
            with pytest.raises(Exception, match="memory"):
                await token(vault, connection)
        finally:
            await redis_client.config_set("maxmemory", 0)

        assert vendor.calls == []
        assert await token(vault, connection) == "access-1"

    async def test_tokens_bought_just_before_redis_is_full_are_stored(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        vendor.mode = "rotating"
        connection = await connect(vault, expires_in_s=0)

        async def fill() -> Answer:
            await redis_client.config_set("maxmemory", 1)
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [fill]

        try:
            assert await token(vault, connection) == "access-1"
        finally:
            await redis_client.config_set("maxmemory", 0)

    async def test_a_record_moved_to_another_connection_is_refused_and_kept(self, vault: Vault, raw: Any) -> None:
        one, two = await connect(vault), await connect(vault, account_id="43")
        stolen = await raw.hget(one.key.record, "sealed")
        await raw.hset(two.key.record, "sealed", stolen or "")

        with pytest.raises(CredentialIntegrityError):
            await token(vault, two)

        assert await raw.hget(two.key.record, "sealed") == stolen

    async def test_an_older_record_put_back_is_refused(self, vault: Vault, raw: Any) -> None:
        connection = await connect(vault)
        key = connection.key.record
        older = await raw.hget(key, "sealed")
        await vault.access_token(connection, rejected=await vault.access_token(connection))
        await raw.hset(key, "sealed", older or "")

        with pytest.raises(CredentialIntegrityError):
            await token(vault, connection)


class TestCrossing:
    async def test_a_reconnect_during_a_refresh_wins(self, vault: Vault, vendor: Vendor) -> None:
        connection = await connect(vault, expires_in_s=0)

        async def reconnect_first() -> Answer:
            await vault.store(OWNER, "vendor", connection.account, grant(7), ("read",))
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [reconnect_first]

        assert await token(vault, connection) == "access-7"

    async def test_a_refresh_by_one_who_missed_a_reconnect_keeps_its_account(
        self, vault: Vault, vendor: Vendor, redis_client: Redis, connections: ConnectionStore
    ) -> None:
        """A long load has read the connection before it was connected again, by another authorization."""
        before = await connect(vault)
        account = replace(before.account, name="Acme Ltd", ui_domain="app-eu1.vendor.test", grant_id="bot-2")
        connected = await vault.store(OWNER, "vendor", account, grant(7), ("read",))
        await age(redis_client, connected, left_s=10)
        vendor.bot_id = "bot-2"

        assert await token(vault, replace(before, account=replace(before.account, grant_id="bot-1"))) == "access-1"
        assert (await found(connections, connected)).account == account

    async def test_tokens_bought_for_a_connection_deleted_meanwhile_are_revoked(
        self, vault: Vault, vendor: Vendor
    ) -> None:
        connection = await connect(vault, expires_in_s=0)

        async def disconnect_first() -> Answer:
            vendor.next_answers = [httpx.Response(200)]
            await vault.disconnect(connection)
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [disconnect_first]

        with pytest.raises(NotConnectedError):
            await token(vault, connection)

        assert [path for path, _ in vendor.calls] == ["/token", "/revoke", "/revoke"]

    async def test_a_holder_that_was_away_revives_a_connection_given_up_meanwhile(
        self, make_vault: MakeVault, vendor: Vendor, redis_client: Redis, connections: ConnectionStore
    ) -> None:
        """A paused worker holds the only new tokens: the other one must not have the last word."""
        vendor.mode = "rotating"
        async with make_vault() as paused, make_vault() as other:
            connection = await connect(paused, expires_in_s=0)

            async def meanwhile() -> Answer:
                answer = vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})
                await redis_client.delete(connection.key.lock)  # its lock ran out
                with pytest.raises(ReconnectRequiredError):
                    await token(other, connection)
                assert (await found(connections, connection)).reason == "refresh_interrupted"
                return answer

            vendor.next_answers = [meanwhile]

            assert await token(paused, connection) == "access-1"
            present = await found(connections, connection)

        assert (present.status, present.reason) == ("connected", None)


class TestBounds:
    async def test_no_more_than_ten_token_calls_run_at_once(self, vault: Vault, vendor: Vendor) -> None:
        connected = [await connect(vault, account_id=str(number), expires_in_s=0) for number in range(25)]
        vendor.hub_id = None
        running, most = 0, 0
        ten_are_running = asyncio.Event()

        async def slowly() -> Answer:
            nonlocal running, most
            running += 1
            most = max(most, running)
            if running == 10:
                ten_are_running.set()
            await ten_are_running.wait()
            await asyncio.sleep(0.02)  # an eleventh would come meanwhile
            running -= 1
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [slowly] * 25

        async with asyncio.timeout(10):
            await asyncio.gather(*(token(vault, connection) for connection in connected))

        assert most == 10
        assert vendor.count("/token") == 25

    async def test_a_vendor_that_does_not_answer_does_not_hold_up_another(self, vault: Vault, vendor: Vendor) -> None:
        silent = [await connect(vault, account_id=str(number), expires_in_s=0) for number in range(10)]
        account = Account(account_id="42", name="Acme")
        answering = await vault.store(OWNER, "other", account, grant(expires_in_s=0), ("read",))
        vendor.hub_id = None
        all_wait, may_answer = asyncio.Event(), asyncio.Event()

        async def late() -> Answer:
            if vendor.count("/token") == len(silent):
                all_wait.set()
            await may_answer.wait()
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [late] * len(silent)
        waiting = asyncio.gather(*(token(vault, connection) for connection in silent))
        await all_wait.wait()

        async with asyncio.timeout(2):
            assert await token(vault, answering) != "access-0"

        may_answer.set()
        assert len(await waiting) == len(silent)

    async def test_a_shutdown_waits_for_a_refresh_in_flight(self, make_vault: MakeVault, vendor: Vendor) -> None:
        vendor.mode = "rotating"
        asked, may_answer = asyncio.Event(), asyncio.Event()

        async def slowly() -> Answer:
            asked.set()
            await may_answer.wait()
            return vendor.answer("/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})

        vendor.next_answers = [slowly]
        async with make_vault() as first, make_vault() as second:
            connection = await connect(first, expires_in_s=0)
            caller = asyncio.create_task(token(first, connection))
            await asked.wait()
            caller.cancel()

            closing = asyncio.create_task(first.aclose())
            await asyncio.sleep(0.05)
            is_waiting = not closing.done()
            may_answer.set()
            await closing

            assert is_waiting
            assert await token(second, connection) == "access-1"
