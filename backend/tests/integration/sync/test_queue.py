"""Jobs on a real Redis: they run once, survive bad messages, and end in order."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from services.shutdown import Shutdown
from sync.queue import JobQueue
from sync.worker import running_worker
from tests.unit.sync.test_codec import Bomb

KEYRING = Keyring({"k1": bytes(range(32))})


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[JobQueue]:
    async with JobQueue(redis_url, KEYRING) as queue:
        yield queue


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
