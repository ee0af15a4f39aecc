"""How near to HubSpot's limit three workers come, how far arrivals spread, and how long a click waits meanwhile.

Run as `python -m tests.bench.budget`: real Redis, the simulator's strict window, HubSpot's own figures; two minutes.
"""

import asyncio
import tempfile
from pathlib import Path

from hubspot.budget import ARRIVAL_SLACK_MS
from tests.bench.stack import LATENCY
from tests.integration.core.callers import Work, run_all
from tests.integration.core.portal_worker import Reading, read_in_processes
from tests.integration.hubspot.access import access_token
from tests.servers import running_redis, running_simulator

CALLS, WINDOW_S = 110, 10.0
WORKERS = 3
# A load's call: what a page of records takes, HubSpot's time included.
CALL_S = 0.15


async def full_speed(seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder)
        with running_redis(path) as redis_url, running_simulator(path) as simulator:
            simulator.settings(**LATENCY)
            token = access_token(simulator).get_secret_value()
            reading = Reading(redis_url=redis_url, hubspot_url=simulator.url, access_token=token, seconds=seconds)
            await read_in_processes([reading] * WORKERS)
            log = simulator.log("/crm/objects/")
    came_s = sorted(entry["came_s"] for entry in log)
    refused = sum(entry["status"] == 429 for entry in log)
    # A whole number of our windows, so that a burst at one end does not count.
    ours_s = WINDOW_S + ARRIVAL_SLACK_MS / 1000
    windows = int((came_s[-1] - came_s[0]) / ours_s)
    within = sum(moment < came_s[0] + windows * ours_s for moment in came_s)
    spare_ms = min(later - earlier for earlier, later in zip(came_s, came_s[CALLS:], strict=False)) - WINDOW_S
    print(
        f"{WORKERS} workers at full speed: {len(came_s)} calls, {refused} refused, "
        f"{within / (windows * ours_s * CALLS / WINDOW_S):.1%} of HubSpot's limit; "
        f"arrivals spread by at most {ARRIVAL_SLACK_MS - spare_ms * 1000:.0f} ms of a slack of {ARRIVAL_SLACK_MS} ms"
    )


async def clicks(seconds: float, count: int) -> None:
    rate = (CALLS, int(WINDOW_S * 1000), ARRIVAL_SLACK_MS, 0.5)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running_redis(Path(folder)) as redis_url:
        loads = [
            Work(redis_url=redis_url, name=f"load {number}", rate=rate, seconds=seconds, call_s=CALL_S)
            for number in range(WORKERS)
        ]
        person = Work(
            redis_url=redis_url,
            name="person",
            rate=rate,
            priority="interactive",
            seconds=seconds,
            clicks=count,
            call_s=CALL_S,
        )
        *_, clicked = await run_all([*loads, person])
    took_s = sorted(clicked.clicks_s)
    print(
        f"{len(took_s)} clicks of six calls while {WORKERS} loads run at full speed: "
        f"median {took_s[len(took_s) // 2]:.2f} s, longest {took_s[-1]:.2f} s, of it {2 * CALL_S:.2f} s HubSpot's"
    )


if __name__ == "__main__":
    asyncio.run(full_speed(45))
    asyncio.run(clicks(45, 14))
