"""What a failover loses, replication being asynchronous: a token that was renewed just before."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.integration.api.client import problem
from tests.integration.api.conftest import OpenApi
from tests.integration.redis.failover import TOKEN_PATH, expire_and_hold, reach_vendor
from tests.integration.redis.journey import ITEMS, status
from tests.integration.redis.processes import Server, running
from tests.servers import Simulator


class Pair(NamedTuple):
    master: Server
    replica: Server


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with (
        running(Server("master", tmp_path)) as master,
        running(Server("replica", tmp_path, "--replicaof", f"127.0.0.1 {master.port}")) as replica,
    ):
        master.wait_for_replica()
        yield Pair(master, replica)


@pytest.mark.slow
class TestRenewedTokenThatNoReplicaHad:
    async def test_the_connection_goes_on_where_the_refresh_token_stays_the_same(
        self, pair: Pair, open_api: OpenApi, simulator: Simulator
    ) -> None:
        simulator.settings(refresh_mode="fixed")

        answer = await ask_after_the_loss(pair, open_api, simulator)

        assert answer.status_code == 200

    async def test_the_user_is_asked_to_connect_again_where_each_works_once(
        self, pair: Pair, open_api: OpenApi, simulator: Simulator
    ) -> None:
        simulator.settings(refresh_mode="rotating")

        answer = await ask_after_the_loss(pair, open_api, simulator)

        problem(answer, 409, "reconnect_required")
        async with open_api(redis_url=url(pair.replica)) as api:
            shown = await status(api)
            assert (shown["status"], shown["reason"]) == ("reconnect_required", "refresh_interrupted")
            assert await api.connect() == shown["connection_id"]
            assert (await status(api))["status"] == "connected"


async def ask_after_the_loss(pair: Pair, open_api: OpenApi, simulator: Simulator) -> httpx.Response:
    """For items, on a new master that had the beginning of a refresh and not its end."""
    async with open_api(redis_url=url(pair.master)) as api:
        await api.connect()
        expire_and_hold(simulator)
        refreshing = asyncio.create_task(api.get(ITEMS, object_types="contacts"))
        await reach_vendor(simulator, TOKEN_PATH)
        pair.master.wait_for_replica()
        pair.replica.admin.replicaof("NO", "ONE")
        simulator.clear_faults()
        assert (await refreshing).status_code == 200
    [lock] = pair.replica.admin.keys("refresh:*")
    pair.replica.admin.delete(lock)  # as when its 15 s are over
    async with open_api(redis_url=url(pair.replica)) as api:
        return await api.get(ITEMS, object_types="contacts")


def url(server: Server) -> str:
    return f"redis://127.0.0.1:{server.port}"
