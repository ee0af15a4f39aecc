"""Workers killed and paused at random moments of a refresh: connections lost, and how long callers wait.

`python -m tests.bench.refresh_rounds --rounds 20`. Three kinds of refresh tokens: fixed; rotating with a grace of five
seconds, in which the old one still works; rotating for one use. Three things happen to a worker: killed while others
ask, killed while nobody asks, paused for twelve seconds while others ask. All with the times of production.

Exits with 1 when a promise is broken: fixed and grace lose nothing and let no caller wait for more than three seconds;
one-time tokens are lost only when the worker is killed, and the connection then says `refresh_interrupted`.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from core.crypto import Keyring
from core.log import configure_logging
from core.redis_client import open_redis
from oauth.connection import Connection, Owner
from oauth.connections import ConnectionStore
from oauth.refresh_rights import RefreshTimes
from tests.integration.oauth.child_processes import ChildProcesses, running_child_processes
from tests.integration.oauth.conftest import age
from tests.integration.oauth.portal import connect_portal, simulator_settings
from tests.servers import Simulator, running_redis, running_simulator

MODES = {"fixed": "fixed", "grace": "grace", "one-time": "rotating"}
GRACE_MS = 5_000
WAYS = ("killed", "killed, nobody asks", "paused")
PAUSE_S = 12.0
PROMISED_WAIT_S = 3.0
# The vendor acts 0.1 s after it was asked, and its answer arrives byte by byte: moments spread over all of it, so that
# many workers end between the two.
LATENCY_MS = 100
BYTE_S = 0.0
LONGEST_S = 0.25
START_S = 10.0
CALLERS = 5
# Longer than the grace: what nobody finished in it is lost.
UNATTENDED_S = 7.0


@dataclass
class Outcome:
    """Of all rounds of one kind."""

    ends: Counter[str] = field(default_factory=Counter)
    longest_wait_s: float = 0.0

    @property
    def lost(self) -> int:
        return self.ends.total() - self.ends["connected"]

    def broken_promises(self, mode: str, way: str) -> int:
        if mode == "one-time":
            allowed = {"connected", "refresh_interrupted"} if way.startswith("killed") else {"connected"}
            return sum(count for end, count in self.ends.items() if end not in allowed)
        return self.lost + (self.longest_wait_s > PROMISED_WAIT_S)


@dataclass
class Bench:
    redis: Redis
    url: str
    simulator: Simulator
    child_processes: ChildProcesses
    rng: random.Random

    async def rounds(self, mode: str, way: str, count: int, at_once: int) -> Outcome:
        """Each round has a user and a connection of its own; some run at the same time."""
        outcome, places = Outcome(), asyncio.Semaphore(at_once)
        self.simulator.settings(refresh_mode=MODES[mode], refresh_grace_ms=GRACE_MS, latency_ms=0)
        keyring = Keyring({"k1": bytes(range(32))})
        owners = [Owner("acme", f"{mode}-{way}-{number}") for number in range(count)]
        connected = [await connect_portal(self.redis, keyring, self.simulator, owner) for owner in owners]
        self.simulator.settings(latency_ms=LATENCY_MS)
        self.simulator.fault("/token$", "drip", times=None, delay_s=BYTE_S)

        async def play(connection: Connection) -> None:
            async with places:
                await age(self.redis, connection, left_s=0)
                waited_s = await self._hit(connection, way, self.rng.uniform(0.0, LONGEST_S))
                outcome.longest_wait_s = max(outcome.longest_wait_s, waited_s)
                outcome.ends[await self._end(connection)] += 1

        await asyncio.gather(*(play(connection) for connection in connected))
        self.simulator.clear_faults()
        return outcome

    async def _hit(self, connection: Connection, way: str, moment_s: float) -> float:
        """Hit a worker so long after it began to refresh; how long the callers of another one waited."""
        task = self._job(connection)
        unattended = way == "killed, nobody asks"
        bystander = (
            self.child_processes.start(task | {"callers": 0, "resolves_for_s": UNATTENDED_S}) if unattended else None
        )
        victim = self.child_processes.start(task)
        await self._begun(connection)
        await asyncio.sleep(moment_s)
        hit_at = time.monotonic()
        victim.hit(signal.SIGSTOP if way == "paused" else signal.SIGKILL)
        if bystander is not None:
            await asyncio.to_thread(bystander.answers)
        waited_s = await asyncio.to_thread(self.child_processes.start(task).waited_s)
        if way == "paused":
            await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - hit_at)))
            victim.hit(signal.SIGCONT)
            await asyncio.to_thread(victim.answers)
        return waited_s

    async def _begun(self, connection: Connection) -> None:
        """Wait until a worker holds the right to refresh."""
        async with asyncio.timeout(START_S):
            while not await self.redis.exists(connection.key.lock):  # noqa: ASYNC110 (no event)
                await asyncio.sleep(0.002)

    async def _end(self, connection: Connection) -> str:
        """The connection's status, or the reason it ended."""
        connections = ConnectionStore(self.redis, Keyring({"k1": bytes(range(32))}))
        present = await connections.find(connection.owner, connection.provider, connection.connection_id)
        assert present is not None
        return present.reason or present.status

    def _job(self, connection: Connection) -> dict[str, Any]:
        return {
            "redis_url": self.url,
            "settings": simulator_settings(self.simulator),
            "owner": [connection.owner.org_id, connection.owner.user_id],
            "connection_id": connection.connection_id,
            "times": dataclasses.asdict(RefreshTimes()),
            "callers": CALLERS,
        }


async def measure(rounds: int, at_once: int, seed: int) -> int:
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r").mkdir()
        with running_redis(Path(folder) / "r") as url, running_simulator(Path(folder)) as simulator:
            redis = open_redis(url)
            with running_child_processes(quiet=True) as child_processes:
                bench = Bench(redis, url, simulator, child_processes, random.Random(seed))
                for mode in MODES:
                    for way in WAYS:
                        outcome = await bench.rounds(mode, way, rounds, at_once)
                        print(
                            f"{mode:8} {way:19} {rounds} rounds, {outcome.lost} lost, "
                            f"longest wait {outcome.longest_wait_s:.2f} s, {dict(outcome.ends)}",
                            flush=True,
                        )
                        broken += outcome.broken_promises(mode, way)
            await redis.aclose()
    print(f"broken promises: {broken}")
    return 1 if broken else 0


def main() -> int:
    configure_logging(as_json=False, level=logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="for each kind of token and each way")
    parser.add_argument("--at-once", type=int, default=4, help="rounds that run at the same time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    return asyncio.run(measure(options.rounds, options.at_once, options.seed))


if __name__ == "__main__":
    sys.exit(main())
