"""A Redis whose answers take their time, or get lost: a proxy before the real one."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from redis.asyncio import Redis

from core.redis_client import close_redis, open_redis


class SlowRedis:
    """Each answer comes up to `longest_s` later than it was given.

    The first `lost` lists never arrive, nor does the answer with the number `lost_answer`, from 1.
    """

    def __init__(self, *, seed: int, longest_s: float, lost: int, lost_answer: int) -> None:
        self._rng = random.Random(seed)
        self._longest_s = longest_s
        self._lost = lost
        self._until_lost = lost_answer
        self.tasks: set[asyncio.Task[None]] = set()

    def connect(
        self,
        down: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        up: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.tasks.add(asyncio.create_task(self._pass_on(down[0], up[1], is_answer=False)))
        self.tasks.add(asyncio.create_task(self._pass_on(up[0], down[1], is_answer=True)))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        try:
            while data := await reader.read(65536):
                if is_answer and self._loses(data):
                    continue
                if is_answer:
                    await asyncio.sleep(self._rng.uniform(0, self._longest_s))
                writer.write(data)
                await writer.drain()
        except (asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    def _loses(self, answer: bytes) -> bool:
        self._until_lost -= 1
        if self._lost and answer.startswith(b"*"):
            self._lost -= 1
            return True
        return self._until_lost == 0


@asynccontextmanager
async def client_without_answer(redis_url: str, lost_answer: int) -> AsyncIterator[Redis]:
    """A client as the service opens it, to whom the answer with this number never comes; 0: all come."""
    async with slow_redis(redis_url, lost_answer=lost_answer) as url:
        client = open_redis(url)
        try:
            yield client
        finally:
            await close_redis(client)


@asynccontextmanager
async def slow_redis(
    redis_url: str, *, seed: int = 0, longest_s: float = 0, lost: int = 0, lost_answer: int = 0, port: int = 0
) -> AsyncIterator[str]:
    """The URL of one before the server at `redis_url`, a unix socket."""
    slow = SlowRedis(seed=seed, longest_s=longest_s, lost=lost, lost_answer=lost_answer)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        slow.connect((reader, writer), await asyncio.open_unix_connection(urlsplit(redis_url).path))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in slow.tasks:
            task.cancel()
        await asyncio.gather(*slow.tasks)
        await server.wait_closed()
