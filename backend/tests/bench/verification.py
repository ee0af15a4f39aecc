"""What completeness costs for a large portal: lost changes, a whole verification, calls a day.

Run as `python -m tests.bench.verification`. One large object type is loaded into the mirror; then records change
without anybody announcing it, in a way that polls cannot see. HubSpot's limits are off: what is measured is the number
of calls and our own time. The schedule is not waited for: what is due next is made due.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import redis

from sync.counts import ID_WINDOWS, MODIFIED_WINDOWS, SETTLED_MS
from sync.polls import POLL_OVERLAP
from sync.schedule import COUNT_EVERY_S, MS, POLL_FIRST_S, POLL_WITH_SIGNALS_S
from sync.verification import VERIFY_WITHIN_S, WINDOW
from tests.bench.stack import Usage
from tests.load.processes import PROVIDER, TIMEOUT_S, WHO, running
from tests.servers import Service, Simulator, running_redis

PORTAL, CONTACTS = "24681012", "contacts"
SYNC = f"{PROVIDER}/sync"
ENDS_WITHIN_S = 3_600.0
DAY_S = 86_400
# Of the records, in a day.
CHANGING = 0.02

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls to the simulator, wall and CPU seconds of the service."""

    calls: int
    seconds: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.calls:,} calls, {self.seconds:.1f} s, {self.cpu_s:.1f} s of CPU"


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal in sync, its vendor, and the Redis of the service."""

    service: Service
    simulator: Simulator
    redis: redis.Redis
    http: httpx.Client

    def state(self) -> State:
        return dict(self.http.get(SYNC, params=WHO).raise_for_status().json())

    def stored(self) -> int:
        return int(self.state()["object_types"][CONTACTS]["counts"]["mirror"] or 0)

    def until(self, met: Callable[[State], bool]) -> State:
        """Raises: TimeoutError."""
        ends = time.monotonic() + ENDS_WITHIN_S
        while not met(state := self.state()):
            if time.monotonic() > ends:
                raise TimeoutError(json.dumps(state))
            time.sleep(0.2)
        return state

    def run(self, kind: str) -> State:
        """Start a run; how it ended."""
        run_id = self.http.post(f"{SYNC}/runs", params=WHO, json={"kind": kind}).raise_for_status().json()["run_id"]
        found: list[State] = []

        def has_ended(_: State) -> bool:
            runs = self.http.get(f"{SYNC}/runs", params=WHO).json()["runs"]
            found[:] = [run for run in runs if run["run_id"] == run_id and run["ended_at"]]
            return bool(found)

        self.until(has_ended)
        return found[0]

    def make_due(self, **values: object) -> None:
        """As if the time had come."""
        [key] = self.redis.keys("sync:*")  # type: ignore[misc]
        progress = json.loads(cast(bytes, self.redis.hget(key, "progress")))
        progress["types"][CONTACTS] |= values
        self.redis.hset(key, "progress", json.dumps(progress))

    def cost(self, work: Callable[[], object]) -> Cost:
        self.until(lambda state: not state["running"])
        self.simulator.clear_log()
        usage, began = Usage(self.service.pid), time.monotonic()
        work()
        seconds = time.monotonic() - began
        return Cost(len(self.simulator.log("/crm/")), seconds, usage.cpu_s())


def measure(records: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        running_redis(Path(folder)) as url,
        running(1, url) as ([service], simulator),
        httpx.Client(base_url=service.url, timeout=TIMEOUT_S, trust_env=False) as http,
    ):
        portal = Portal(service, simulator, redis.Redis(unix_socket_path=url.removeprefix("unix://")), http)
        reload_calls = load(portal, records)
        lost_deletion(portal, reload_calls)
        lost_change(portal, reload_calls)
        whole_verification(portal, records)
        calls_a_day(portal, records)


def load(portal: Portal, records: int) -> int:
    """The calls of a load, to which the others are compared."""
    portal.simulator.seed(PORTAL, contacts=records, companies=1_000, deals=1_000)
    usage, began = Usage(portal.service.pid), time.monotonic()
    portal.http.put(SYNC, params=WHO, json={"object_types": [CONTACTS]}).raise_for_status()
    portal.until(lambda state: state["state"] in {"live", "verifying"})
    seconds = time.monotonic() - began
    runs = portal.http.get(f"{SYNC}/runs", params=WHO).json()["runs"]
    calls = int(next(run["requests"] for run in runs if run["kind"] == "load"))
    portal.until(lambda state: not state["running"] and state["next_run"]["kind"] == "poll")
    print(f"load of {portal.stored():,} records: {Cost(calls, seconds, usage.cpu_s())}", flush=True)
    assert portal.stored() == records
    return calls


def lost_deletion(portal: Portal, reload_calls: int) -> None:
    stored, lost = portal.stored(), some_record(portal)
    portal.simulator.archive(PORTAL, CONTACTS, lost)
    cost = find(portal, lambda state: state["object_types"][CONTACTS]["counts"]["mirror"] == stored - 1)
    report_lost("a lost deletion", cost, reload_calls)


def lost_change(portal: Portal, reload_calls: int) -> None:
    """Modified two hours ago, as when HubSpot's search shows it too late for the polls."""
    lost = some_record(portal)
    portal.simulator.settings(clock_offset_s=-7_200)
    portal.simulator.update(PORTAL, CONTACTS, lost, firstname="Unseen")
    portal.simulator.settings(clock_offset_s=0)
    cost = find(portal, lambda state: bool(state["last_run"]["kind"] == "verify" and state["last_run"]["changed"]))
    report_lost("a lost change", cost, reload_calls, waits_s=SETTLED_MS / MS + POLL_WITH_SIGNALS_S)


def find(portal: Portal, is_found: Callable[[State], bool]) -> Cost:
    """A poll that sees nothing, counts, and the verification of what differs."""

    def look() -> None:
        portal.make_due(count_at_ms=1)
        polled = portal.run("poll")
        assert not polled["changed"] + polled["deleted"], polled
        portal.until(is_found)

    return portal.cost(look)


def report_lost(what: str, cost: Cost, reload_calls: int, *, waits_s: float = 0) -> None:
    at_most_s, share = COUNT_EVERY_S + waits_s + cost.seconds, cost.calls / reload_calls
    print(f"{what}: {cost}, {share:.2%} of a load's calls; found within {at_most_s / 60:.0f} minutes", flush=True)


def some_record(portal: Portal) -> str:
    """The id of a stored record."""
    [key] = portal.redis.keys("ids:*")  # type: ignore[misc]
    count = cast(int, portal.redis.zcard(key))
    [member] = cast(Sequence[bytes], portal.redis.zrange(key, at := random.randrange(count), at))
    return member[1:].decode()


def whole_verification(portal: Portal, records: int) -> None:
    """Somebody asks for it: all windows at once. An association that changed is found by nothing else."""
    portal.simulator.mutate(PORTAL, contacts={"associate": 1})
    runs: list[State] = []
    cost = portal.cost(lambda: runs.append(portal.run("verify")))
    assert (runs[0]["state"], runs[0]["changed"]) == ("complete", 1), runs
    print(f"whole verification: {cost}, {records / cost.cpu_s:,.0f} records a CPU second", flush=True)


def calls_a_day(portal: Portal, records: int) -> None:
    """Of polls that find 2 % a day changed, of counts, and of a verification within a week."""
    counts_a_day = DAY_S / COUNT_EVERY_S * (ID_WINDOWS + MODIFIED_WINDOWS)
    window = portal.cost(lambda: verify_window(portal))
    verify_a_day = window.calls * records / WINDOW * DAY_S / VERIFY_WITHIN_S
    for title, every_s in (("without signals", POLL_FIRST_S), ("with signals", POLL_WITH_SIGNALS_S)):
        polled_s = every_s + POLL_OVERLAP.total_seconds()
        changed = int(records * CHANGING * polled_s / DAY_S)
        portal.simulator.mutate(PORTAL, contacts={"update": changed})
        poll = portal.cost(lambda: portal.run("poll"))
        polls_a_day = poll.calls * DAY_S / every_s
        print(
            f"calls a day {title}: polls {polls_a_day:,.0f} ({poll.calls} each for {changed} changed records), "
            f"counts {counts_a_day:,.0f}, verification {verify_a_day:,.0f}; "
            f"together {polls_a_day + counts_a_day + verify_a_day:,.0f}",
            flush=True,
        )


def verify_window(portal: Portal) -> None:
    portal.make_due(verify_at_ms=1)
    portal.run("poll")
    portal.until(lambda state: state["last_run"]["kind"] == "verify" and not state["running"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.verification", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    measure(parser.parse_args().records)


if __name__ == "__main__":
    main()
