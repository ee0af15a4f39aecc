"""CPU of two trees' services a request, started side by side and asked by turns: a change, and what was before it.

Run as `python -m tests.bench.turns TREE`, TREE being another checkout (`git worktree add --detach TREE main~5`). Only
what both share (this machine, this Python, its packages, how busy it is) is left out of the comparison.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.bench.stack import ITEMS, NO_LIMITS, Usage, connect
from tests.servers import BACKEND, running_service, running_simulator

REQUESTS = {
    "a page of items": (ITEMS, 40),
    "a page of one": (f"{ITEMS}?limit=1", 40),
    "a page without associations": (f"{ITEMS}?associations=false", 40),
    "a status": ("/integrations/hubspot/credentials", 100),
    "a route that does nothing": ("/", 100),
}


class Side:
    """One tree's service, connected to a simulator of its own."""

    def __init__(self, pid: int, caller: HTTPConnection) -> None:
        self._pid = pid
        self._caller = caller

    def cpu_ms(self, path: str, count: int) -> float:
        usage = Usage(self._pid)
        for _ in range(count):
            self._caller.request("GET", path, headers={"Accept": "application/json"})
            answer = self._caller.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        return 1e3 * usage.cpu_s() / count


@contextmanager
def running_side(backend: Path) -> Iterator[Side]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="turns-")))
        simulator = stack.enter_context(running_simulator(folder))
        service = stack.enter_context(running_service(folder, simulator, program=(str(backend / "main.py"),)))
        with httpx.Client(base_url=service.url, timeout=60, trust_env=False) as http:
            connect(simulator, http, str(simulator.portals()[0]["portal_id"]))
        simulator.settings(**NO_LIMITS)
        yield Side(service.pid, stack.enter_context(closing(HTTPConnection(urlsplit(service.url).netloc))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path, help="the other checkout")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with running_side(options.tree.resolve() / "backend") as other, running_side(BACKEND) as ours:
        for name, (path, count) in REQUESTS.items():
            for side in (other, ours):
                side.cpu_ms(path, count)
            theirs_ms, ours_ms = 0.0, 0.0
            for _ in range(options.rounds):
                theirs_ms += other.cpu_ms(path, count) / options.rounds
                ours_ms += ours.cpu_ms(path, count) / options.rounds
            print(f"{name}: {theirs_ms:.2f} → {ours_ms:.2f} ms CPU, {100 * (ours_ms / theirs_ms - 1):+.1f} %")


if __name__ == "__main__":
    main()
