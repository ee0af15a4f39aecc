"""Jobs on a real Redis: they run once, survive bad messages, and end in order."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from services.shutdown import Shutdown
from sync.queue import JobQueue, QueueConnection
from sync.worker import DRAIN_S, running_worker
from tests.unit.sync.test_codec import Bomb

KEYRING = Keyring({"k1": bytes(range(32))})


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[JobQueue]:
    async with JobQueue(redis_url, KEYRING) as queue:
        yield queue


class DeafConnection(QueueConnection):
    """Its reads swallow one cancellation, as redis-py's do before Python 3.12 when their answer just arrives."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.is_reading = asyncio.Event()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Any]:
        async with super().client() as redis:
            yield DeafRedis(redis, self.is_reading)


class DeafRedis:
    def __init__(self, redis: Redis, is_reading: asyncio.Event) -> None:
        self._redis, self._is_reading, self._is_deaf = redis, is_reading, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._redis, name)

    async def xreadgroup(self, *args: Any, **options: Any) -> Any:
        self._is_reading.set()
        try:
            return await self._redis.xreadgroup(*args, **options)
        except asyncio.CancelledError:
            if not self._is_deaf:
                raise
            self._is_deaf = False
            return []


class Greeter:
    """A job that notes who was greeted."""

    def __init__(self) -> None:
        self.greeted: asyncio.Queue[str] = asyncio.Queue()

    async def greet(self, name: str) -> None:
        self.greeted.put_nowait(name)

    async def next(self) -> str:
        return await asyncio.wait_for(self.greeted.get(), 10)


async def forge(redis: Redis, **fields: Any) -> None:
    """Put a message into the stream that workers read."""
    await redis.xadd("{jobs}:stream", cast(Any, fields))


class TestJobs:
    async def test_a_job_runs_with_its_arguments(self, queue: JobQueue) -> None:
        greeter = Greeter()
        await queue.add_job(greeter.greet, "greet.ann", "ann")

        async with running_worker(queue, Shutdown()):
            assert await greeter.next() == "ann"

    async def test_of_one_key_one_job_waits(self, queue: JobQueue) -> None:
        greeter = Greeter()
        for name in ("ann", "ben"):
            await queue.add_job(greeter.greet, "greet.x", name)
        await queue.add_job(greeter.greet, "other.x", "cy")

        async with running_worker(queue, Shutdown()):
            greeted = {await greeter.next(), await greeter.next()}

        assert greeted == {"ann", "cy"}

    async def test_a_job_moves_to_an_earlier_time(self, queue: JobQueue) -> None:
        greeter = Greeter()
        await queue.add_job(greeter.greet, "greet.x", "later", when=datetime.now(UTC) + timedelta(hours=1))
        await queue.move_job(greeter.greet, "greet.x", "now")

        async with running_worker(queue, Shutdown()):
            assert await greeter.next() == "now"

    async def test_a_later_job_runs_when_it_is_due(self, queue: JobQueue) -> None:
        greeter = Greeter()
        await queue.add_job(greeter.greet, "greet.x", "ann", when=datetime.now(UTC) + timedelta(seconds=0.3))

        async with running_worker(queue, Shutdown()):
            assert await greeter.next() == "ann"

    async def test_a_hundred_jobs_are_added_at_once(self, queue: JobQueue) -> None:
        greeter = Greeter()
        await asyncio.gather(*(queue.add_job(greeter.greet, f"greet.{n}", str(n)) for n in range(100)))

        async with running_worker(queue, Shutdown()):
            greeted = {await greeter.next() for _ in range(100)}

        assert greeted == {str(n) for n in range(100)}

    async def test_forged_messages_run_no_code_and_end_no_worker(
        self, queue: JobQueue, redis_client: Redis, tmp_path: Path
    ) -> None:
        greeter = Greeter()
        bomb = pickle.dumps((Bomb(tmp_path / "opened"),))
        queue.register(greeter.greet)

        async with running_worker(queue, Shutdown()):
            await forge(redis_client, key="k", function="greet", args=bomb, kwargs=bomb, attempt="1", when="x")
            await forge(redis_client, key="greet.ann", anything="else")
            await queue.add_job(greeter.greet, "greet.ann", "ann")
            assert await greeter.next() == "ann"
            await self._until_empty(redis_client)

        assert not Bomb.went_off(tmp_path)

    async def test_a_failing_job_ends_no_worker(self, queue: JobQueue) -> None:
        greeter = Greeter()

        async def fail() -> None:
            raise RuntimeError("on purpose")

        await queue.add_job(fail, "fail.x")
        async with running_worker(queue, Shutdown()):
            await queue.add_job(greeter.greet, "greet.x", "ann")
            assert await greeter.next() == "ann"

    async def test_a_stop_lets_a_running_job_end(self, queue: JobQueue) -> None:
        shutdown, began, ended = Shutdown(), asyncio.Event(), asyncio.Event()

        async def work() -> None:
            began.set()
            await shutdown.wait()
            ended.set()

        await queue.add_job(work, "work.x")
        async with running_worker(queue, shutdown):
            await asyncio.wait_for(began.wait(), 10)

        assert ended.is_set()

    async def test_a_worker_ends_even_if_its_read_swallows_the_cancellation(self, redis_url: str) -> None:
        queue, connection = JobQueue(redis_url, KEYRING), DeafConnection(redis_url)
        queue._redis = connection
        async with queue, asyncio.timeout(DRAIN_S / 2), running_worker(queue, Shutdown()):
            await connection.is_reading.wait()

    async def test_a_stopped_worker_leaves_no_job_behind(self, queue: JobQueue, redis_client: Redis) -> None:
        greeter = Greeter()
        await queue.add_job(greeter.greet, "greet.x", "ann")
        async with running_worker(queue, Shutdown()):
            await greeter.next()
            await self._until_empty(redis_client)

    async def _until_empty(self, redis: Redis) -> None:
        async with asyncio.timeout(10):
            while await redis.xlen("{jobs}:stream"):  # noqa: ASYNC110 (Redis tells nobody that it is empty)
                await asyncio.sleep(0.02)
