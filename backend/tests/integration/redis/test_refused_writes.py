"""Redis that takes no writes, being full or without a replica: who is told so, what is spent, and what goes on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest
import redis

from tests.integration.api.client import FIRST_PORTAL, Api, problem
from tests.integration.api.conftest import OpenApi
from tests.integration.redis.failover import TOKEN_PATH, expire_and_hold, reach_vendor
from tests.integration.redis.journey import AUTHORIZE, CREDENTIALS, ITEMS, NDJSON, status
from tests.servers import Simulator

FULL_BYTES = 1


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    async with open_api() as api:
        yield api


@pytest.fixture
def server(redis_url: str) -> Iterator[Any]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        yield client
        client.config_set("maxmemory", 0)


Full = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def full(server: Any) -> Full:
    """As long as the block runs there is no memory left."""

    @contextmanager
    def full() -> Iterator[None]:
        server.config_set("maxmemory", FULL_BYTES)
        try:
            yield
        finally:
            server.config_set("maxmemory", 0)

    return full


class TestFullBefore:
    async def test_no_flow_begins_and_the_next_one_does(self, api: Api, full: Full) -> None:
        with full():
            refused = await api.get(AUTHORIZE, {"Accept": "application/json"})

        body = problem(refused, 503, "store_full")
        assert body["retryable"]
        assert refused.headers["retry-after"] == "30"
        assert await api.connect()

    async def test_a_callback_spends_no_code_and_leaves_no_connection(
        self, api: Api, full: Full, simulator: Simulator
    ) -> None:
        callback = simulator.decide((await api.start())["authorization_url"], portal_id=FIRST_PORTAL)
        with full():
            page = await api.come_back(callback)

        assert page.status_code == 503
        assert "store_full" in page.text
        assert simulator.log(TOKEN_PATH) == []
        assert (await api.json(CREDENTIALS))["status"] == "not_connected"

    async def test_no_refresh_token_is_spent_and_the_next_request_refreshes(
        self, api: Api, full: Full, simulator: Simulator
    ) -> None:
        await api.connect()
        simulator.expire(FIRST_PORTAL)
        simulator.clear_log()
        with full():
            problem(await api.get(ITEMS), 503, "store_full")
            spent = simulator.log(TOKEN_PATH)

        assert spent == []
        await api.json(ITEMS)
        assert (await status(api))["status"] == "connected"

    async def test_reading_goes_on(self, api: Api, full: Full) -> None:
        connection_id = await api.connect()
        with full():
            shown = await status(api)
            page = await api.json(ITEMS)
            load = await api.get(ITEMS, NDJSON)
            ready = await api.get("/readyz")

        assert shown["connection_id"] == connection_id
        assert page["items"]
        assert receipt_of(load)["complete"]
        assert ready.status_code == 200

    async def test_disconnecting_makes_room(self, api: Api, full: Full, simulator: Simulator, server: Any) -> None:
        connection_id = await api.connect()
        with full():
            gone = await api.delete(f"{CREDENTIALS}/{connection_id}")

        assert gone.status_code == 204
        assert len(simulator.log("/revoke")) == 1
        assert not [key for key in server.scan_iter() if key.startswith(("connection", "account"))]


class TestFullMeanwhile:
    """The vendor has taken the code or the refresh token, and then the memory ends."""

    async def test_tokens_bought_by_a_code_are_stored(self, api: Api, full: Full, simulator: Simulator) -> None:
        started = await api.start()
        callback = simulator.decide(started["authorization_url"], portal_id=FIRST_PORTAL)
        simulator.hold(TOKEN_PATH)

        coming_back = asyncio.create_task(api.come_back(callback))
        await reach_vendor(simulator, TOKEN_PATH)
        with full():
            simulator.clear_faults()
            page = await coming_back
            shown = await status(api)

        assert page.status_code == 200, page.text
        assert (shown["status"], shown["portal_id"]) == ("connected", FIRST_PORTAL)
        await api.json(ITEMS)

    async def test_tokens_bought_by_a_refresh_are_stored(self, api: Api, full: Full, simulator: Simulator) -> None:
        simulator.settings(refresh_mode="rotating")
        await api.connect()
        expire_and_hold(simulator)

        reading = asyncio.create_task(api.get(ITEMS))
        await reach_vendor(simulator, TOKEN_PATH)
        with full():
            simulator.clear_faults()
            answer = await reading

        assert answer.status_code == 200, answer.text
        assert (await status(api))["refreshed_at"] is not None


class TestWithoutAReplica:
    """`min-replicas-to-write`: a master that lost its replicas takes nothing that only it would have."""

    @pytest.fixture
    def alone(self, server: Any) -> Iterator[None]:
        yield
        server.config_set("min-replicas-to-write", 0)

    @pytest.mark.usefixtures("alone")
    async def test_reading_goes_on_and_nothing_is_spent(self, api: Api, simulator: Simulator, server: Any) -> None:
        connection_id = await api.connect()
        simulator.expire(FIRST_PORTAL)
        simulator.clear_log()
        server.config_set("min-replicas-to-write", 1)

        shown = await status(api)
        refused = [await api.get(AUTHORIZE, {"Accept": "application/json"}), await api.get(ITEMS)]

        assert shown["connection_id"] == connection_id
        assert [problem(answer, 503, "store_unavailable")["retryable"] for answer in refused] == [True, True]
        assert simulator.log(TOKEN_PATH) == []


def receipt_of(load: httpx.Response) -> dict[str, Any]:
    receipt: dict[str, Any] = json.loads(load.text.strip().split("\n")[-1])["receipt"]
    return receipt
