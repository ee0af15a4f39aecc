"""`make load`: a bounded mix of requests against one and two processes, ten times too many, and Redis in trouble.

Everything runs on this machine and ends by itself: simulator, Redis, service, a route that does nothing, callers. With
few cores they share them, so the figures compare ways of answering; they are no promise for another machine.
`--only mix|overload|outage` runs one of them; `--soak MINUTES` repeats the mix against one process instead.
"""

import argparse
import sys
from collections.abc import Callable, Mapping

from tests.load.mix import MIX, measure
from tests.load.outage import outage
from tests.load.overload import overload
from tests.load.processes import running, running_hello
from tests.load.soak import ask, soak


def compare() -> int:
    """The mix against one and two processes, beside a route that does nothing; the exit status."""
    wrong = 0
    with running_hello() as hello:
        for workers in (1, 2):
            with running(workers) as (services, simulator):
                measure(services, simulator, {"status": 50, "items": 20, "fault": 2}, "warming up")
                baseline = measure([hello], simulator, {"hello": 1000}, "a route that does nothing")
                alone = measure(services, simulator, {"status": 1000}, "status alone")
                mixed = measure(services, simulator, MIX, f"the mix, {workers} process{'es' * (workers > 1)}")
                ratio = alone.cpu_ms / baseline.cpu_ms
                print(f"  status alone costs {ratio:.1f} times the CPU of a route that does nothing")
                print(f"  held: {'; '.join(str(ask(service)) for service in services)}")
                wrong += mixed.wrong.total() + alone.wrong.total()
    return int(wrong > 0)


MEASURES: Mapping[str, Callable[[], int]] = {"mix": compare, "overload": overload, "outage": outage}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--only", choices=MEASURES)
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    options = parser.parse_args()
    if options.soak:
        return soak(options.soak)
    return max(measured() for name, measured in MEASURES.items() if options.only in (None, name))


if __name__ == "__main__":
    sys.exit(main())
