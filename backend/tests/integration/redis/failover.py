"""What the service's users see while the server that holds their connection dies with -9, and after."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.integration.api.client import FIRST_PORTAL, Api
from tests.integration.redis.journey import CREDENTIALS, ITEMS, status
from tests.integration.redis.processes import HEALED_S, Server
from tests.servers import Simulator

# Longer than anybody waits for an answer while Redis does not give one (2 s), on a machine that is busy, too.
ANSWER_S = 4.0
# Between the moment another server is named the master and the first answer that needs it: what the service promises.
RECOVERED_S = 2.0
TOKEN_PATH = "/token$"


async def survive(api: Api, simulator: Simulator, master: Server, replaced: Callable[[], bool]) -> None:
    """Kill the master while a token is bought; nothing is lost, and only 503 `store_unavailable` is seen meanwhile.

    `replaced`: whether another one has been named.
    """
    simulator.settings(refresh_mode="rotating")
    connection_id = await api.connect()
    before = await status(api)
    master.wait_for_replica()

    expire_and_hold(simulator)
    buying = asyncio.create_task(api.get(ITEMS, object_types="contacts"))
    await reach_vendor(simulator, TOKEN_PATH)
    master.wait_for_replica()
    master.kill()
    simulator.clear_faults()
    seen = await ask_until_healed(lambda: api.get(CREDENTIALS), replaced)
    seen[outcome(await buying)] += 1

    assert set(seen) <= {"200", "503 store_unavailable"}, seen
    # A request that gave up leaves storing the new tokens to the refresh's task.
    async with asyncio.timeout(ANSWER_S):
        while (after := await status(api))["refreshed_at"] == before["refreshed_at"]:  # noqa: ASYNC110 (it is in Redis)
            await asyncio.sleep(0.02)
    assert (after["connection_id"], after["status"]) == (connection_id, "connected")
    simulator.expire(FIRST_PORTAL)
    await api.json(ITEMS, object_types="contacts")  # by the refresh token that was bought meanwhile
    await api.as_user("ben").connect()


def expire_and_hold(simulator: Simulator) -> None:
    """The vendor refuses the access token, and gives another once the faults are cleared."""
    simulator.expire(FIRST_PORTAL)
    simulator.hold(TOKEN_PATH)
    simulator.clear_log()


async def reach_vendor(simulator: Simulator, path: str) -> None:
    """Until the vendor has been asked, which is known before it answers."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(simulator.log, path):  # noqa: ASYNC110 (it is in another process)
            await asyncio.sleep(0.02)


async def ask_until_healed(ask: Callable[[], Awaitable[httpx.Response]], replaced: Callable[[], bool]) -> Counter[str]:
    """Ask all the while until the new master serves; how often each answer came, each in time."""
    seen: Counter[str] = Counter()
    async with asyncio.timeout(HEALED_S), asyncio.TaskGroup() as tasks:
        named = tasks.create_task(_when(replaced))
        while True:
            is_named, began = named.done(), time.monotonic()
            answer = await ask()
            assert time.monotonic() - began < ANSWER_S
            seen[outcome(answer)] += 1
            if is_named and answer.is_success:
                break
            await asyncio.sleep(0.02)
    assert time.monotonic() - named.result() < RECOVERED_S
    return seen


async def _when(replaced: Callable[[], bool]) -> float:
    while not await asyncio.to_thread(replaced):  # noqa: ASYNC110 (it is in another process)
        await asyncio.sleep(0.02)
    return time.monotonic()


def outcome(answer: httpx.Response) -> str:
    body: Any = answer.json()
    return str(answer.status_code) if answer.is_success else f"{answer.status_code} {body['code']}"
