"""Redis hangs, then is gone, while fifty requests a second arrive: what they are answered, and how soon it heals."""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import redis
import uvloop

from core.embedded_redis import server_binary
from tests.load.callers import Callers, tell
from tests.load.mix import share
from tests.load.processes import PAGE, PROVIDER, WHO, running
from tests.servers import Process, Service

PER_SECOND = 50
WELL_S, ILL_S = 3.0, 8.0
REFUSES_S = 2.0
RECOVERS_S = 2.0
PATHS = {
    "status": f"{PROVIDER}/credentials?{urlencode(WHO)}",
    "items": f"{PROVIDER}/items?{urlencode(PAGE)}",
    "catalog": f"/integrations?{urlencode(WHO)}",
    "ready": "/readyz",
    "alive": "/livez",
}


class Redis:
    """A server with an append-only file, on a socket in `folder`, that can be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"
        self.url = f"unix://{self._socket}"
        self.start()

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self._socket), "--dir", str(self._folder), "--appendonly", "yes"]
        self._process = Process("redis", [server_binary(), *options, "--save", ""], folder=self._folder)
        self._process.wait_until("PONG", self._answers)

    def hang(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self._socket)) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def own_redis() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        server = Redis(Path(folder))
        try:
            yield server
        finally:
            server.kill()


def outage() -> int:
    """Measure and print; the exit status."""
    with own_redis() as server, running(1, server.url) as ([service], _simulator):
        return uvloop.run(measure(service, server))


async def measure(service: Service, server: Redis) -> int:
    hung = await watch("a Redis that hangs", service, server.hang, server.wake)
    gone = await watch("a Redis that is gone", service, server.kill, server.start)
    return int(hung or gone)


async def watch(title: str, service: Service, harm: Callable[[], None], heal: Callable[[], None]) -> bool:
    """Whether a promise was broken."""
    callers = Callers(service.url, PATHS)
    async with pouring(callers):
        await asyncio.sleep(WELL_S)
        harm()
        await asyncio.sleep(ILL_S)
        await asyncio.to_thread(heal)
        healed_s = time.monotonic()
        await asyncio.sleep(WELL_S)
    answers = callers.take()
    refused = [answer for answer in answers if answer.status == 503]
    odd = sum(answer.status not in {200, 503} for answer in answers)
    p99_s = share([answer.took_s for answer in answers], 0.99)
    recovery_s = max(0.0, max(entry.began_s for entry in refused) - healed_s)
    print(f"\n{title}, {PER_SECOND} requests a second: {1 - odd / len(answers):.0%} answered with 200 or 503,")
    print(f"  {len(refused)} refused, p99 {p99_s:.2f} s, the last refused request {recovery_s:.2f} s after its return")
    print(*tell(answers), sep="\n")
    return bool(odd) or p99_s > REFUSES_S or recovery_s > RECOVERS_S


@asynccontextmanager
async def pouring(callers: Callers) -> AsyncIterator[None]:
    """The requests, beside the block and for about as long."""
    pouring = asyncio.create_task(callers.pour(list(PATHS), per_second=PER_SECOND, seconds=2 * WELL_S + ILL_S))
    yield
    await pouring


if __name__ == "__main__":
    sys.exit(outage())
