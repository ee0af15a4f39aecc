"""Workers killed and paused at random moments of a refresh: how many connections are lost in each refresh mode.

`python -m tests.bench.refresh_rounds --rounds 20`. Exits with 1 when a fixed or grace token lost a connection, or a
rotating one was lost and not named `refresh_interrupted`.
"""

import argparse
import asyncio
import dataclasses
import logging
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis

from core.crypto import Keyring
from core.log import configure_logging
from core.store import open_redis
from oauth.connection import Connection
from oauth.connections import ConnectionStore
from oauth.refresh_times import RefreshTimes
from tests.integration.oauth.conftest import OWNER, age
from tests.integration.oauth.nursery import Nursery, running_nursery
from tests.integration.oauth.portal import connect_portal, simulator_settings
from tests.servers import Simulator, running_redis, running_simulator

MODES = ("fixed", "grace", "rotating")
WAYS = {"killed": signal.SIGKILL, "paused": signal.SIGSTOP}
# A refresh takes a little more than the vendor's answer: moments spread over all of it.
LATENCY_MS = 100
LONGEST_S = 0.25
TIMES = RefreshTimes(lock_s=0.5, turn_s=10.0, poll_s=(0.01, 0.03), committer_s=0.3)


@dataclasses.dataclass
class Bench:
    redis: Redis
    url: str
    simulator: Simulator
    nursery: Nursery
    rng: random.Random

    async def round(self, mode: str, way: str) -> str:
        """The connection's status, or the reason it ended, after one worker was hit and another one came."""
        self.simulator.settings(refresh_mode=mode, latency_ms=0)
        keyring = Keyring({"k1": bytes(range(32))})
        await cast(Any, self.redis).delete(*await self.redis.keys("starts:*"), "nothing")
        connection = await connect_portal(self.redis, keyring, self.simulator)
        self.simulator.settings(latency_ms=LATENCY_MS)
        await age(self.redis, connection, left_s=0)
        task = self.job(connection)
        victim = self.nursery.start(task)
        time.sleep(self.rng.uniform(0.0, LONGEST_S))  # noqa: ASYNC251 (the moment itself; nothing else runs here)
        victim.hit(WAYS[way])
        self.nursery.start(task).answers()
        if way == "paused":
            victim.hit(signal.SIGCONT)
            victim.answers()
        present = await ConnectionStore(self.redis).find(OWNER, connection.provider, connection.connection_id)
        assert present is not None
        return present.reason or present.status

    def job(self, connection: Connection) -> dict[str, Any]:
        return {
            "redis_url": self.url,
            "settings": simulator_settings(self.simulator),
            "owner": [OWNER.org_id, OWNER.user_id],
            "connection_id": connection.connection_id,
            "times": dataclasses.asdict(TIMES),
            "callers": 5,
        }


async def measure(rounds: int, seed: int) -> int:
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r").mkdir()
        with running_redis(Path(folder) / "r") as url, running_simulator(Path(folder)) as simulator:
            redis = open_redis(url)
            with running_nursery() as nursery:
                bench = Bench(redis, url, simulator, nursery, random.Random(seed))
                for mode in MODES:
                    for way in WAYS:
                        ends = Counter([await bench.round(mode, way) for _ in range(rounds)])
                        print(f"{mode:9} {way}: {rounds} rounds, {dict(ends)}")
                        expected = {"connected", "refresh_interrupted"} if mode == "rotating" else {"connected"}
                        broken += sum(count for end, count in ends.items() if end not in expected)
            await redis.aclose()
    print(f"broken promises: {broken}")
    return 1 if broken else 0


def main() -> int:
    configure_logging(as_json=False, level=logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="for each mode and way")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    return asyncio.run(measure(options.rounds, options.seed))


if __name__ == "__main__":
    sys.exit(main())
