"""Ten times as many requests as one process can answer: what it answers all the same, and whom it never refuses.

Callers that wait for each answer find out the capacity in pages of items, before and after. In between ten times as
many arrive each second, whatever is answered. The callers and the simulator share the machine's cores with the process.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlencode

import uvloop

from tests.bench.stack import Usage
from tests.load.callers import Answer, Callers, tell
from tests.load.mix import share
from tests.load.processes import PAGE, PROVIDER, running
from tests.servers import Service

WAITING_CALLERS = 16
SECONDS = 10.0
TIMES = 10
PROBES_PER_SECOND = 20
LEAST_GOODPUT = 0.8
# An answer that comes later helps nobody.
USEFUL_S = 3.0
ALWAYS_ANSWERED_S = 1.0
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


async def measure(service: Service) -> int:
    callers = Callers(service.url, PATHS)
    await callers.wait_in_turn("page", callers=WAITING_CALLERS, seconds=2)  # warming up
    before = await find_capacity(callers)
    usage, began_s = Usage(service.pid), time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(callers.pour(["page"], per_second=TIMES * before, seconds=SECONDS))
        group.create_task(callers.pour(["health", "callback"], per_second=PROBES_PER_SECOND, seconds=SECONDS))
    busy = usage.cpu_s() / (time.monotonic() - began_s)
    answers = callers.take()
    after = await find_capacity(callers)
    return judge(answers, capacity=(before + after) / 2, busy=busy)


async def find_capacity(callers: Callers) -> float:
    """Pages a second."""
    callers.take()
    await callers.wait_in_turn("page", callers=WAITING_CALLERS, seconds=SECONDS / 2)
    return per_second(callers.take())


def per_second(answers: Sequence[Answer]) -> float:
    """Useful pages a second."""
    useful = sum((one.name, one.status) == ("page", 200) and one.took_s < USEFUL_S for one in answers)
    return useful / (max(one.ended_s for one in answers) - min(one.began_s for one in answers))


def judge(answers: Sequence[Answer], *, capacity: float, busy: float) -> int:
    goodput = per_second(answers) / capacity
    print(f"\noverload: {TIMES} times what one process can answer ({capacity:.0f} pages a second)")
    print(f"  goodput {goodput:.0%} of it (at least {LEAST_GOODPUT:.0%}), the process busy {busy:.0%} of the time")
    print(f"  {'':10} {'':3} {'count':>6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
    print(*tell(answers), sep="\n")
    odd = [one for one in answers if one.name == "page" and one.status not in {200, 503}]
    probes = [one for one in answers if one.name in EXPECTED]
    refused = [one for one in probes if one.status != EXPECTED[one.name]]
    late = share([one.took_s for one in probes], 0.99) > ALWAYS_ANSWERED_S
    return int(goodput < LEAST_GOODPUT or bool(odd) or bool(refused) or late)


if __name__ == "__main__":
    sys.exit(overload())
