"""The budget of a portal against a HubSpot that refuses what exceeds its strict rolling window.

The windows are HubSpot's rates in a fifth of their length, so that a test of seconds sees several of them.
"""

import asyncio
from collections import Counter
from dataclasses import replace

import httpx
import pytest
from redis.asyncio import Redis

from core.rate_limit import RollingWindowLimiter
from core.tasks import end_tasks
from hubspot.budget import PortalBudget
from tests.integration.core.portal_worker import Reading, read_in_processes
from tests.integration.hubspot.access import access_token
from tests.servers import Simulator

CALLS, WINDOW_MS = 22, 2_000


@pytest.fixture
async def reading(simulator: Simulator, redis_url: str) -> Reading:
    """What a worker does on a portal whose limit has been learnt already, with an empty window."""
    simulator.settings(burst_limit=CALLS, burst_window_ms=WINDOW_MS, latency_ms=60, latency_sigma=0.4)
    token = access_token(simulator).get_secret_value()
    reading = Reading(redis_url=redis_url, hubspot_url=simulator.url, access_token=token, seconds=6)
    await read_in_processes([replace(reading, seconds=0.3, at_once=1)])
    await asyncio.sleep(WINDOW_MS / 1000)
    simulator.clear_log()
    return reading


def arrivals(simulator: Simulator) -> tuple[list[float], int]:
    """When calls arrived at HubSpot, in seconds, and how many of them it refused."""
    log = simulator.log("/crm/objects/")
    return sorted(entry["came_s"] for entry in log), sum(entry["status"] == 429 for entry in log)


async def read_elsewhere(reading: Reading, *, calls_per_s: float) -> None:
    """Another deployment of the same app: it knows nothing of our budget."""
    async with httpx.AsyncClient(trust_env=False, base_url=reading.hubspot_url) as http:
        async with asyncio.timeout(reading.seconds):
            while True:
                await http.get(
                    "/crm/objects/2026-09/contacts?limit=1", headers={"Authorization": f"Bearer {reading.access_token}"}
                )
                await asyncio.sleep(1 / calls_per_s)


class TestTurns:
    async def test_two_owners_share_alike_however_many_loads_each_runs_in_however_many_workers(
        self, redis_client: Redis
    ) -> None:
        """Ann has three loads in each of two workers, Bob has one."""
        made, enough = list[str](), asyncio.Event()
        workers = RollingWindowLimiter(redis_client), RollingWindowLimiter(redis_client)

        async def read_on(worker: RollingWindowLimiter, owner: str) -> None:
            budget = PortalBudget(worker, "budget:{{app/portal}}:{}".format, priority="bulk", turn_of=owner)
            while len(made) < 16:
                await budget.acquire("search")
                made.append(owner)
            enough.set()

        owners = [(worker, "ann") for worker in workers for _ in range(3)] + [(workers[0], "bob")]
        loads = [asyncio.create_task(read_on(*owner)) for owner in owners for _ in range(4)]
        await enough.wait()
        await end_tasks(*loads)

        # The first second's calls are free for all.
        assert 4 <= Counter(made[4:16])["bob"] <= 8


class TestSeveralWorkers:
    async def test_they_use_the_limit_without_one_refusal(self, simulator: Simulator, reading: Reading) -> None:
        await read_in_processes([reading] * 3)

        came_s, refused = arrivals(simulator)
        assert refused == 0
        # The slack is an eighth of this short window; it is a fortieth of HubSpot's. For more, a busy machine has no
        # time: `make bench NAME=budget` measures how much there is.
        assert len(came_s) >= 0.6 * CALLS * (came_s[-1] - came_s[0]) / (WINDOW_MS / 1000)

    @pytest.mark.slow
    async def test_other_traffic_of_the_same_app_is_given_way(self, simulator: Simulator, reading: Reading) -> None:
        others = asyncio.create_task(read_elsewhere(reading, calls_per_s=4))

        await read_in_processes([reading] * 2)

        await asyncio.gather(others, return_exceptions=True)
        _, refused = arrivals(simulator)
        # What the others send between an answer and our next call cannot be known.
        assert refused <= 1
