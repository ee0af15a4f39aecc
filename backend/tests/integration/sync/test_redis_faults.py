"""The mirror's Redis is gone, empty or full; a worker's lease is over. Nothing is lost, and the state shows it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import pytest
import redis as sync_redis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from core.embedded_redis import server_binary
from errors import CursorExpiredError, RunNotFoundError
from oauth.connection import ConnectionKey, Owner
from sync.schedule import Step, reconcile
from sync.session import Session
from sync.state import Progress, Run, Wanted
from sync.sync_store import LeaseLostError, SyncStore, lease_key, sync_key
from tests.integration.sync.conftest import SYNC, OpenSynced
from tests.integration.sync.test_drain import changes, first, push
from tests.servers import Process, running_redis

REF = ConnectionKey(Owner("acme", "ann"), "hubspot", "c1")


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
        with self._client() as client:
            client.config_set("maxmemory", client.info("memory")["used_memory"] + max_bytes if max_bytes else 0)

    def fill(self) -> None:
        """Leave no room, whatever memory is given back later: that of this connection, too."""
        with self._client() as client:
            client.config_set("maxmemory", 1)

    def _client(self) -> sync_redis.Redis:
        return sync_redis.Redis(unix_socket_path=self.url.removeprefix("unix://"))


@pytest.fixture
def mirror_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MirrorRedis]:
    server = MirrorRedis(tmp_path_factory.mktemp("m"))
    yield server
    server.stop()


class TestMirrorRedis:
    async def test_while_it_is_full_webhooks_still_delete_records(
        self, open_synced: OpenSynced, mirror_redis: MirrorRedis
    ) -> None:
        async with open_synced(mirror_redis_url=mirror_redis.url) as synced:
            await synced.enable(object_types=["contacts"])
            await synced.until_loaded()
            await synced.changes()
            archived, updated = first(synced), first(synced, number=1)
            synced.simulator.archive(synced.portal_id, "contacts", archived)
            synced.simulator.update(synced.portal_id, "contacts", updated, firstname="Ada")
            mirror_redis.fill()

            await push(
                synced,
                {"subscriptionType": "contact.deletion", "objectId": int(archived)},
                {"subscriptionType": "contact.propertyChange", "objectId": int(updated)},
            )

            assert await changes(synced, 1) == [("deleted", f"{archived}_Contact", "archived")]

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


class MainRedis:
    """A Redis that has on its disk what it has answered for, and can be killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://{folder / 'redis.sock'}"
        self.start()

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self._folder / "redis.sock"), "--dir", str(self._folder)]
        lasting = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        self._process = Process("redis", [server_binary(), *options, *lasting], folder=self._folder)
        self._process.wait_until("PONG", self._answers)

    def _answers(self) -> bool:
        with suppress(RedisConnectionError), sync_redis.Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False

    def kill(self) -> None:
        self._process.kill()


@pytest.fixture
def main_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainRedis]:
    server = MainRedis(tmp_path_factory.mktemp("r"))
    yield server
    server.kill()


class TestMainRedis:
    async def test_a_load_in_which_it_is_killed_goes_on_and_brings_each_record_once(
        self, open_synced: OpenSynced, main_redis: MainRedis
    ) -> None:
        async with open_synced(seed={"contacts": 4_500}, redis_url=main_redis.url) as synced:
            synced.simulator.settings(latency_ms=50)
            await synced.enable(object_types=["contacts"])
            await synced.until(lambda state: (state["object_types"]["contacts"]["counts"]["mirror"] or 0) >= 2_000)

            main_redis.kill()
            killed_at = datetime.now(UTC)
            with pytest.raises(RedisConnectionError):
                await synced.stored("contacts")
            main_redis.start()
            async with asyncio.timeout(20):
                while (await synced.api.get("/readyz")).status_code != HTTPStatus.OK:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await synced.until(lambda state: bool(state["verified_at"]) and not state["running"], 40)

            [load] = [run for run in (await synced.api.json(f"{SYNC}/runs"))["runs"] if run["kind"] == "load"]
            assert (load["state"], datetime.fromisoformat(load["ended_at"]) > killed_at) == ("complete", True)
            changes = Counter(change[1] for change in await synced.changes())
            assert (len(changes), set(changes.values())) == (4_500, {1})
            await synced.assert_equal_to_truth("contacts")


class TestLease:
    async def test_a_worker_whose_lease_is_over_changes_nothing(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        first = await store.acquire(REF)
        assert first is not None
        assert await store.acquire(REF) is None
        await redis_client.unlink(lease_key(REF))  # as when its time is over
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

    async def test_each_of_several_running_runs_can_be_cancelled(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        lease = await store.acquire(REF)
        assert lease is not None
        load = Run(run_id="load", kind="load", object_types=("contacts",), began_ms=1)
        poll = Run(run_id="poll", kind="poll", object_types=("contacts",), began_ms=1)
        await store.save(lease, Progress(running={"load": load, "poll": poll}))

        await store.cancel(REF, "load")
        await store.cancel(REF, "poll")
        await store.save(lease, Progress(running={"load": load}), ended=poll)

        assert [await store.is_cancelled(REF, run_id) for run_id in ("load", "poll")] == [True, False]

    async def test_a_run_that_ends_while_it_is_cancelled_leaves_nothing(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        lease = await store.acquire(REF)
        assert lease is not None

        for number in range(20):
            run = Run(run_id=str(number), kind="poll", object_types=("contacts",), began_ms=1)
            await store.save(lease, Progress(running={"poll": run}))
            cancelled = store.cancel(REF, run.run_id)
            ended = store.save(lease, Progress(), ended=run)
            await asyncio.gather(cancelled, ended, return_exceptions=True)

        left = await cast(Any, redis_client.hkeys(sync_key(REF)))
        assert [name for name in left if name.startswith("cancelled:")] == []
        with pytest.raises(RunNotFoundError):
            await store.cancel(REF, "19")

    async def test_a_run_that_is_cancelled_while_a_worker_picks_it_up_does_not_begin(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        request = await store.request(REF, "verify", 1)
        session = await open_session(store)
        await store.cancel(REF, request.run_id)

        with pytest.raises(RunNotFoundError):
            await session.begin(Step("verify", ("contacts",), 1, request.run_id))

        sync = await store.get(REF)
        assert (sync.requested, sync.progress.running) == ([], {})

    async def test_a_cancelled_run_that_new_settings_end_leaves_nothing(self, redis_client: Redis) -> None:
        store = SyncStore(redis_client)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}))
        await (await open_session(store)).begin(Step("load", ("contacts",), 0))
        [run] = (await store.get(REF)).progress.running.values()
        await store.cancel(REF, run.run_id)
        await store.enable(REF, Wanted(types={"contacts": "0-1"}, properties=("email",)))
        await redis_client.unlink(lease_key(REF))

        await (await open_session(store)).begin(Step("load", ("contacts",), 0))

        left = await cast(Any, redis_client.hkeys(sync_key(REF)))
        assert [name for name in left if name.startswith("cancelled:")] == []
        [other] = (await store.get(REF)).progress.running.values()
        assert other.run_id != run.run_id

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


async def open_session(store: SyncStore) -> Session:
    """What a worker has before it begins a step."""
    lease = await store.acquire(REF)
    assert lease is not None
    sync = await store.get(REF)
    reconcile(sync)
    nothing: Any = None
    return Session(
        mirror=nothing,
        store=store,
        signals=nothing,
        source=nothing,
        lease=lease,
        connection=nothing,
        sync=sync,
        stopping=lambda: False,
    )
