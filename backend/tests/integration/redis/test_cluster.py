"""A cluster of three primaries, each with a replica."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode
from redis.exceptions import RedisError

from core.encryption_keys import load_keyring
from core.redis_client import close_redis, open_redis
from core.redis_cluster import BoundedCluster
from core.store import owner_tag
from oauth.connections import ConnectionStore
from services.start_check import find_store_faults
from settings import Settings
from tests.integration.api.conftest import KEYS, OpenApi
from tests.integration.redis.failover import ANSWER_S, survive
from tests.integration.redis.journey import travel
from tests.integration.redis.processes import PATIENCE_MS, Cluster, eventually, running_cluster
from tests.integration.redis.test_access import PASSWORD, user_of_both
from tests.key_table import key_faults, read_key_table
from tests.servers import Simulator

# What the documents add to the user for a cluster.
FOR_CLUSTERS = ("+cluster|slots", "+command")
OWNERS = 12


@pytest.fixture(scope="module")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("c"), replicas=1) as cluster:
        for server in cluster.servers:
            server.admin.execute_command("ACL SETUSER", *user_of_both(), *FOR_CLUSTERS)
        yield cluster


@pytest.fixture
def cluster(_cluster: Cluster) -> Cluster:
    """Empty."""
    for primary in _cluster.primaries:
        primary.admin.flushall()
    return _cluster


@pytest.fixture
async def client(cluster: Cluster) -> AsyncIterator[Any]:
    client = open_redis(cluster.url)
    yield client
    await close_redis(client)


class TestJourney:
    async def test_everything_works_for_the_documented_user_and_leaves_documented_keys(
        self, cluster: Cluster, open_api: OpenApi, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Other tests are of nodes that do not answer; here, a busy machine may keep them waiting.
        for limit in ("SOCKET_TIMEOUT_S", "CLUSTER_COMMAND_S"):
            monkeypatch.setattr(f"core.redis_client.{limit}", PATIENCE_MS / 1_000)
        for server in cluster.servers:
            server.admin.config_resetstat()

        await travel(open_api, simulator, cluster.url_for("integrations", PASSWORD))

        used = {name for server_ in cluster.servers for name in server_.admin.info("commandstats")}
        assert {f"cmdstat_{rule[1:]}" for rule in FOR_CLUSTERS} <= used
        assert [server_.admin.acl_log() for server_ in cluster.servers] == [[]] * len(cluster.servers)
        assert [key_faults(primary.admin, read_key_table()) for primary in cluster.primaries] == [[]] * 3


class TestAllPrimaries:
    async def test_connections_on_each_of_them_are_counted(
        self, cluster: Cluster, client: Redis, open_api: OpenApi
    ) -> None:
        async with open_api(redis_url=cluster.url) as api:
            for number in range(OWNERS):
                await api.as_user(f"user-{number}").connect()

        counts = await ConnectionStore(client, load_keyring(Settings(encryption_keys=KEYS))).count_by_status()

        holders = {cluster.owner_of(f"connection:{owner_tag('TestOrg', f'user-{n}')}").port for n in range(OWNERS)}
        assert counts == {("hubspot", "connected"): OWNERS}
        assert len(holders) == 3

    async def test_an_eviction_policy_on_one_of_them_is_a_fault(self, cluster: Cluster, client: Redis) -> None:
        production = Settings.model_construct(app_env="production")
        odd = cluster.primaries[2].admin
        odd.config_set("maxmemory-policy", "allkeys-lru")

        try:
            [fault] = await find_store_faults(client, production, load_keyring(Settings(encryption_keys=KEYS)))
        finally:
            odd.config_set("maxmemory-policy", "noeviction")

        assert "maxmemory-policy is allkeys-lru" in fault
        assert await find_store_faults(client, production, load_keyring(Settings(encryption_keys=KEYS))) == []


@pytest.mark.slow
class TestBounds:
    async def test_more_commands_at_once_than_places_wait_for_their_turn(self, cluster: Cluster) -> None:
        nodes = [ClusterNode("127.0.0.1", server.port) for server in cluster.servers]
        client: Any = BoundedCluster(startup_nodes=nodes, places=2, wait_s=10.0, command_s=10.0)

        answers = await asyncio.gather(*(client.set(f"session:{number}", "x", ex=60) for number in range(100)))
        held = [len(node._connections) for node in client.get_nodes()]
        await close_redis(client)

        assert answers == [True] * 100
        assert max(held) <= 2

    async def test_a_hung_primary_fails_its_own_callers_in_time_and_is_used_again(
        self, cluster: Cluster, client: Any
    ) -> None:
        keys = [f"session:{number}" for number in range(12)]
        hung = cluster.owner_of(keys[0])
        elsewhere = next(key for key in keys if cluster.owner_of(key) is not hung)
        await client.set(elsewhere, "x", ex=60)

        os.kill(hung.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(RedisError):
                await client.get(keys[0])
            took_s = time.monotonic() - began
            assert await client.get(elsewhere) == "x"
        finally:
            os.kill(hung.pid, signal.SIGCONT)

        assert took_s < ANSWER_S
        await eventually(lambda: client.set(keys[0], "x", ex=60))

    async def test_callers_that_go_away_leave_no_connection_behind(self, client: Any) -> None:
        await client.set("session:1", "x", ex=60)
        for turns in range(120):
            asking = asyncio.create_task(client.get("session:1"))
            for _ in range(turns % 12):
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

        assert await client.get("session:1") == "x"
        assert sum(len(node._connections) for node in client.get_nodes()) < 10


@pytest.mark.slow
class TestFailover:
    async def test_the_death_of_a_primary_loses_nothing_and_heals_by_itself(
        self, tmp_path_factory: pytest.TempPathFactory, open_api: OpenApi, simulator: Simulator
    ) -> None:
        with running_cluster(tmp_path_factory.mktemp("f"), replicas=1, fails_over=True) as cluster:
            async with open_api(redis_url=cluster.url) as api:
                key = f"connection:{owner_tag('TestOrg', 'TestUser')}"
                primary = cluster.owner_of(key)
                await survive(api, simulator, primary, lambda: cluster.has_replaced(primary, key))
