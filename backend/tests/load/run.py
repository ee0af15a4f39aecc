"""`make load`: a bounded mix of requests against one and two processes, and what they answered in which time.

Everything runs on this machine and ends by itself: simulator, Redis, service, a route that does nothing, callers. With
few cores they share them, so the figures compare ways of answering; they are no promise for another machine.
`--soak MINUTES` repeats the mix against one process and shows whether memory, descriptors and tasks stay flat.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from httpx_aiohttp import AiohttpTransport

from tests.bench.stack import Usage
from tests.servers import (
    Process,
    Service,
    Simulator,
    answers,
    clean_environment,
    free_port,
    running_redis,
    running_service,
    running_simulator,
)

CALLERS = 8
TIMEOUT_S = 60
# The mix of one round: how often each sort of request is made.
MIX = {"status": 200, "items": 40, "stream": 2, "flow": 10, "fault": 10}
PROVIDER = "/integrations/hubspot"
WHO = {"user_id": "load", "org_id": "load"}
PAGE = {**WHO, "object_types": "contacts", "limit": "100"}
# HubSpot's limits are HubSpot's; here our own cost is wanted.
NO_LIMITS = {"limits_enabled": False, "burst_limit": 10_000, "associations_limit": 10_000}


@dataclass
class Figures:
    """Times of each sort of request, in seconds, and answers that were not the expected ones."""

    times_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0
    """Of the processes that were asked, over all requests."""

    @property
    def count(self) -> int:
        return sum(map(len, self.times_s.values()))

    @property
    def cpu_ms(self) -> float:
        """A request, on average: what does not depend on who else uses the machine."""
        return 1000 * self.cpu_s / self.count

    def print(self, title: str, took_s: float) -> None:
        unexpected = f"{self.wrong.total()} unexpected answers"
        print(f"\n{title}: {self.count} requests in {took_s:.1f} s, {self.cpu_ms:.2f} ms CPU each, {unexpected}")
        print(f"  {'':10} {'count':>6} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}")
        for name, times in self.times_s.items():
            marks = [f"{1000 * share(times, at):8.1f}" for at in (0.50, 0.95, 0.99)]
            print(f"  {name:10} {len(times):6} {' '.join(marks)}")
        for answer, times_seen in self.wrong.items():
            print(f"  unexpected: {answer} ({times_seen} times)")


def share(values: Sequence[float], at: float) -> float:
    """The value that this share of all stays below."""
    return (
        statistics.quantiles(values, n=100, method="inclusive")[round(at * 100) - 1] if len(values) > 1 else values[0]
    )


class Mix:
    """Callers that take turns at the processes' addresses."""

    def __init__(self, http: httpx.AsyncClient, urls: Sequence[str], simulator: Simulator) -> None:
        self._http = http
        self._urls = itertools.cycle(urls)
        self._simulator = simulator
        self.figures = Figures()

    async def run(self, mix: dict[str, int]) -> None:
        """Every request of the mix once, in an order that spreads the sorts evenly, by `CALLERS` at a time."""
        order = sorted((number / count, name) for name, count in mix.items() for number in range(count))
        work = iter([name for _, name in order])

        async def caller() -> None:
            for name in work:
                await self._ask(name)

        async with asyncio.TaskGroup() as callers:
            for _ in range(CALLERS):
                callers.create_task(caller())

    async def _ask(self, name: str) -> None:
        url = next(self._urls)
        began = time.perf_counter()
        wrong = await getattr(self, f"_{name}")(url)
        self.figures.times_s[name].append(time.perf_counter() - began)
        if wrong:
            self.figures.wrong[f"{name}: {wrong}"] += 1

    async def _hello(self, url: str) -> str | None:
        return _unless(await self._http.get(url), 200)

    async def _status(self, url: str) -> str | None:
        return _unless(await self._http.get(f"{url}{PROVIDER}/credentials", params=WHO), 200)

    async def _items(self, url: str) -> str | None:
        return _unless(await self._http.get(f"{url}{PROVIDER}/items", params=PAGE), 200)

    async def _stream(self, url: str) -> str | None:
        headers = {"Accept": "application/x-ndjson"}
        answer = await self._http.get(f"{url}{PROVIDER}/items", params=WHO, headers=headers)
        complete = answer.content.rstrip().rpartition(b"\n")[2].startswith(b'{"receipt":{"complete":true')
        return _unless(answer, 200) or (None if complete else "not complete")

    async def _flow(self, url: str) -> str | None:
        headers = {"Accept": "application/json"}
        begun = await self._http.get(f"{url}{PROVIDER}/authorize", params=WHO, headers=headers)
        if begun.status_code == 429:  # our own limit of starts a minute and owner
            return None
        return _unless(begun, 200) or _unless(
            await self._http.get(f"{url}{PROVIDER}/flows/{begun.json()['flow_id']}", params=WHO), 200
        )

    async def _fault(self, url: str) -> str | None:
        """The vendor fails once; the caller must not notice."""
        await asyncio.to_thread(self._simulator.fault, "/crm/objects/.*/companies$", "status", status=503)
        answer = await self._http.get(f"{url}{PROVIDER}/items", params={**WHO, "object_types": "companies"})
        return _unless(answer, 200)


def _unless(answer: httpx.Response, status: int) -> str | None:
    return None if answer.status_code == status else f"{answer.status_code} {answer.text[:200]}"


@contextmanager
def running(workers: int) -> Iterator[tuple[list[Service], Simulator]]:
    """So many processes on one Redis, one account connected."""
    with tempfile.TemporaryDirectory(prefix="load-") as name, ExitStack() as ending:
        folder = Path(name)
        (folder / "r").mkdir()
        redis_url = ending.enter_context(running_redis(folder / "r"))
        simulator = ending.enter_context(running_simulator(folder))
        simulator.settings(**NO_LIMITS)
        services = []
        for number in range(workers):
            (own := folder / f"service-{number}").mkdir()
            # One file of keys for all, as with the volume of docker-compose.yml.
            shared = {"REDIS_URL": redis_url, "DATA_DIR": str(folder / "data")}
            services.append(ending.enter_context(running_service(own, simulator, **shared)))
        connect(services[0].url, simulator)
        yield services, simulator


def connect(url: str, simulator: Simulator) -> None:
    with httpx.Client(base_url=url, timeout=TIMEOUT_S, trust_env=False) as http:
        headers = {"Accept": "application/json"}
        begun = http.get(f"{PROVIDER}/authorize", params=WHO, headers=headers).raise_for_status().json()
        http.get(simulator.decide(begun["authorization_url"])).raise_for_status()


class Hello(Process):
    """The route that does nothing, as a process."""

    url = ""


@contextmanager
def running_hello() -> Iterator[Hello]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        command = [sys.executable, "-m", "tests.load.hello", str(port)]
        process = Hello("hello", command, folder=Path(folder), environment=clean_environment())
        process.url = f"http://localhost:{port}/"
        try:
            process.wait_until("GET /", lambda: answers(process.url))
            yield process
        finally:
            process.stop()


def measure(asked: Sequence[Service | Hello], simulator: Simulator, mix: dict[str, int], title: str) -> Figures:
    async def drive() -> Figures:
        async with httpx.AsyncClient(transport=AiohttpTransport(), timeout=TIMEOUT_S, trust_env=False) as http:
            callers = Mix(http, [one.url for one in asked], simulator)
            began, usages = time.monotonic(), [Usage(one.pid) for one in asked]
            await callers.run(mix)
            callers.figures.cpu_s = sum(usage.cpu_s() for usage in usages)
            callers.figures.print(title, time.monotonic() - began)
            return callers.figures

    return asyncio.run(drive())


def memory_of(service: Service) -> str:
    status = Path(f"/proc/{service.pid}/status").read_text(encoding="utf-8")
    rss_kib = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    return f"{rss_kib / 1024:.0f} MiB, {len(list(Path(f'/proc/{service.pid}/fd').iterdir()))} descriptors"


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
                print(f"  memory: {'; '.join(memory_of(service) for service in services)}")
                wrong += mixed.wrong.total() + alone.wrong.total()
    return int(wrong > 0)


def soak(minutes: float) -> int:
    """The mix again and again against one process; the exit status."""
    with running(1) as (services, simulator):
        [service] = services
        until, wrong, rounds = time.monotonic() + 60 * minutes, 0, 0
        while time.monotonic() < until:
            rounds += 1
            wrong += measure([service], simulator, MIX, f"round {rounds}").wrong.total()
            print(f"  memory: {memory_of(service)}", flush=True)
    return int(wrong > 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    minutes = parser.parse_args().soak
    return soak(minutes) if minutes else compare()


if __name__ == "__main__":
    sys.exit(main())
