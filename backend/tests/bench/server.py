"""What uvicorn's options cost and do; `main.py` follows it. Run as `python -m tests.bench.server`.

CPU of the service is compared, so that callers and simulator, which share the machine, do not count.
`--listeners` measures only how long new connections wait, with one listening socket and with several.
"""

import argparse
import asyncio
import itertools
import os
import selectors
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.bench.stack import Usage
from tests.load.callers import Answer, Callers, tell
from tests.load.mix import measure
from tests.load.overload import PATHS
from tests.load.processes import NO_LIMITS, PROVIDER, WHO, connect, running
from tests.servers import (
    Process,
    Service,
    Simulator,
    answers,
    clean_environment,
    free_port,
    running_redis,
    running_simulator,
    service_settings,
)

STATUS = f"{PROVIDER}/credentials"
REQUESTS = {"status": 600, "items": 80, "stream": 4}
ROUNDS = 3
IDLE, WAITING = 64, 300
ARRIVAL_S = 0.5
# Requests a second, each on a new connection, of which a process can answer about a third; and probes beside them.
PAGES_PER_SECOND, PROBES_PER_SECOND, FLOOD_S = 300, 20, 5.0


class Served(Service):
    """The service under `uvicorn main:app`, with some of uvicorn's options."""

    def __init__(self, url: str, folder: Path, environment: Mapping[str, str], options: Sequence[str]) -> None:
        command = [sys.executable, "-m", "uvicorn", "main:app", "--no-access-log", "--port", str(urlsplit(url).port)]
        Process.__init__(self, "uvicorn", [*command, *options], folder=folder, environment=environment)
        self.url = url


@contextmanager
def served(folder: Path, simulator: Simulator, redis_url: str, *options: str) -> Iterator[Served]:
    url = f"http://localhost:{free_port()}"
    own = {"PUBLIC_URL": url, "DATA_DIR": str(folder / "data"), "REDIS_URL": redis_url}
    process = Served(url, folder, clean_environment() | service_settings(simulator.url) | own, options)
    try:
        process.wait_until("GET /readyz", lambda: answers(f"{url}/readyz"))
        connect(url, simulator)
        yield process
    finally:
        process.stop()


def cpu_ms(process: Served, simulator: Simulator, name: str) -> float:
    """Of one such request, in the best of a few rounds."""
    with redirect_stdout(Path(os.devnull).open("w")):
        measure([process], simulator, {name: REQUESTS[name] // 4}, "warming up")
        return min(measure([process], simulator, {name: REQUESTS[name]}, name).cpu_ms for _ in range(ROUNDS))


def compare_loops(folder: Path, simulator: Simulator, redis_url: str) -> None:
    print(f"{'loop':8} {'http':10} " + " ".join(f"{name + ' ms':>10}" for name in REQUESTS))
    for loop, http in itertools.product(("uvloop", "asyncio"), ("httptools", "h11")):
        with served(folder, simulator, redis_url, "--loop", loop, "--http", http) as process:
            figures = [cpu_ms(process, simulator, name) for name in REQUESTS]
        print(f"{loop:8} {http:10} " + " ".join(f"{figure:10.2f}" for figure in figures), flush=True)


def compare_connections(process: Served, *, requests: int = 600) -> None:
    """A connection for each request, beside one that is kept."""
    for kept in (True, False):
        headers = {} if kept else {"Connection": "close"}
        with httpx.Client(base_url=process.url, trust_env=False, headers=headers) as http:
            usage = Usage(process.pid)
            for _ in range(requests):
                http.get(STATUS, params=WHO).raise_for_status()
        over = "one connection" if kept else "new connections"
        print(f"status over {over}: {1000 * usage.cpu_s() / requests:.2f} ms CPU")


def try_idle_connections(process: Served, option: str) -> None:
    """What an orchestrator's probe is answered while browsers keep connections they do not use."""
    with ExitStack() as held:
        for _ in range(IDLE):
            idle = held.enter_context(httpx.Client(trust_env=False))
            idle.get(f"{process.url}/livez")
        answer = httpx.get(f"{process.url}/livez", trust_env=False)
        print(f"{option}, {IDLE} idle connections: /livez answers {answer.status_code}")


def try_backlog(process: Served, option: str) -> None:
    """How many callers can connect while the process is stopped for half a second."""
    address = urlsplit(process.url)
    os.kill(process.pid, signal.SIGSTOP)
    with ExitStack() as held, selectors.DefaultSelector() as selector:
        for _ in range(WAITING):
            caller = held.enter_context(socket.socket())
            caller.settimeout(0)
            caller.connect_ex((str(address.hostname), address.port))
            selector.register(caller, selectors.EVENT_WRITE)
        connected = set()
        while ready := selector.select(ARRIVAL_S):
            for key, _ in ready:
                connected.add(key.fd)
                selector.unregister(key.fileobj)
            if not selector.get_map():
                break
        os.kill(process.pid, signal.SIGCONT)
    print(f"{option}: {len(connected)} of {WAITING} callers connect while the process stands still")


def compare_listeners() -> None:
    for listeners in (1, 8):
        program = ("-c", f"import sys, main; main.LISTENERS = {listeners}; sys.exit(main.main())")
        with running(1, program=program) as ([service], _simulator):
            usage = Usage(service.pid)
            answers = asyncio.run(flood(service))
            print(f"{listeners} listening sockets, {usage.cpu_s():.1f} s CPU", *tell(answers), sep="\n", flush=True)


async def flood(service: Service) -> list[Answer]:
    """More pages than can be answered and some health checks, each on a new connection."""
    callers = Callers(service.url, PATHS, keeps=False)
    async with asyncio.TaskGroup() as group:
        group.create_task(callers.pour(["page"], per_second=PAGES_PER_SECOND, seconds=FLOOD_S))
        group.create_task(callers.pour(["health"], per_second=PROBES_PER_SECOND, seconds=FLOOD_S))
    return callers.take()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures what uvicorn's options cost and do.")
    parser.add_argument("--listeners", action="store_true", help="only: how long new connections wait")
    if parser.parse_args().listeners:
        compare_listeners()
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as ending:
        folder = Path(name)
        (folder / "r").mkdir()
        redis_url = ending.enter_context(running_redis(folder / "r"))
        simulator = ending.enter_context(running_simulator(folder))
        simulator.settings(**NO_LIMITS)
        compare_loops(folder, simulator, redis_url)
        with served(folder, simulator, redis_url) as process:
            compare_connections(process)
        with served(folder, simulator, redis_url, "--limit-concurrency", str(IDLE)) as process:
            try_idle_connections(process, f"--limit-concurrency {IDLE}")
        for backlog in ("64", "2048"):
            with served(folder, simulator, redis_url, "--backlog", backlog) as process:
                try_backlog(process, f"--backlog {backlog}")


if __name__ == "__main__":
    main()
