"""The mirror's Redis is gone, empty or full; a worker's lease is over. Nothing is lost, and the state shows it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis as sync_redis
from redis.asyncio import Redis

from errors import CursorExpiredError
from oauth.connection import Owner
from sync.state import Progress, Run, Wanted
from sync.sync_store import LeaseLostError, SyncRef, SyncStore
from tests.integration.sync.conftest import OpenSynced
from tests.servers import running_redis

REF = SyncRef(Owner("acme", "ann"), "hubspot", "c1")


class MirrorRedis:
    """A Redis without persistence that can be stopped and started again, then empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = ExitStack()
        self.start()

    def start(self) -> None:
        self.url = self._running.enter_context(running_redis(self._folder))

    def stop(self) -> None:
        self._running.close()

    def limit(self, max_bytes: int) -> None:
        with sync_redis.Redis(unix_socket_path=self.url.removeprefix("unix://")) as client:
            client.config_set("maxmemory", client.info("memory")["used_memory"] + max_bytes if max_bytes else 0)


@pytest.fixture
def mirror_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MirrorRedis]:
    server = MirrorRedis(tmp_path_factory.mktemp("m"))
    yield server
    server.stop()


class TestMirrorRedis:
    async def test_while_it_is_gone_the_state_says_so_and_back_empty_it_is_loaded_again(
        self, open_synced: OpenSynced, mirror_redis: MirrorRedis
    ) -> None:
        async with open_synced(mirror_redis_url=mirror_redis.url) as synced:
            await synced.enable()
            await synced.until_loaded()
            await synced.changes()
            mirror_redis.stop()

            run = await synced.run("poll")
            gone = await synced.state()

            assert (run["state"], run["error"]["code"]) == ("failed", "store_unavailable")
            assert (gone["state"], gone["object_types"]["contacts"]["counts"]["mirror"]) == ("live", None)

            mirror_redis.start()
            await synced.run("poll")
            await synced.until(lambda state: state["state"] == "live" and bool(state["verified_at"]), 40)

            with pytest.raises(CursorExpiredError):
                await synced.changes()
            await synced.assert_equal_to_truth()

    async def test_a_full_one_stops_the_load_until_there_is_room(
        self, open_synced: OpenSynced, mirror_redis: MirrorRedis
    ) -> None:
        async with open_synced(mirror_redis_url=mirror_redis.url, seed={"contacts": 2_000}) as synced:
            mirror_redis.limit(200_000)
            await synced.enable(object_types=["contacts"])
            full = await synced.until(lambda state: state["state"] == "mirror_full")

            mirror_redis.limit(0)
            await synced.run("load")
            live = await synced.until_loaded()

            assert full["object_types"]["contacts"]["error"]["action"] == "ask_admin"
            assert live["state"] == "live"
            await synced.assert_equal_to_truth("contacts")


class TestLease:
    async def test_a_worker_whose_lease_is_over_changes_nothing(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        first = await store.acquire(REF)
        assert first is not None
        assert await store.acquire(REF) is None
        await redis_client.unlink(REF.lease_key)  # as when its time is over
        second = await store.acquire(REF)
        assert second is not None

        with pytest.raises(LeaseLostError):
            await store.save(first, Progress(failures=9))
        with pytest.raises(LeaseLostError):
            await store.renew(first)
        await store.release(first)
        await store.save(second, Progress(failures=1))

        assert second.number > first.number
        assert (await store.get(REF)).progress.failures == 1

    async def test_a_worker_of_a_sync_that_was_turned_off_brings_nothing_back(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        lease = await store.acquire(REF)
        assert lease is not None
        await store.disable(REF)

        with pytest.raises(LeaseLostError):
            await store.save(lease, Progress())

        assert await store.find(REF) is None

    async def test_the_history_keeps_fifty_runs_and_no_uneventful_ones(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        lease = await store.acquire(REF)
        assert lease is not None
        for number in range(60):
            run = Run(run_id=str(number), kind="poll", object_types=("contacts",), began_ms=1, outcome="complete")
            run.changed = number % 2
            await store.save(lease, Progress(), ended=run)
        for number in range(60, 120):
            run = Run(run_id=str(number), kind="load", object_types=("contacts",), began_ms=1, outcome="complete")
            await store.save(lease, Progress(), ended=run)

        runs = await store.list_runs(REF)

        assert (len(runs), runs[0].run_id) == (50, "119")
