"""The vendor and Redis in trouble around a refresh: what is promised then, on real processes of both."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, RedisError

from core.crypto import Keyring
from core.http import HttpClient
from core.redis_client import close_redis, open_redis
from errors import ServiceError, TokenRefreshBackoffError, UpstreamUnavailableError
from integrations.hubspot import build_provider
from oauth.connection import Owner
from oauth.connections import ConnectionStore
from oauth.flow import Flows
from oauth.token_endpoint import TokenEndpoint
from oauth.vault import Vault
from settings import Settings
from tests.integration.oauth.conftest import OWNER, QUICK, age, connect
from tests.integration.oauth.portal import connect_portal, simulator_settings
from tests.integration.oauth.test_flow import begin, come_back
from tests.integration.oauth.vendor import Answer, Vendor
from tests.servers import Simulator, running_redis

REFRESH = {"grant_type": "refresh_token", "refresh_token": "refresh-1"}


class OwnRedis:
    """A server of one test's own, which may be made to hang."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self._pid = pid

    def hang(self) -> None:
        os.kill(self._pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._pid, signal.SIGCONT)


@pytest.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[OwnRedis]:
    with running_redis(tmp_path) as url:
        client = open_redis(url)
        server = OwnRedis(url, (await client.info("server"))["process_id"])
        await close_redis(client)
        yield server
        server.go_on()


@pytest.fixture
async def own_vault(own_redis: OwnRedis, keyring: Keyring, vendor: Vendor) -> AsyncIterator[Vault]:
    redis = open_redis(own_redis.url)
    vault = Vault(redis, keyring, lambda _name: vendor.endpoint, times=QUICK)
    yield vault
    await vault.aclose()
    await close_redis(redis)


class TestReadOnlyRedis:
    """As after a failover, while the old master is a replica."""

    @pytest.fixture
    async def read_only(self, redis_client: Redis) -> AsyncIterator[None]:
        yield
        await redis_client.replicaof("NO", "ONE")

    @pytest.mark.usefixtures("read_only")
    async def test_nothing_is_spent_at_the_vendor(self, vault: Vault, vendor: Vendor, redis_client: Redis) -> None:
        connection = await connect(vault, expires_in_s=0)
        await redis_client.replicaof("127.0.0.1", "1")

        with pytest.raises(ReadOnlyError):
            await vault.access_token(connection)

        assert vendor.calls == []

    @pytest.mark.usefixtures("read_only")
    async def test_a_token_that_is_alive_is_handed_out(self, vault: Vault, vendor: Vendor, redis_client: Redis) -> None:
        connection = await connect(vault)
        await age(redis_client, connection, left_s=30)
        await redis_client.replicaof("127.0.0.1", "1")

        assert (await vault.access_token(connection)).get_secret_value() == "access-0"

    @pytest.mark.usefixtures("read_only")
    async def test_tokens_bought_just_before_are_stored_when_it_ends(
        self, vault: Vault, vendor: Vendor, redis_client: Redis
    ) -> None:
        vendor.mode = "rotating"
        connection = await connect(vault, expires_in_s=0)

        async def become_read_only() -> Answer:
            await redis_client.replicaof("127.0.0.1", "1")
            return vendor.answer("/token", REFRESH)

        vendor.next_answers = [become_read_only]
        asking = asyncio.create_task(vault.access_token(connection))
        done, _ = await asyncio.wait([asking], timeout=0.5)
        await redis_client.replicaof("NO", "ONE")

        assert not done
        assert (await asking).get_secret_value() == "access-1"


class TestRedisGone:
    async def test_a_hung_one_fails_the_caller_within_two_seconds_and_spends_nothing(
        self, own_redis: OwnRedis, own_vault: Vault, vendor: Vendor
    ) -> None:
        connection = await connect(own_vault, expires_in_s=0)
        own_redis.hang()

        try:
            async with asyncio.timeout(2.0):
                with pytest.raises(RedisError):
                    await own_vault.access_token(connection)
        finally:
            own_redis.go_on()

        assert vendor.calls == []
        assert (await own_vault.access_token(connection)).get_secret_value() == "access-1"

    async def test_one_that_hangs_between_the_token_call_and_the_storing_costs_nothing(
        self, own_redis: OwnRedis, own_vault: Vault, vendor: Vendor
    ) -> None:
        vendor.mode = "rotating"
        connection = await connect(own_vault, expires_in_s=0)

        async def hang() -> Answer:
            own_redis.hang()
            asyncio.get_running_loop().call_later(1.5, own_redis.go_on)
            return vendor.answer("/token", REFRESH)

        vendor.next_answers = [hang]

        assert (await own_vault.access_token(connection)).get_secret_value() == "access-1"
        assert vendor.count("/token") == 1


class TestVendorOutageAroundExpiry:
    async def test_the_old_token_serves_until_it_ends_and_the_first_chance_after_is_taken(
        self, redis_client: Redis, keyring: Keyring, simulator: Simulator, connections: ConnectionStore
    ) -> None:
        connection = await connect_portal(redis_client, keyring, simulator)
        provider = build_provider(Settings.model_validate(simulator_settings(simulator)))
        async with HttpClient(allowed_origins=[provider.token_url]) as http:
            endpoint = TokenEndpoint(http, provider)
            vault = Vault(redis_client, keyring, lambda _name: endpoint)
            before = await vault.access_token(connection)
            simulator.fault("/token$", "status", status=503, times=None)

            await age(redis_client, connection, left_s=50)
            assert await vault.access_token(connection) == before
            await age(redis_client, connection, left_s=-1)
            await forget_backoff(redis_client, connection.connection_id)
            with pytest.raises(UpstreamUnavailableError):
                await vault.access_token(connection)
            with pytest.raises(TokenRefreshBackoffError) as raised:
                await vault.access_token(connection)

            simulator.clear_faults()
            await asyncio.sleep(raised.value.retry_after_s or 0)
            after = await vault.access_token(connection)
            await vault.aclose()

        present = await connections.find(OWNER, "hubspot", connection.connection_id)
        assert after != before
        assert present is not None
        assert present.status == "connected"


class TestWrongSecretForAWhile:
    async def test_the_connection_outlives_it_and_works_at_the_first_start_with_the_right_one(
        self, redis_client: Redis, keyring: Keyring, simulator: Simulator, connections: ConnectionStore
    ) -> None:
        connection = await connect_portal(redis_client, keyring, simulator)
        await age(redis_client, connection, left_s=0)
        simulator.clear_log()
        codes = []
        for secret in ("wrong", "wrong", simulator_settings(simulator)["hubspot_client_secret"]):
            settings = simulator_settings(simulator) | {"hubspot_client_secret": secret}
            provider = build_provider(Settings.model_validate(settings))
            async with HttpClient(allowed_origins=[provider.token_url]) as http:
                endpoint = TokenEndpoint(http, provider)
                vault = Vault(redis_client, keyring, lambda _name, endpoint=endpoint: endpoint)  # type: ignore[misc]
                codes.append(await code_of(vault.access_token(connection)))

        present = await connections.find(OWNER, "hubspot", connection.connection_id)
        assert codes == ["provider_misconfigured", "provider_misconfigured", "ok"]
        assert present is not None
        assert present.status == "connected"
        assert len(simulator.log("/token$")) == 3  # one of each process


class TestParallelCallbacks:
    async def test_fifty_rounds_of_twenty_copies_of_one_callback_connect_fifty_times(
        self, redis_client: Redis, keyring: Keyring, vault: Vault, vendor: Vendor
    ) -> None:
        flows, succeeded = Flows(redis_client, keyring, vault), []
        for number in range(50):
            start = await begin(flows, vendor, owner=Owner("acme", f"user-{number}"))
            ends = await asyncio.gather(*(come_back(flows, vendor, start) for _ in range(20)))
            succeeded.append(sum(end.error is None for end in ends))

        assert succeeded == [1] * 50
        assert vendor.count("/token") == 50


async def code_of(call: Any) -> str:
    try:
        await call
    except ServiceError as exc:
        return exc.code
    return "ok"


async def forget_backoff(redis: Redis, connection_id: str) -> None:
    """As when the wait is over."""
    [key] = await redis.keys(f"connection:*{connection_id}")
    await redis.hdel(key, "backoff_until_ms")  # type: ignore[misc]
