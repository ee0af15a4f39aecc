"""The mix again and again against one process: whether its memory, descriptors and tasks stay flat."""

import statistics
import time
from typing import NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.load.mix import MIX, measure
from tests.load.processes import running
from tests.servers import Service, Simulator

MIB = 1024 * 1024
# Connections that are kept and given up again make descriptors and tasks breathe; a leak passes any bound in time.
MAY_GROW = {"memory_mib": 16.0, "descriptors": 8.0, "tasks": 4.0}
# Between rounds nothing runs: what is left then is what is kept.
REST_S = 1.0


class Held(NamedTuple):
    """What a process holds, as its own metrics say."""

    memory_mib: float
    descriptors: float
    tasks: float

    def __str__(self) -> str:
        return f"{self.memory_mib:.1f} MiB, {self.descriptors:.0f} descriptors, {self.tasks:.0f} tasks"


def soak(minutes: float) -> int:
    """Measure and print; the exit status."""
    with running(1) as ([service], simulator):
        wrong, rounds = run_rounds(service, simulator, until_s=time.monotonic() + 60 * minutes)
    grown = growth(rounds)
    print(f"\n{len(rounds)} rounds, {wrong} unexpected answers; first {rounds[0]}; last {rounds[-1]}")
    for name, amount in grown.items():
        print(f"  {name}: {amount:+.1f} from the second quarter to the last (at most {MAY_GROW[name]:+.0f})")
    return int(wrong > 0 or any(amount > MAY_GROW[name] for name, amount in grown.items()))


def run_rounds(service: Service, simulator: Simulator, *, until_s: float) -> tuple[int, list[Held]]:
    wrong, rounds = 0, list[Held]()
    while time.monotonic() < until_s or len(rounds) < 4:
        wrong += measure([service], simulator, MIX, f"round {len(rounds) + 1}").wrong.total()
        time.sleep(REST_S)
        rounds.append(ask(service))
        print(f"  {rounds[-1]}", flush=True)
    return wrong, rounds


def growth(rounds: list[Held]) -> dict[str, float]:
    """Median of the last quarter less that of the second: the first one fills caches and pools."""
    quarter = len(rounds) // 4
    early, late = rounds[quarter : 2 * quarter], rounds[-quarter:]
    return {
        name: statistics.median(getattr(entry, name) for entry in late)
        - statistics.median(getattr(entry, name) for entry in early)
        for name in Held._fields
    }


def ask(service: Service) -> Held:
    text = httpx.get(f"{service.url}/metrics", trust_env=False).raise_for_status().text
    values = {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples}
    return Held(values["process_resident_memory_bytes"] / MIB, values["process_open_fds"], values["integrations_tasks"])
