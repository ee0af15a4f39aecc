"""Workers as processes of their own: one that is killed, paused or stopped loses nothing and doubles nothing."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from hubspot.endpoints import SEARCH_PAGE_MAX
from tests.integration.api.client import FIRST_PORTAL
from tests.integration.api.conftest import KEYS
from tests.integration.sync.conftest import SYNC, OpenSynced, Synced
from tests.servers import Service, Simulator, running_service

RECORDS = 4_500
OpenWorker = Callable[[str], AbstractContextManager[Service]]


@pytest.fixture
def open_worker(simulator: Simulator, redis_url: str, tmp_path: Path) -> OpenWorker:
    """Starts a worker process of this name."""

    @contextmanager
    def opened(name: str) -> Iterator[Service]:
        folder = tmp_path / name
        folder.mkdir()
        settings = {"REDIS_URL": redis_url, "ENCRYPTION_KEYS": KEYS, "WORKER": "separate"}
        with running_service(folder, simulator, program=("main.py", "worker"), **settings) as worker:
            yield worker

    return opened


@pytest.fixture
async def loading(open_synced: OpenSynced, open_worker: OpenWorker) -> AsyncIterator[tuple[Synced, Service]]:
    """A sync whose load has saved a checkpoint, and the worker that is at it."""
    async with open_synced(seed={"contacts": RECORDS, "companies": 1, "deals": 1}, worker="separate") as synced:
        synced.simulator.settings(latency_ms=20)
        with open_worker("first") as worker:
            await synced.enable(object_types=["contacts"])
            await synced.until(lambda state: _loaded(state) >= 2_000)
            yield synced, worker


def _loaded(state: dict) -> int:  # type: ignore[type-arg]
    progress = state["object_types"]["contacts"]["progress"]
    return progress["loaded"] if progress else 0


async def assert_each_record_came_once(synced: Synced) -> None:
    changes = Counter(change[1] for change in await synced.changes())
    assert len(changes) == RECORDS
    assert set(changes.values()) == {1}


class TestWorkerProcesses:
    async def test_another_worker_goes_on_where_a_killed_one_was(
        self, loading: tuple[Synced, Service], open_worker: OpenWorker
    ) -> None:
        synced, first = loading
        first.popen.kill()
        killed_at = asyncio.get_running_loop().time()
        stored = (await synced.state())["object_types"]["contacts"]["counts"]["mirror"]

        with open_worker("second"):
            await synced.until(lambda state: state["object_types"]["contacts"]["counts"]["mirror"] > stored, 25)
            took_s = asyncio.get_running_loop().time() - killed_at
            await synced.until(lambda state: bool(state["verified_at"]), 30)

        assert took_s < 20 + 3  # and the time to start a process
        await assert_each_record_came_once(synced)
        await synced.assert_equal_to_truth("contacts")

    async def test_a_stopped_worker_hands_over_at_once(
        self, loading: tuple[Synced, Service], open_worker: OpenWorker
    ) -> None:
        synced, first = loading
        first.popen.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(first.popen.wait, 15) == 0
        left = RECORDS - _loaded(await synced.state())
        calls = len(synced.simulator.log("/contacts(/search)?$"))

        with open_worker("second"):
            await synced.until(lambda state: bool(state["verified_at"]), 20)

        await assert_each_record_came_once(synced)
        [load] = [run for run in (await synced.api.json(f"{SYNC}/runs"))["runs"] if run["kind"] == "load"]
        assert load["requests"] >= calls + left // SEARCH_PAGE_MAX

    @pytest.mark.slow
    async def test_a_paused_worker_that_goes_on_later_writes_nothing(
        self, loading: tuple[Synced, Service], open_worker: OpenWorker
    ) -> None:
        synced, first = loading
        first.popen.send_signal(signal.SIGSTOP)
        with open_worker("second"):
            await synced.until(lambda state: bool(state["verified_at"]), 60)
            [record, *_] = synced.simulator.export(FIRST_PORTAL, "contacts")
            synced.simulator.update(FIRST_PORTAL, "contacts", record["id"], firstname="Later")
            await synced.run("poll")
            first.popen.send_signal(signal.SIGCONT)
            await asyncio.sleep(5)

            stored = (await synced.stored("contacts"))[record["id"]]
            runs = (await synced.api.json(f"{SYNC}/runs"))["runs"]

        assert stored["properties"]["firstname"] == "Later"
        assert [run["state"] for run in runs if run["kind"] == "load"] == ["complete"]


class TestLostJobs:
    async def test_a_sync_whose_job_was_lost_is_found(
        self, open_synced: OpenSynced, open_worker: OpenWorker, redis_client: Redis
    ) -> None:
        """As when Redis comes back from an older copy of its data."""
        async with open_synced(worker="separate") as synced:
            await synced.enable()
            await redis_client.unlink(*[key async for key in redis_client.scan_iter("{jobs}:*")])
            [sync] = [key async for key in redis_client.scan_iter("sync:*")]
            await redis_client.zadd("{syncs}:due", {sync: 1})

            with open_worker("first"):
                await synced.until_loaded()
