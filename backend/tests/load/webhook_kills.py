"""No webhook that was answered with 200 is lost, whatever is killed: `python -m tests.load.webhook_kills --kills 100`.

Contacts are archived all the time, each once, and announced by webhooks that HubSpot's side repeats until they are
answered with 200, while both Redis, service and worker are killed in turn. Nothing but its webhook brings a deletion
into the mirror here: a poll cannot see it, and the next verification is an hour away. So every webhook must have led to
its deletion. Everything runs on this machine and ends by itself; status 1 when the promise is broken.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.load.killable_stack import PORTAL, SYNC, WEBHOOKS, KillableStack, read_mirror
from tests.load.processes import WHO, connect
from tests.servers import Simulator, running_simulator

CONTACTS = 9_000
ARCHIVING: dict[str, Any] = {
    "percent_per_second": 0.3,
    "seconds": 60,
    "object_types": ["contacts"],
    "mix": {"archive": 1},
}
# HubSpot's repeats, which take a day, come this much sooner.
RETRY_FACTOR = 0.01
KILL_EVERY_S = (0.2, 1.2)
SETTLES_WITHIN_S = 120.0
RETRY_S = 0.2


@dataclass(slots=True)
class Outcome:
    """What the series found. `repairs`: loads and verifications meanwhile, after which it would prove nothing."""

    kills: int
    seconds: float
    pushes: dict[str, Any]
    repairs: int
    lost: list[str] = field(default_factory=list)
    """Archived contacts that the mirror still has."""
    missing: list[str] = field(default_factory=list)
    """Contacts that the mirror lacks."""

    @property
    def is_kept(self) -> bool:
        return not (self.lost or self.missing or self.repairs or self.pushes["given_up"])

    def lines(self) -> list[str]:
        return [
            f"{self.kills} processes killed in {self.seconds:.0f} s, {self.pushes['events']} contacts archived",
            "{delivered} events were answered with 200; {refused} of {requests} requests were not, and repeated".format(
                **self.pushes
            ),
            f"{len(self.lost)} acknowledged events lost {self.lost[:5]}, {len(self.missing)} contacts missing",
            f"{self.repairs} loads and verifications changed something meanwhile",
        ]


async def kill_in_turn(kills: int) -> Outcome:
    """Run the series."""
    with tempfile.TemporaryDirectory(prefix="k-") as name, running_simulator(Path(name)) as simulator:
        simulator.seed(PORTAL, contacts=CONTACTS, companies=1, deals=1)
        stack = await asyncio.to_thread(KillableStack, Path(name), simulator)
        try:
            await asyncio.to_thread(connect, stack.url, simulator)
            async with httpx.AsyncClient(base_url=stack.url, timeout=30, trust_env=False) as http:
                return await _kill_in_turn(kills, stack, simulator, http)
        finally:
            stack.stop()


async def _kill_in_turn(kills: int, stack: KillableStack, simulator: Simulator, http: httpx.AsyncClient) -> Outcome:
    (await http.put(SYNC, params=WHO, json={"object_types": ["contacts"]})).raise_for_status()
    await _verified(http)
    before = await _repairs(http)
    simulator.push_to(stack.url + WEBHOOKS, retry_factor=RETRY_FACTOR)
    began, chance = time.monotonic(), Random(kills)
    for number, process in enumerate(itertools.islice(itertools.cycle(stack.names), kills)):
        simulator.background_changes(PORTAL, **ARCHIVING, seed=number)
        await asyncio.sleep(chance.uniform(*KILL_EVERY_S))
        await asyncio.to_thread(stack.kill, process)
    simulator.stop_background_changes(PORTAL)
    seconds = time.monotonic() - began
    async with asyncio.timeout(SETTLES_WITHIN_S):
        while (pushes := simulator.pushes())["waiting"]:  # noqa: ASYNC110 (another process' work)
            await asyncio.sleep(RETRY_S)
    live, archived = (
        {f"{record['id']}_Contact" for record in simulator.export(PORTAL, "contacts", archived=is_archived)}
        for is_archived in (False, True)
    )
    stored = await _settled(http, archived)
    repairs = len(await _repairs(http) - before)
    return Outcome(kills, seconds, pushes, repairs, sorted(archived & stored), sorted(live - stored))


async def _verified(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SETTLES_WITHIN_S):
        while not (await http.get(SYNC, params=WHO)).json()["verified_at"]:  # noqa: ASYNC110 (as callers of the API do)
            await asyncio.sleep(RETRY_S)


async def _repairs(http: httpx.AsyncClient) -> set[str]:
    """Ids of the runs that could have found what a webhook announced."""
    runs: list[dict[str, Any]] = (await http.get(f"{SYNC}/runs", params=WHO)).json()["runs"]
    return {run["run_id"] for run in runs if run["kind"] in {"load", "verify"}}


async def _settled(http: httpx.AsyncClient, archived: set[str]) -> set[str]:
    """Ids in the mirror, once it has none of these, or does not change any more."""
    ends = time.monotonic() + SETTLES_WITHIN_S
    while (stored := set(await read_mirror(http))) & archived and time.monotonic() < ends:  # noqa: ASYNC110
        await asyncio.sleep(1)
    return stored


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.webhook_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    outcome = asyncio.run(kill_in_turn(parser.parse_args().kills))
    print(*outcome.lines(), sep="\n")
    return int(not outcome.is_kept)


if __name__ == "__main__":
    sys.exit(main())
