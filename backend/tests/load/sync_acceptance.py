"""The acceptance test of background sync: `python -m tests.load.sync_acceptance`.

A portal changes all the time, while service, worker and Redis are killed in turn; nobody announces the changes. After
quiet, one poll and one verification, the mirror must equal the vendor byte for byte, and so must a consumer that was
fed by the change feed alone. Everything runs on this machine and ends by itself; status 1 when a promise is broken.
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
import redis

from core.embedded_redis import server_binary
from tests.load.processes import PROVIDER, WHO, connect
from tests.servers import (
    Process,
    Service,
    Simulator,
    answers,
    clean_environment,
    free_port,
    running_simulator,
    service_settings,
)

PORTAL = "24681012"
TYPES = ("contacts", "companies", "deals")
KEYS = "k1:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
SYNC = f"{PROVIDER}/sync"
NDJSON = {"Accept": "application/x-ndjson"}
SETTLES_WITHIN_S = 300.0
RETRY_S = 0.2
RUN = "  {kind}: {state}, +{added} ~{changed} -{deleted} in {duration_s:.1f} s"

Items = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Trial:
    """How long, how much, how hard.

    Args:
        seconds: that the portal changes for.
        records: contacts; companies and deals are a tenth each.
        percent_per_second: of the records of each type that change in a second.
        kill_every_s: a process each time, in turn; 0 for none.
    """

    seconds: float = 600.0
    records: int = 3_000
    percent_per_second: float = 1.0
    kill_every_s: float = 20


@dataclass(slots=True)
class Outcome:
    """What the trial found. `lost`, `ghosts` and `different` are ids of items, by who has them wrong."""

    changes: int = 0
    kills: int = 0
    settled_s: float = 0.0
    restarts: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not any(self.wrong.values())

    def lines(self) -> list[str]:
        wrong = [f"  {name}: {len(ids)}, as {', '.join(ids[:5])}" for name, ids in self.wrong.items() if ids]
        return [
            f"{self.changes} changes, {self.kills} processes killed; settled {self.settled_s:.1f} s after the last",
            f"the consumer began anew {self.restarts} times",
            *(
                "  {kind}: {state}, +{added} ~{changed} -{deleted} in {duration_s:.1f} s".format(**run)
                for run in self.runs
            ),
            *(wrong or ["mirror and consumer equal the vendor"]),
        ]


class Stack:
    """Redis, a service and a worker, each of which can be killed and comes back at once."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self._folder, self._simulator = folder, simulator
        self._socket = folder / "redis.sock"
        self.url = f"http://localhost:{free_port()}"
        self._worker_url = f"http://localhost:{free_port()}"
        self._starts: dict[str, Callable[[], Process]] = {
            "service": lambda: self._program("service", self.url, "main.py"),
            "worker": lambda: self._program("worker", self._worker_url, "main.py", "worker"),
            "redis": self._redis,
        }
        self._processes = {name: self._starts[name]() for name in ("redis", "service", "worker")}

    def kill(self, name: str) -> None:
        """Kill it and start it again."""
        self._processes[name].kill()
        self._processes[name] = self._starts[name]()

    def stop(self) -> None:
        for name in ("worker", "service", "redis"):
            self._processes[name].kill()

    def _program(self, name: str, url: str, *program: str) -> Process:
        environment = clean_environment() | service_settings(self._simulator.url)
        environment |= {
            "PUBLIC_URL": url,
            "REDIS_URL": f"unix://{self._socket}",
            "ENCRYPTION_KEYS": KEYS,
            "WORKER": "separate",
            "DATA_DIR": str(self._folder / "data"),
        }
        (folder := self._folder / name).mkdir(exist_ok=True)
        process = Service(url, folder, environment, program)
        process.wait_until(f"{name} to be ready", lambda: answers(f"{url}/readyz"))
        return process

    def _redis(self) -> Process:
        options = ["--port", "0", "--unixsocket", str(self._socket), "--dir", str(self._folder), "--save", ""]
        process = Process(
            "redis", [server_binary(), *options, "--appendonly", "yes", "--appendfsync", "always"], folder=self._folder
        )
        process.wait_until("PONG", self._redis_answers)
        return process

    def _redis_answers(self) -> bool:
        with suppress(redis.ConnectionError), redis.Redis(unix_socket_path=str(self._socket)) as client:
            return bool(client.ping())
        return False


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
        stack = await asyncio.to_thread(Stack, Path(name), simulator)
        try:
            await asyncio.to_thread(connect, stack.url, simulator)
            async with httpx.AsyncClient(base_url=stack.url, timeout=30, trust_env=False) as http:
                return await _accept(trial, stack, simulator, http)
        finally:
            stack.stop()


async def _accept(trial: Trial, stack: Stack, simulator: Simulator, http: httpx.AsyncClient) -> Outcome:
    outcome, consumer = Outcome(), Consumer(http)
    (await http.put(SYNC, params=WHO, json={"object_types": TYPES})).raise_for_status()
    await _until(http, lambda state: state["state"] in {"live", "verifying"})
    async with _following(consumer):
        simulator.background_changes(
            PORTAL,
            percent_per_second=trial.percent_per_second,
            seconds=trial.seconds,
            object_types=list(TYPES),
        )
        outcome.kills = await _harass(trial, stack)
        outcome.changes = sum(simulator.background_changes_state(PORTAL)["done"].values())
        quiet_s = time.monotonic()
        outcome.runs = [await _run(http, kind) for kind in ("poll", "verify")]
        outcome.settled_s = time.monotonic() - quiet_s
        consumer.up_to_date.clear()
        await asyncio.wait_for(consumer.up_to_date.wait(), SETTLES_WITHIN_S)
    outcome.restarts = consumer.restarts
    truth = await _load(http)
    _compare(outcome, "vendor's own list", truth, dict.fromkeys(_exported(simulator)))
    _compare(outcome, "consumer", truth, consumer.items)
    _compare(outcome, "mirror", truth, await _mirror(http))
    return outcome


async def _harass(trial: Trial, stack: Stack) -> int:
    """Kill one process after the other until the portal is quiet; how many."""
    ends, kills = time.monotonic() + trial.seconds, 0
    if not trial.kill_every_s:
        await asyncio.sleep(trial.seconds)
        return 0
    for name in itertools.cycle(("worker", "service", "redis")):
        await asyncio.sleep(min(trial.kill_every_s, max(0.0, ends - time.monotonic())))
        if time.monotonic() >= ends:
            return kills
        await asyncio.to_thread(stack.kill, name)
        kills += 1
    return kills


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


async def _load(http: httpx.AsyncClient) -> Items:
    """What a whole load reads from the vendor now."""
    answer = await http.get(
        f"{PROVIDER}/items", params=WHO | {"object_types": ",".join(TYPES)}, headers=NDJSON, timeout=SETTLES_WITHIN_S
    )
    lines = [json.loads(line) for line in answer.text.strip().split("\n")]
    assert lines[-1]["receipt"]["complete"], lines[-1]
    return {line["item"]["id"]: line["item"] for line in lines if "item" in line}


async def _mirror(http: httpx.AsyncClient) -> Items:
    """What a new reader of the change feed gets."""
    answer = await http.get(f"{PROVIDER}/changes", params=WHO, headers=NDJSON, timeout=SETTLES_WITHIN_S)
    lines = [json.loads(line) for line in answer.text.strip().split("\n")]
    return {line["change"]["id"]: line["change"]["item"] for line in lines if "change" in line}


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
    options = parser.parse_args()
    trial = Trial(options.seconds, options.records, options.percent, options.kill_every)
    outcome = asyncio.run(accept(trial))
    print(*outcome.lines(), sep="\n")
    return int(not outcome.is_equal)


if __name__ == "__main__":
    sys.exit(main())
