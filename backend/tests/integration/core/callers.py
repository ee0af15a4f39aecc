"""A worker process that asks a shared limiter as fast as it may, and prints when each call was made.

Run as `python -m tests.integration.core.callers` with one JSON object as its argument; prints one JSON object.
Times are of the system's monotonic clock, which all processes of a machine share.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.rate import Caller, Priority, Rate
from core.rate_limit import RollingWindowLimiter
from core.redis_client import close_redis, open_redis

BACKEND = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one process does: `at_once` calls in flight for `seconds`, or `clicks` of six calls with pauses between."""

    redis_url: str
    name: str
    rate: tuple[int, int, int, float]
    priority: Priority = "bulk"
    seconds: float = 3.0
    at_once: int = 8
    call_s: float = 0.05
    clicks: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """When calls were made, and how long each click took, in seconds."""

    name: str
    made_at: list[float]
    clicks_s: list[float]


async def run_all(works: Sequence[Work]) -> list[Done]:
    """One process each, all at the same time."""
    return list(await asyncio.gather(*(_run_process(work) for work in works)))


async def _run_process(work: Work) -> Done:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.core.callers", json.dumps(asdict(work))),
        cwd=BACKEND,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), work.seconds + 30)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(output)
    return Done(**told)


async def do(work: Work) -> Done:
    redis = open_redis(work.redis_url)
    limiter = RollingWindowLimiter(redis)
    caller, rate = Caller(work.priority, work.name), Rate(*work.rate)
    done = Done(work.name, [], [])

    async def call() -> None:
        await limiter.acquire("budget:{app/test}:core", caller, rate, timeout_s=60)
        done.made_at.append(time.monotonic())
        await asyncio.sleep(work.call_s)

    async def call_on() -> None:
        while True:
            await call()

    async def click() -> None:
        began = time.monotonic()
        await call()
        await asyncio.gather(*(call() for _ in range(5)))
        done.clicks_s.append(time.monotonic() - began)

    async def click_on() -> None:
        for _ in range(work.clicks):
            await asyncio.sleep(work.seconds / (work.clicks + 2))
            await click()

    try:
        async with asyncio.timeout(work.seconds):
            await (click_on() if work.clicks else asyncio.gather(*(call_on() for _ in range(work.at_once))))
    except TimeoutError:
        pass
    finally:
        await close_redis(redis)
    return done


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(do(Work(**json.loads(sys.argv[1])))))))
