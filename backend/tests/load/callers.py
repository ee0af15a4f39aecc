"""Requests at a pace that does not wait for answers, on kept connections, and what was answered when.

Bytes on sockets: an HTTP client would take more of a small machine's time than the service that is asked.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.load.mix import marks

TICK_S = 0.005
NO_ANSWER = 0


class Answer(NamedTuple):
    """One request's end. `status` is 0 when the connection broke; times are of `time.monotonic`."""

    name: str
    status: int
    began_s: float
    ended_s: float

    @property
    def took_s(self) -> float:
        return self.ended_s - self.began_s


class Callers:
    """Each connection has one request at a time; where none is free another one is opened.

    Args:
        url: of the process.
        paths: what may be asked for, by name.
        keeps: connections for further requests; else each request opens one.
    """

    def __init__(self, url: str, paths: Mapping[str, str], *, keeps: bool = True) -> None:
        self._keeps = keeps
        self._port = urlsplit(url).port
        self._paths = paths
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.answers: list[Answer] = []

    async def ask(self, name: str) -> None:
        began_s = time.monotonic()
        try:
            status = await self._ask(self._paths[name])
        except (OSError, asyncio.IncompleteReadError):
            status = NO_ANSWER
        self.answers.append(Answer(name, status, began_s, time.monotonic()))

    async def wait_in_turn(self, name: str, *, callers: int, seconds: float) -> None:
        """So many callers, each asking again when it was answered."""
        until = time.monotonic() + seconds

        async def caller() -> None:
            while time.monotonic() < until:
                await self.ask(name)

        async with asyncio.TaskGroup() as group:
            for _ in range(callers):
                group.create_task(caller())

    async def pour(self, names: Sequence[str], *, per_second: float, seconds: float) -> None:
        """So many a second, the names in turn, whatever is answered; returns when the last one is."""
        began_s, turns, sent = time.monotonic(), itertools.cycle(names), 0
        async with asyncio.TaskGroup() as group:
            while (passed_s := time.monotonic() - began_s) < seconds:
                while sent < passed_s * per_second:
                    group.create_task(self.ask(next(turns)))
                    sent += 1
                await asyncio.sleep(TICK_S)

    def take(self) -> list[Answer]:
        """The answers so far, which are forgotten here."""
        taken, self.answers = self.answers, []
        return taken

    async def _ask(self, path: str) -> int:
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{self._port}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        if self._keeps:
            self._free.append((reader, writer))
        else:
            writer.close()
        return int(head[9:12])


def tell(answers: Sequence[Answer]) -> Iterator[str]:
    """A line for each name and status: how many, and p50, p95, p99 in milliseconds."""
    for name, status in sorted({(answer.name, answer.status) for answer in answers}):
        times_s = [answer_.took_s for answer_ in answers if (answer_.name, answer_.status) == (name, status)]
        yield f"  {name:10} {status or '---'} {len(times_s):6} {marks(times_s)}"
