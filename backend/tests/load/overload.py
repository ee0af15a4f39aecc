"""Ten times as many requests as one process can answer: what it answers all the same, and whom it never refuses.

Callers that wait for each answer find out the capacity in pages of items, before and after. In between ten times as
many arrive each second, whatever is answered. The callers and the simulator share the machine's cores with the process:
beside the goodput by the clock stands the one by the process' own CPU, which charges it for nobody else. Where the two
capacities differ much, or more than all of it was answered, something else used the machine, and nothing is judged.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import uvloop

from tests.bench.stack import Usage
from tests.load.callers import Answer, Callers, tell
from tests.load.mix import share
from tests.load.processes import PAGE, PROVIDER, running
from tests.servers import Service

# Fewer leave the process waiting for the simulator between two pages, and a capacity that is too low flatters.
WAITING_CALLERS = 64
SECONDS = 10.0
TIMES = 10
PROBES_PER_SECOND = 20
LEAST_GOODPUT = 0.8
# An answer that comes later helps nobody.
USEFUL_S = 3.0
ALWAYS_ANSWERED_S = 1.0
# Capacities this far apart, the smaller to the larger, are of a machine that was not ours alone.
STEADY = 0.85
PATHS = {
    "page": f"{PROVIDER}/items?{urlencode(PAGE)}",
    "health": "/livez",
    "callback": f"{PROVIDER}/oauth2callback?state=x&code=y",
}
# The callback's state is unknown: it is looked for in Redis, and refused.
EXPECTED = {"health": 200, "callback": 400}


def overload() -> int:
    """Measure and print; the exit status."""
    with running(1) as ([service], _simulator):
        return uvloop.run(measure(service))


@dataclass(frozen=True, slots=True)
class Pace:
    """Useful pages by the clock and by the process' CPU, and how busy it was."""

    per_second: float
    per_cpu_second: float

    @property
    def busy(self) -> float:
        return self.per_second / self.per_cpu_second


async def measure(service: Service) -> int:
    callers = Callers(service.url, PATHS)
    await callers.wait_in_turn("page", callers=WAITING_CALLERS, seconds=2)  # warming up
    before, _ = await timed(service, callers, waiting(callers))
    overloaded, answers = await timed(service, callers, pouring(callers, TIMES * before.per_second))
    after, _ = await timed(service, callers, waiting(callers))
    return judge(answers, overloaded, before, after)


async def waiting(callers: Callers) -> None:
    await callers.wait_in_turn("page", callers=WAITING_CALLERS, seconds=SECONDS / 2)


async def pouring(callers: Callers, pages_per_second: float) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(callers.pour(["page"], per_second=pages_per_second, seconds=SECONDS))
        group.create_task(callers.pour(["health", "callback"], per_second=PROBES_PER_SECOND, seconds=SECONDS))


async def timed(service: Service, callers: Callers, asking: Coroutine[Any, Any, None]) -> tuple[Pace, list[Answer]]:
    callers.take()
    usage, began_s = Usage(service.pid), time.monotonic()
    await asking
    cpu_s, took_s = usage.cpu_s(), time.monotonic() - began_s
    answers = callers.take()
    by_clock = per_second(answers)
    return Pace(by_clock, by_clock * took_s / cpu_s), answers


def per_second(answers: Sequence[Answer]) -> float:
    """Useful pages a second."""
    useful = sum((answer.name, answer.status) == ("page", 200) and answer.took_s < USEFUL_S for answer in answers)
    return useful / (max(answer.ended_s for answer in answers) - min(answer.began_s for answer in answers))


def judge(answers: Sequence[Answer], overloaded: Pace, before: Pace, after: Pace) -> int:
    """Print, and the exit status: 0 only for a promise that was seen to be kept."""
    paces = (before.per_second, after.per_second)
    goodput = overloaded.per_second / statistics.mean(paces)
    by_cpu = overloaded.per_cpu_second / statistics.mean((before.per_cpu_second, after.per_cpu_second))
    print(f"\noverload: {TIMES} times what one process can answer")
    print(f"  capacity {paces[0]:.0f} pages a second, {paces[1]:.0f} afterwards")
    print(f"  goodput {goodput:.0%} of it, {by_cpu:.0%} by the process' own CPU (at least {LEAST_GOODPUT:.0%})")
    print(f"  the process busy {before.busy:.0%}, {overloaded.busy:.0%}, {after.busy:.0%} of the time")
    print(f"  {'':10} {'':3} {'count':>6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
    print(*tell(answers), sep="\n")
    if min(paces) < STEADY * max(paces) or goodput > 1:
        print("  not judged: something else used this machine meanwhile; measure again when it is quiet")
        return 1
    odd = [answer for answer in answers if answer.name == "page" and answer.status not in {200, 503}]
    probes = [answer for answer in answers if answer.name in EXPECTED]
    refused = [probe for probe in probes if probe.status != EXPECTED[probe.name]]
    late = share([probe.took_s for probe in probes], 0.99) > ALWAYS_ANSWERED_S
    return int(min(goodput, by_cpu) < LEAST_GOODPUT or bool(odd) or bool(refused) or late)


if __name__ == "__main__":
    sys.exit(overload())
