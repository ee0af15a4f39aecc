"""A connected service and a simulator, each a process of its own, and what the service costs. Linux only: reads /proc.

The simulator runs on the same machine: on one of few cores its work shares the time with ours, so figures that
matter are CPU seconds of our process, or wall time under HubSpot's limits, where nobody is short of cores.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers import Service, Simulator, running_service, running_simulator

ITEMS = "/integrations/hubspot/items"
NDJSON = "application/x-ndjson"
# HubSpot's figures for a public app, and what a portal answers in: the median, and the spread of its logarithm.
LATENCY = {"latency_ms": 150, "latency_sigma": 0.4}
NO_LIMITS = {"limits_enabled": False, "burst_limit": 10_000, "associations_limit": 10_000}
# Records a second that the list limit allows: 110 calls of 100 records in 10 s. Source: HubSpot usage guidelines.
LIST_CEILING = 1_100
LIMIT_WINDOW_S = 10.0


@dataclass(frozen=True, slots=True)
class Stack:
    """A running service that is connected to the simulator's first portal."""

    simulator: Simulator
    service: Service
    portal_id: str
    http: httpx.Client

    def usage(self) -> "Usage":
        return Usage(self.service.pid)


class Usage:
    """CPU and memory of a process from now on."""

    def __init__(self, pid: int) -> None:
        self._process = Path(f"/proc/{pid}")
        (self._process / "clear_refs").write_text("5")  # the peak starts from what is in use now
        self._user_s, self._system_s = self._read_cpu_s()
        self.start_mib = self._read_mib("VmRSS")

    def cpu_s(self) -> float:
        user_s, system_s = self._read_cpu_s()
        return user_s - self._user_s + system_s - self._system_s

    def system_s(self) -> float:
        """How much of it was spent in system calls."""
        return self._read_cpu_s()[1] - self._system_s

    def peak_mib(self) -> float:
        """The largest memory in use, in MiB."""
        return self._read_mib("VmHWM")

    def _read_cpu_s(self) -> tuple[float, float]:
        # After the name in brackets; user and system time are fields 14 and 15. Source: proc(5).
        fields = (self._process / "stat").read_text().rpartition(") ")[2].split()
        ticks_a_second = os.sysconf("SC_CLK_TCK")
        return int(fields[11]) / ticks_a_second, int(fields[12]) / ticks_a_second

    def _read_mib(self, name: str) -> float:
        for line in (self._process / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise LookupError(name)


@contextmanager
def running_stack(*simulator_options: str, **seed: int) -> Iterator[Stack]:
    """Both processes, the first portal filled with `seed` records a type, one connection to it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder)
        with running_simulator(path, *simulator_options) as simulator, running_service(path, simulator) as service:
            portal_id = str(simulator.portals()[0]["portal_id"])
            if seed:
                simulator.seed(portal_id, **seed)
            with httpx.Client(base_url=service.url, timeout=600, trust_env=False) as http:
                yield Stack(simulator, service, connect(simulator, http, portal_id), http)


def connect(simulator: Simulator, http: httpx.Client, portal_id: str) -> str:
    """Consent in a portal on behalf of the default user; the portal's id."""
    started = http.get("/integrations/hubspot/authorize", headers={"Accept": "application/json"})
    started.raise_for_status()
    callback = simulator.decide(started.json()["authorization_url"], portal_id=portal_id)
    http.get(callback).raise_for_status()
    return portal_id


@dataclass(frozen=True, slots=True)
class Load:
    """What one streamed load cost and gave."""

    seconds: float
    plan_s: float
    first_item_s: float
    items: int
    notices: int
    receipt: dict[str, Any]
    cpu_s: float
    peak_over_start_mib: float
    refused: int

    @property
    def per_second(self) -> float:
        return self.items / self.seconds

    @property
    def per_cpu_second(self) -> float:
        return self.items / self.cpu_s


def stream(
    stack: Stack, object_types: str, *, keep: Callable[[bytes], object] = lambda _line: None, **parameters: str
) -> Load:
    """Load everything as NDJSON, counting lines without parsing them; `keep` gets each item's line.

    Raises: AssertionError when the stream ends without a receipt.
    """
    stack.simulator.clear_log()
    usage, began = stack.usage(), time.monotonic()
    plan_s, first_item_s, items, notices, tail, last = 0.0, 0.0, 0, 0, b"", b"{}"
    query = {"object_types": object_types, **parameters}
    with stack.http.stream("GET", ITEMS, params=query, headers={"Accept": NDJSON}) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_raw():
            plan_s = plan_s or time.monotonic() - began
            lines = (tail + chunk).split(b"\n")
            tail = lines.pop()
            found = [line for line in lines if line.startswith(b'{"item"')]
            if found and not items:
                first_item_s = time.monotonic() - began
            items += len(found)
            for line in found:
                keep(line)
            notices += sum(line.startswith(b'{"notice"') for line in lines)
            last = lines[-1] if lines else last
    seconds = time.monotonic() - began
    ending = json.loads(last)
    assert "receipt" in ending, f"the load ended early: {ending}"
    refused = sum(entry["status"] == 429 for entry in stack.simulator.log())
    return Load(
        seconds,
        plan_s,
        first_item_s,
        items,
        notices,
        ending["receipt"],
        usage.cpu_s(),
        usage.peak_mib() - usage.start_mib,
        refused,
    )


def covered_s(intervals: Sequence[tuple[float, float]]) -> float:
    """Seconds in which at least one of the intervals was running."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(intervals):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def quantile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
