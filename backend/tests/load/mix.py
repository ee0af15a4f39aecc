"""A bounded mix of requests, by a few callers that wait for each answer, and the times it took."""

import asyncio
import itertools
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
from httpx_aiohttp import AiohttpTransport

from tests.bench.stack import Usage
from tests.load.processes import PAGE, PROVIDER, TIMEOUT_S, WHO, Hello
from tests.servers import Service, Simulator

CALLERS = 8
# The mix of one round: how often each sort of request is made.
MIX = {"status": 200, "items": 40, "stream": 2, "flow": 10, "fault": 10}


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
            print(f"  {name:10} {len(times):6} {marks(times)}")
        for answer, times_seen in self.wrong.items():
            print(f"  unexpected: {answer} ({times_seen} times)")


def marks(times_s: Sequence[float]) -> str:
    """p50, p95 and p99 in milliseconds."""
    return " ".join(f"{1000 * share(times_s, at):8.1f}" for at in (0.50, 0.95, 0.99))


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


def measure(asked: Sequence[Service | Hello], simulator: Simulator, mix: dict[str, int], title: str) -> Figures:
    """Run the mix once against these processes and print what it took."""

    async def drive() -> Figures:
        async with httpx.AsyncClient(transport=AiohttpTransport(), timeout=TIMEOUT_S, trust_env=False) as http:
            callers = Mix(http, [entry.url for entry in asked], simulator)
            began, usages = time.monotonic(), [Usage(entry.pid) for entry in asked]
            await callers.run(mix)
            callers.figures.cpu_s = sum(usage.cpu_s() for usage in usages)
            callers.figures.print(title, time.monotonic() - began)
            return callers.figures

    return asyncio.run(drive())
