"""Large types, made of small ones: verified window by window, and counted in between."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from routes.sync_stream import MOST_OF_OWNER
from sync.sync_store import SyncStore
from tests.integration.api.client import FIRST_PORTAL, problem
from tests.integration.sync.conftest import SYNC, OpenSynced, Synced, set_states
from tests.integration.sync.streaming import open_stream

EVENTS = {"Accept": "text/event-stream"}
SIZES = {
    "sync.schedule.SMALL_TYPE": 50,
    "sync.verification.WINDOW": 40,
    "sync.verification.VERSIONS": 20,
    "sync.counts.BLOCK": 10,
}


@pytest.fixture(autouse=True)
def small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in SIZES.items():
        monkeypatch.setattr(name, size)
    monkeypatch.setattr("sync.counts.COUNT_EVERY_CALL_S", 0.0)
    monkeypatch.setattr("sync.counts.ID_WINDOWS", 4)


@pytest.fixture
async def contacts(open_synced: OpenSynced) -> AsyncIterator[Synced]:
    async with open_synced(seed={"contacts": 150, "companies": 1, "deals": 1}) as synced:
        await synced.enable(object_types=["contacts"])
        # Loaded, polled, and one window verified: then nothing is due for a while.
        await synced.until(lambda state: bool(state["last_run"]) and state["last_run"]["kind"] == "verify")
        await synced.until(lambda state: bool(state["next_run"]) and not state["running"])
        await synced.changes()
        yield synced


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is over when it may end."""
    monkeypatch.setattr("sync.session.STEP_LIMIT_S", 0.0)


@pytest.mark.usefixtures("short_steps")
class TestLongSteps:
    async def test_an_automatic_verification_ends_with_its_type(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed={"contacts": 20}) as synced:
            await synced.enable(object_types=["contacts"])

            state = await synced.until_loaded()

            assert (state["last_run"]["kind"], state["last_run"]["state"]) == ("verify", "complete")

    async def test_one_that_counts_have_caused_ends_with_its_last_range(
        self, contacts: Synced, redis_client: Redis
    ) -> None:
        for record in contacts.simulator.export(FIRST_PORTAL, "contacts")[::100]:
            contacts.simulator.archive(FIRST_PORTAL, "contacts", record["id"])
        await set_states(redis_client, "count_at_ms", 1)

        await contacts.run("poll")

        await contacts.until(
            lambda state: state["object_types"]["contacts"]["counts"]["mirror"] == 148 and not state["running"]
        )

    async def test_one_that_is_asked_for_goes_over_all_types_also_if_one_is_inconclusive(
        self, open_synced: OpenSynced
    ) -> None:
        async with open_synced(seed={"companies": 5, "products": 150}) as synced:
            await synced.enable(object_types=["companies", "products"])
            await synced.until(lambda state: bool(state["last_run"]) and state["last_run"]["kind"] == "verify")
            before = (await synced.state())["object_types"]
            synced.simulator.fault("/associations/", "status", status=403, times=None)

            run = await synced.run("verify")

            after = (await synced.state())["object_types"]
            assert run["state"] == "incomplete"
            assert after["companies"]["verified_at"] == before["companies"]["verified_at"]
            assert after["products"]["verified_at"]


class TestWindows:
    async def test_a_run_that_is_asked_for_goes_over_all_windows(self, contacts: Synced) -> None:
        records = contacts.simulator.export(FIRST_PORTAL, "contacts")
        for record in (records[0], records[75], records[-1]):
            contacts.simulator.archive(FIRST_PORTAL, "contacts", record["id"])
        created = contacts.simulator.create(FIRST_PORTAL, "contacts", firstname="New")

        run = await contacts.run("verify")

        assert (run["state"], run["deleted"]) == ("complete", 3)
        assert created["id"] in await contacts.stored("contacts")
        assert (await contacts.state())["verified_at"] is not None
        await contacts.assert_equal_to_truth("contacts")

    async def test_a_window_that_is_due_reads_only_a_part(self, contacts: Synced) -> None:
        lists = [entry for entry in contacts.simulator.log("/objects/.+/contacts$") if entry["method"] == "GET"]

        state = await contacts.until(lambda state: bool(state["next_run"]))

        # The load's two pages, and those of the first window of 40: it is not proven yet.
        assert len(lists) <= 4
        assert state["verified_at"] is None
        assert state["next_run"]["kind"] in {"poll", "verify"}


class TestCounts:
    async def test_a_lost_change_is_noticed_and_verified_at_once(self, contacts: Synced, redis_client: Redis) -> None:
        [record, *_] = contacts.simulator.export(FIRST_PORTAL, "contacts")
        contacts.simulator.archive(FIRST_PORTAL, "contacts", record["id"])
        await set_states(redis_client, "count_at_ms", 1)

        await contacts.run("poll")  # wakes the job, which then does what is due
        await contacts.until(lambda state: state["object_types"]["contacts"]["counts"]["mirror"] == 149)

        assert await contacts.changes() == [("deleted", f"{record['id']}_Contact", "archived")]

    async def test_of_a_window_that_differs_only_a_block_is_read(self, contacts: Synced, redis_client: Redis) -> None:
        record = contacts.simulator.export(FIRST_PORTAL, "contacts")[70]
        contacts.simulator.erase(FIRST_PORTAL, "contacts", record["id"])
        contacts.simulator.clear_log()
        await set_states(redis_client, "count_at_ms", 1)

        await contacts.run("poll")
        await contacts.until(lambda state: state["object_types"]["contacts"]["counts"]["mirror"] == 149)

        lists = [entry for entry in contacts.simulator.log("/objects/.+/contacts$") if entry["method"] == "GET"]
        assert len(lists) == 1
        assert await contacts.changes() == [("deleted", f"{record['id']}_Contact", "gone")]

    async def test_a_change_that_no_poll_saw_is_noticed(
        self, contacts: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.polls.POLL_OVERLAP", -timedelta(hours=1))
        # The vendor's clock is known to the second: what was changed within it counts as settled here.
        monkeypatch.setattr("sync.counts.SETTLED_MS", -1_000)
        record = contacts.simulator.export(FIRST_PORTAL, "contacts")[70]
        contacts.simulator.update(FIRST_PORTAL, "contacts", record["id"], firstname="Unseen")

        assert (await contacts.run("poll"))["changed"] == 0
        await set_states(redis_client, "count_at_ms", 1)
        await contacts.run("poll")
        await contacts.until(lambda state: bool(state["last_run"]) and state["last_run"]["changed"] == 1)

        assert await contacts.changes() == [("updated", f"{record['id']}_Contact", None)]

    async def test_of_many_differences_only_some_are_verified_at_once(
        self, contacts: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.counts.MOST_BLOCKS", 2)
        for record in contacts.simulator.export(FIRST_PORTAL, "contacts")[::10]:
            contacts.simulator.archive(FIRST_PORTAL, "contacts", record["id"])
        await set_states(redis_client, "count_at_ms", 1)

        await contacts.run("poll")

        # Two blocks of ten records.
        await contacts.until(
            lambda state: state["object_types"]["contacts"]["counts"]["mirror"] == 148 and not state["running"]
        )

    async def test_counts_that_a_stop_interrupts_are_due_again(
        self, open_synced: OpenSynced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_synced(seed={"contacts": 150}) as synced:
            await synced.enable(object_types=["contacts"])
            await synced.until(lambda state: bool(state["last_run"]) and state["last_run"]["kind"] == "verify")
            monkeypatch.setattr("sync.counts.COUNT_EVERY_CALL_S", 0.5)
            await set_states(redis_client, "count_at_ms", 1)
            await synced.run("poll")
            await synced.until(lambda state: [run["kind"] for run in state["running"]] == ["counts"])

        [key] = [key async for key in redis_client.scan_iter("sync:*")]
        progress = json.loads(await cast(Any, redis_client.hget(key, "progress")))
        assert list(progress["running"]) == ["counts"]
        assert progress["types"]["contacts"]["count_at_ms"] <= progress["running"]["counts"]["began_ms"]

    async def test_equal_counts_lead_to_nothing(self, contacts: Synced, redis_client: Redis) -> None:
        await set_states(redis_client, "count_at_ms", 1)

        await contacts.run("poll")
        state = await contacts.until(lambda state: bool(state["last_run"]) and state["last_run"]["kind"] == "counts")

        assert (state["last_run"]["state"], state["last_run"]["changed"]) == ("complete", 0)
        assert state["next_run"]["kind"] == "poll"


class TestStream:
    async def test_only_a_few_streams_of_an_owner_are_open_at_once(self, contacts: Synced) -> None:
        async with AsyncExitStack() as opened:
            streams = [
                await opened.enter_async_context(open_stream(contacts.api, SYNC, EVENTS)) for _ in range(MOST_OF_OWNER)
            ]
            for stream in streams:
                await stream.until("event: state")
            refused = await contacts.api.get(SYNC, EVENTS)

        problem(refused, 429, "rate_limited")
        assert {stream.status for stream in streams} == {200}

    async def test_the_state_is_sent_at_once_and_the_stream_ends_with_the_sync(self, contacts: Synced) -> None:
        async with open_stream(contacts.api, SYNC, EVENTS) as stream:
            await stream.until("\n\n")
            await contacts.api.delete(SYNC)
            first, *_ = (await stream.rest()).split("\n\n")

        assert stream.headers["content-type"].startswith("text/event-stream")
        name, data = first.split("\n")
        assert name == "event: state"
        # Windows are verified one by one meanwhile.
        assert json.loads(data.removeprefix("data: "))["state"] in {"live", "verifying"}

    async def test_ends_where_redis_fails(self, contacts: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
        async with open_stream(contacts.api, SYNC, EVENTS) as stream:
            await stream.until("\n\n")
            monkeypatch.setattr(SyncStore, "find", AsyncMock(side_effect=RedisConnectionError))

            assert (await stream.rest()).startswith("event: state")
