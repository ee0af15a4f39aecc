"""The acceptance test of background sync: `python -m tests.load.sync_acceptance`.

A portal changes all the time and announces it by webhooks, of which some are lost, some come twice and none in order,
while both Redis, service and worker are killed in turn. After quiet and one verification, the mirror must equal the
vendor byte for byte, and so must a consumer that was fed by the change feed alone. Everything runs on this machine and
ends by itself; status 1 when a promise is broken.
"""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.load.killable_stack import PORTAL, SYNC, WEBHOOKS, Items, KillableStack, read_mirror, read_vendor
from tests.load.processes import PROVIDER, WHO, connect
from tests.servers import Simulator, running_simulator

TYPES = ("contacts", "companies", "deals")
# What goes wrong with webhooks; HubSpot's repeats, which take a day, come this much sooner.
FAULTS = {"lose": 0.05, "double": 0.2, "retry_factor": 0.01}
SETTLES_WITHIN_S = 300.0
RETRY_S = 0.2


@dataclass(frozen=True)
class Trial:
    """How long, how much, how hard.

    Args:
        seconds: that the portal changes for.
        records: contacts; companies and deals are a tenth each.
        percent_per_second: of the records of each type that change in a second.
        kill_every_s: a process each time, in turn; 0 for none.
        pushes: changes are announced by webhooks.
        shuffle_s: how late a webhook may be.
    """

    seconds: float = 600.0
    records: int = 3_000
    percent_per_second: float = 1.0
    kill_every_s: float = 20
    pushes: bool = True
    shuffle_s: float = 60


@dataclass(slots=True)
class Outcome:
    """What the trial found. `wrong`: ids of items, by who has them wrong and how; `run`: the verification."""

    changes: int = 0
    kills: int = 0
    settled_s: float = 0.0
    restarts: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    pushes: dict[str, Any] = field(default_factory=dict)
    missed: int = 0

    @property
    def is_equal(self) -> bool:
        return not any(self.wrong.values())

    def lines(self) -> list[str]:
        wrong = [f"  {name}: {len(ids)}, as {', '.join(ids[:5])}" for name, ids in self.wrong.items() if ids]
        return [
            f"{self.changes} changes, {self.kills} processes killed; settled {self.settled_s:.1f} s after the last",
            f"the consumer began anew {self.restarts} times",
            "webhooks: {events} events, {lost} lost, {doubled} doubled, {delivered} delivered in {requests} requests, "
            "of which {refused} were refused".format(**self.pushes),
            f"{self.missed} changes were found by polls",
            "  {kind}: {state}, +{added} ~{changed} -{deleted} in {duration_s:.1f} s".format(**self.run),
            *(wrong or ["mirror and consumer equal the vendor"]),
        ]


class Consumer:
    """Keeps a copy of all records that is fed by the change feed alone."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.items: Items = {}
        self.restarts = 0
        self._cursor: str | None = None
        self.up_to_date = asyncio.Event()

    async def follow(self) -> None:
        """Cancel it to stop."""
        while True:
            answer = await self._page()
            if answer is None or answer.status_code != httpx.codes.OK:
                if answer is not None and answer.status_code == httpx.codes.GONE:
                    self._cursor, self.items, self.restarts = None, {}, self.restarts + 1
                await asyncio.sleep(RETRY_S)
                continue
            page = answer.json()
            for change in page["changes"]:
                self._take(change)
            self._cursor = page["next"]
            if page["up_to_date"]:
                self.up_to_date.set()

    async def _page(self) -> httpx.Response | None:
        parameters = WHO | {"limit": "1000", "wait": "2"} | ({"after": self._cursor} if self._cursor else {})
        try:
            return await self._http.get(f"{PROVIDER}/changes", params=parameters)
        except httpx.TransportError:
            return None

    def _take(self, change: dict[str, Any]) -> None:
        if change["op"] == "deleted":
            self.items.pop(change["id"], None)
        else:
            self.items[change["id"]] = change["item"]


async def accept(trial: Trial) -> Outcome:
    """Run the trial."""
    with tempfile.TemporaryDirectory(prefix="s-") as name, running_simulator(Path(name)) as simulator:
        simulator.seed(PORTAL, contacts=trial.records, companies=trial.records // 10, deals=trial.records // 10)
        stack = await asyncio.to_thread(KillableStack, Path(name), simulator)
        try:
            await asyncio.to_thread(connect, stack.url, simulator)
            async with httpx.AsyncClient(base_url=stack.url, timeout=30, trust_env=False) as http:
                return await _accept(trial, stack, simulator, http)
        finally:
            stack.stop()


async def _accept(trial: Trial, stack: KillableStack, simulator: Simulator, http: httpx.AsyncClient) -> Outcome:
    outcome, consumer = Outcome(), Consumer(http)
    (await http.put(SYNC, params=WHO, json={"object_types": TYPES})).raise_for_status()
    await _until(http, lambda state: state["state"] in {"live", "verifying"})
    if trial.pushes:
        simulator.push_to(stack.url + WEBHOOKS, shuffle_s=trial.shuffle_s, **FAULTS)
    async with _following(consumer):
        simulator.background_changes(
            PORTAL,
            percent_per_second=trial.percent_per_second,
            seconds=trial.seconds,
            object_types=list(TYPES),
        )
        outcome.kills = await _harass(trial, stack)
        outcome.changes = sum(simulator.background_changes_state(PORTAL)["done"].values())
        outcome.pushes = await _quiet(simulator)
        outcome.missed = await _missed(http)
        quiet_s = time.monotonic()
        outcome.run = await _run(http, "verify")
        outcome.settled_s = time.monotonic() - quiet_s
        consumer.up_to_date.clear()
        await asyncio.wait_for(consumer.up_to_date.wait(), SETTLES_WITHIN_S)
    outcome.restarts = consumer.restarts
    truth = await read_vendor(http, TYPES)
    _compare(outcome, "vendor's own list", truth, dict.fromkeys(_exported(simulator)))
    _compare(outcome, "consumer", truth, consumer.items)
    _compare(outcome, "mirror", truth, await read_mirror(http))
    return outcome


async def _harass(trial: Trial, stack: KillableStack) -> int:
    """Kill one process after the other until the portal is quiet; how many."""
    ends, kills = time.monotonic() + trial.seconds, 0
    if not trial.kill_every_s:
        await asyncio.sleep(trial.seconds)
        return 0
    for name in itertools.cycle(stack.names):
        await asyncio.sleep(min(trial.kill_every_s, max(0.0, ends - time.monotonic())))
        if time.monotonic() >= ends:
            return kills
        await asyncio.to_thread(stack.kill, name)
        kills += 1
    return kills


async def _quiet(simulator: Simulator) -> dict[str, Any]:
    """Wait until all webhooks have arrived; what became of them."""
    async with asyncio.timeout(SETTLES_WITHIN_S):
        while (pushes := simulator.pushes())["waiting"]:  # noqa: ASYNC110 (another process' work)
            await asyncio.sleep(RETRY_S)
    return pushes


async def _missed(http: httpx.AsyncClient) -> int:
    """How many changes no webhook had announced."""
    states = (await http.get(SYNC, params=WHO)).json()["object_types"]
    return sum(state["missed_signals"] for state in states.values())


@asynccontextmanager
async def _following(consumer: Consumer) -> AsyncIterator[None]:
    task = asyncio.create_task(consumer.follow())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _run(http: httpx.AsyncClient, kind: str) -> dict[str, Any]:
    """Start a run that is complete in the end: one that a kill or a failure has ended is started again."""
    async with asyncio.timeout(SETTLES_WITHIN_S):
        while True:
            run_id = (await http.post(f"{SYNC}/runs", params=WHO, json={"kind": kind})).json()["run_id"]
            run = await _ended(http, run_id)
            if run["state"] == "complete":
                return run
            await asyncio.sleep(1)


async def _ended(http: httpx.AsyncClient, run_id: str) -> dict[str, Any]:
    while True:
        runs: list[dict[str, Any]] = (await http.get(f"{SYNC}/runs", params=WHO)).json()["runs"]
        for run in runs:
            if run["run_id"] == run_id and run["ended_at"]:
                return run
        await asyncio.sleep(RETRY_S)


async def _until(http: httpx.AsyncClient, met: Callable[[dict[str, Any]], bool]) -> None:
    async with asyncio.timeout(SETTLES_WITHIN_S):
        while not met((await http.get(SYNC, params=WHO)).json()):  # noqa: ASYNC110 (as callers of the API do)
            await asyncio.sleep(RETRY_S)


def _exported(simulator: Simulator) -> list[str]:
    labels = {"contacts": "Contact", "companies": "Company", "deals": "Deal"}
    return [f"{record['id']}_{label}" for name, label in labels.items() for record in simulator.export(PORTAL, name)]


def _compare(outcome: Outcome, who: str, truth: Items, found: Any) -> None:
    outcome.wrong[f"{who} lacks"] = sorted(truth.keys() - found.keys())
    outcome.wrong[f"{who} has besides"] = sorted(found.keys() - truth.keys())
    outcome.wrong[f"{who} has differently"] = sorted(
        id_
        for id_, item in found.items()
        if item is not None and id_ in truth and _as_bytes(item) != _as_bytes(truth[id_])
    )


def _as_bytes(item: dict[str, Any]) -> bytes:
    """Ids of associated records have no order."""
    associations = {name: sorted(ids) for name, ids in (item["associations"] or {}).items()}
    ordered = item | {"associations": associations, "children": sorted(item["children"] or [])}
    return json.dumps(ordered, sort_keys=True).encode()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.sync_acceptance", description=__doc__)
    parser.add_argument("--seconds", type=float, default=Trial.seconds)
    parser.add_argument("--records", type=int, default=Trial.records)
    parser.add_argument("--percent", type=float, default=Trial.percent_per_second)
    parser.add_argument("--kill-every", type=float, default=Trial.kill_every_s, help="seconds; 0: kill nothing")
    parser.add_argument("--no-pushes", dest="pushes", action="store_false", help="nobody announces the changes")
    options = parser.parse_args()
    trial = Trial(options.seconds, options.records, options.percent, options.kill_every, options.pushes)
    outcome = asyncio.run(accept(trial))
    print(*outcome.lines(), sep="\n")
    return int(not outcome.is_equal)


if __name__ == "__main__":
    sys.exit(main())
