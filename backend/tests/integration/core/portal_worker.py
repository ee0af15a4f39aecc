"""A worker process that reads a portal's list as fast as its shared budget lets it; prints what came of it as JSON.

Run as `python -m tests.integration.core.portal_worker` with one JSON object as its argument.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.api_client import Meter
from core.http import HttpClient
from core.rate_limit import RollingWindowLimiter
from core.redis_client import close_redis, open_redis
from core.retry import Retrier
from hubspot.budget import PortalBudget
from hubspot.client import HubSpotClient
from hubspot.endpoints import Endpoints

BACKEND = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one process does: `at_once` requests in flight for `seconds`."""

    redis_url: str
    hubspot_url: str
    access_token: str
    seconds: float
    at_once: int = 6


@dataclass(frozen=True, slots=True)
class Read:
    calls: int
    retries: int


async def read_in_processes(readings: Sequence[Reading]) -> list[Read]:
    """One process each, all at the same time."""
    return list(await asyncio.gather(*(_run_process(reading) for reading in readings)))


async def _run_process(reading: Reading) -> Read:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.core.portal_worker", json.dumps(asdict(reading))),
        cwd=BACKEND,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), reading.seconds + 60)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(output)
    return Read(**told)


async def read(reading: Reading) -> Read:
    redis = open_redis(reading.redis_url)
    meter, calls, ends_at = Meter(), 0, time.monotonic() + reading.seconds

    async def access_token(_rejected: SecretStr | None) -> SecretStr:
        return SecretStr(reading.access_token)

    async with HttpClient(allowed_origins=[reading.hubspot_url]) as http:
        client = HubSpotClient(
            http=http,
            endpoints=Endpoints(reading.hubspot_url, "2026-09"),
            budget=PortalBudget(
                RollingWindowLimiter(redis), lambda bucket: f"budget:{{app/portal}}:{bucket}", priority="bulk"
            ),
            access_token=access_token,
            retrier=Retrier.with_defaults(),
            meter=meter,
        )

        async def read_on() -> None:
            nonlocal calls
            while time.monotonic() < ends_at:
                await client.list_records("contacts", limit=1, after=None, properties=(), archived=False)
                calls += 1

        try:
            await asyncio.gather(*(read_on() for _ in range(reading.at_once)))
        finally:
            await close_redis(redis)
    return Read(calls, meter.retries)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(read(Reading(**json.loads(sys.argv[1])))))))
