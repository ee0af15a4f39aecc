"""Many portals in sync at once: what they cost one process, `python -m tests.load.many_syncs --connections 1000`.

Each connection is another owner with a simulated portal of its own, without limits of the vendor: what is measured is
the work of jobs, polls and verifications. Everything runs on this machine and ends by itself.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import httpx
import redis

from core.store import SYNCS_DUE
from tests.bench.stack import quantile
from tests.load.processes import PROVIDER, running
from tests.servers import Service, Simulator, running_redis

RESERVED_BYTES = 1_000  # a load reserves this for each record
PORTALS_AT_ONCE = 50
LOADED_WITHIN_S = 2_400.0
LABELS = 'kind="poll",outcome="complete",provider="hubspot"'
POLLS = re.compile(rf"^integrations_sync_runs_total\{{{LABELS}\}} (\S+)$", re.MULTILINE)


def measure(connections: int, records: int, seconds: float) -> int:
    """Connect, load, and watch the process for a while."""
    room = str(2 * connections * records * RESERVED_BYTES)
    with (
        tempfile.TemporaryDirectory(prefix="load-") as folder,
        running_redis(Path(folder)) as url,
        running(1, url, MIRROR_MAX_BYTES=room) as ([service], simulator),
    ):
        portal_ids = add_portals(simulator, connections, records)
        began = time.monotonic()
        owners = [connect(service, simulator, portal_id) for portal_id in portal_ids]
        connected_s = time.monotonic() - began
        wait_until_loaded(service, owners)
        loaded_s = time.monotonic() - began
        cpu_before, polls_before = cpu_s(service), polls(service)
        print(
            f"{connections} connections of {records} records: {connected_s:.0f} s to connect, {loaded_s:.0f} s to load,"
            f" {cpu_before:.0f} s of CPU",
            flush=True,
        )
        late_s = watch_lateness(url, seconds)
        used, polled = cpu_s(service) - cpu_before, polls(service) - polls_before
        print(f"for {seconds:.0f} s: {used / seconds:.1%} of a core, {polled:.0f} polls, {rss_mb(service):.0f} MB")
        print(f"due syncs wait at most {max(late_s):.1f} s; p99 of all syncs at all times {quantile(late_s, 99):.1f} s")
    return 0


def add_portals(simulator: Simulator, number: int, records: int) -> list[str]:
    """Few at a time: one takes the simulator 0.1 s."""
    numbers = [min(PORTALS_AT_ONCE, number - done) for done in range(0, number, PORTALS_AT_ONCE)]
    return [portal_id for some in numbers for portal_id in simulator.add_portals(some, contacts=records)]


def watch_lateness(redis_url: str, seconds: float) -> list[float]:
    """For how long each sync has been due, 0 if it is not: looked at once a second."""
    ends, late_s = time.monotonic() + seconds, []
    with redis.Redis.from_url(redis_url) as client:
        while time.monotonic() < ends:
            due = cast(list[tuple[bytes, float]], client.zrange(SYNCS_DUE, 0, -1, withscores=True))
            late_s += [max(0.0, time.time() - due_ms / 1000) for _, due_ms in due]
            time.sleep(1)
    return late_s


def connect(service: Service, simulator: Simulator, portal_id: str) -> dict[str, str]:
    who = {"user_id": f"user-of-{portal_id}", "org_id": "load"}
    with httpx.Client(base_url=service.url, timeout=60, trust_env=False) as http:
        started = http.get(f"{PROVIDER}/authorize", params=who, headers={"Accept": "application/json"}).json()
        http.get(simulator.decide(started["authorization_url"], portal_id=portal_id)).raise_for_status()
        http.put(f"{PROVIDER}/sync", params=who, json={"object_types": ["contacts"]}).raise_for_status()
    return who


def wait_until_loaded(service: Service, owners: list[dict[str, str]]) -> None:
    """Raises: TimeoutError."""
    ends = time.monotonic() + LOADED_WITHIN_S
    with httpx.Client(base_url=service.url, timeout=60, trust_env=False) as http:
        for number, who in enumerate(owners):
            if number % 100 == 0:
                print(f"{number} of {len(owners)} loaded", file=sys.stderr)
            while not http.get(f"{PROVIDER}/sync", params=who).json()["verified_at"]:
                if time.monotonic() > ends:
                    raise TimeoutError(f"{who} is not loaded")
                time.sleep(0.5)


def polls(service: Service) -> float:
    found = POLLS.search(httpx.get(f"{service.url}/metrics", timeout=60, trust_env=False).text)
    return float(found[1]) if found else 0.0


def cpu_s(service: Service) -> float:
    fields = Path(f"/proc/{service.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(service: Service) -> float:
    text = Path(f"/proc/{service.pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.many_syncs", description=__doc__)
    parser.add_argument("--connections", type=int, default=1_000)
    parser.add_argument("--records", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    return measure(options.connections, options.records, options.seconds)


if __name__ == "__main__":
    sys.exit(main())
