"""The webhooks journal of the simulator: what is read of it, and what becomes of a lost offset and an uninstall."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core import store
from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL
from tests.integration.api.conftest import OpenApi
from tests.integration.sync.conftest import SYNC, WAIT_S, OpenSynced, Synced
from tests.integration.sync.test_drain import changes, first
from tests.servers import Simulator, running_redis

CONNECTION = "connection:{TestOrg/TestUser}:hubspot:"


@pytest.fixture
async def journaled(open_synced: OpenSynced, redis_client: Redis) -> AsyncIterator[Synced]:
    """A small portal, loaded and verified, whose events go into the journal."""
    async with open_synced(hubspot_journal=True) as synced:
        await synced.enable()
        await synced.until_loaded()
        await synced.changes()
        yield synced


async def subscribed(synced: Synced, redis_client: Redis, portal_id: str = FIRST_PORTAL) -> None:
    async with asyncio.timeout(WAIT_S):
        while not await cast(Any, redis_client).hexists(store.JOURNAL, portal_id):  # noqa: ASYNC110 (another process' work)
            await asyncio.sleep(0.05)


class TestJournal:
    async def test_changes_arrive_without_any_push(self, journaled: Synced, redis_client: Redis) -> None:
        await subscribed(journaled, redis_client)
        record_id, deal = first(journaled), first(journaled, "deals")

        journaled.simulator.update(journaled.portal_id, "contacts", record_id, firstname="Ada")
        journaled.simulator.archive(journaled.portal_id, "deals", deal)

        assert await changes(journaled, 2) == [
            ("deleted", f"{deal}_Deal", "archived"),
            ("updated", f"{record_id}_Contact", None),
        ]
        assert await cast(Any, redis_client).hget(store.JOURNAL, "offset")

    async def test_an_account_that_cannot_be_subscribed_to_stops_no_other(
        self, journaled: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await subscribed(journaled, redis_client)
        monkeypatch.setattr("sync.journal.SUBSCRIBE_EVERY_MS", 0)
        record_id = first(journaled)
        journaled.simulator.fault("/webhooks-journal/subscriptions", "status", status=400, times=None)
        connection_id = await journaled.api.connect(EU_PORTAL)
        await journaled.api.http.put(f"{SYNC}?connection_id={connection_id}", json={"object_types": ["contacts"]})
        async with asyncio.timeout(WAIT_S):
            while not any(entry["fault"] for entry in journaled.simulator.log("subscriptions")):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

        journaled.simulator.update(journaled.portal_id, "contacts", record_id, firstname="Ada")

        assert await changes(journaled, 1) == [("updated", f"{record_id}_Contact", None)]

    async def test_subscription_that_exists_already_is_no_failure(
        self, journaled: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await subscribed(journaled, redis_client)
        journaled.simulator.fault("/webhooks-journal/subscriptions", "status", status=409, times=1)

        connection_id = await journaled.api.connect(EU_PORTAL)
        await journaled.api.http.put(f"{SYNC}?connection_id={connection_id}", json={"object_types": ["contacts"]})

        async with asyncio.timeout(WAIT_S):
            while not await cast(Any, redis_client).hexists(store.JOURNAL, EU_PORTAL):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def test_connection_that_cannot_be_opened_stops_no_other(
        self, journaled: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await subscribed(journaled, redis_client)
        connection_id = await journaled.api.connect(EU_PORTAL)
        await journaled.api.http.put(f"{SYNC}?connection_id={connection_id}", json={"object_types": ["contacts"]})
        await cast(Any, redis_client).hset(CONNECTION + connection_id, "details", "damaged")
        monkeypatch.setattr("sync.journal.SUBSCRIBE_EVERY_MS", 0)
        record_id = first(journaled)

        journaled.simulator.update(journaled.portal_id, "contacts", record_id, firstname="Ada")

        assert await changes(journaled, 1) == [("updated", f"{record_id}_Contact", None)]

    async def test_removed_app_of_a_connection_that_cannot_be_opened_stops_no_other(
        self, journaled: Synced, redis_client: Redis
    ) -> None:
        connection_id = await journaled.api.connect(EU_PORTAL)
        await journaled.api.http.put(f"{SYNC}?connection_id={connection_id}", json={"object_types": ["contacts"]})
        await subscribed(journaled, redis_client, EU_PORTAL)
        await cast(Any, redis_client).hset(CONNECTION + connection_id, "details", "damaged")
        record_id = first(journaled)

        journaled.simulator.revoke(EU_PORTAL)
        async with asyncio.timeout(WAIT_S):
            while await cast(Any, redis_client).hexists(store.JOURNAL, EU_PORTAL):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        journaled.simulator.update(journaled.portal_id, "contacts", record_id, firstname="Ada")

        assert await changes(journaled, 1) == [("updated", f"{record_id}_Contact", None)]

    async def test_file_that_is_too_large_is_skipped_and_everything_verified(
        self, journaled: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await subscribed(journaled, redis_client)
        monkeypatch.setattr("hubspot.journal.MAX_FILE_BYTES", 10)
        monkeypatch.setattr("sync.journal.FILE_ATTEMPTS", 1)
        deal = first(journaled, "deals")

        journaled.simulator.archive(journaled.portal_id, "deals", deal)

        found: list[tuple[str, str, str | None]] = []
        async with asyncio.timeout(WAIT_S):
            while ("deleted", f"{deal}_Deal", "archived") not in found:
                found += await changes(journaled, 1)
            while not await cast(Any, redis_client).hget(store.JOURNAL, "offset"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def test_file_that_cannot_be_read_once_is_read_again(self, journaled: Synced, redis_client: Redis) -> None:
        await subscribed(journaled, redis_client)
        runs = await journaled.api.json("/integrations/hubspot/sync/runs")
        journaled.simulator.fault("/webhooks-journal/files", "html", times=1)
        deal = first(journaled, "deals")

        journaled.simulator.archive(journaled.portal_id, "deals", deal)

        assert await changes(journaled, 1) == [("deleted", f"{deal}_Deal", "archived")]
        assert await journaled.api.json("/integrations/hubspot/sync/runs") == runs

    async def test_removed_app_ends_the_connection_at_once(self, journaled: Synced, redis_client: Redis) -> None:
        await subscribed(journaled, redis_client)

        journaled.simulator.revoke(journaled.portal_id)

        async with asyncio.timeout(WAIT_S):
            while True:
                answer = await journaled.api.json("/integrations/hubspot/credentials")
                if answer["status"] == "reconnect_required":
                    break
                await asyncio.sleep(0.05)

        # So that the app is subscribed again when it is installed again.
        assert not await cast(Any, redis_client).hexists(store.JOURNAL, journaled.portal_id)

    async def test_unknown_offset_has_everything_verified(self, journaled: Synced, redis_client: Redis) -> None:
        await subscribed(journaled, redis_client)
        deal = first(journaled, "deals")
        await cast(Any, redis_client).hset(store.JOURNAL, "offset", "of-before-three-days")

        journaled.simulator.archive(journaled.portal_id, "deals", deal)

        found: list[tuple[str, str, str | None]] = []
        async with asyncio.timeout(WAIT_S):
            while ("deleted", f"{deal}_Deal", "archived") not in found:
                found += await changes(journaled, 1)
            while True:
                runs = (await journaled.api.json("/integrations/hubspot/sync/runs"))["runs"]
                if any(run["kind"] == "verify" for run in runs):
                    break
                await asyncio.sleep(0.05)


class TestJob:
    async def test_service_starts_without_redis_and_polls_when_it_answers(
        self, open_api: OpenApi, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.journal.START_EVERY_S", 0.1)
        folder = tmp_path / "r"
        folder.mkdir()
        url = f"unix://{folder / 'redis.sock'}"

        async with open_api(redis_url=url, hubspot_journal=True, worker="embedded") as api:
            assert (await api.get("/livez")).status_code == 200
            with running_redis(folder):
                async with asyncio.timeout(WAIT_S):
                    while not simulator.log("webhooks-journal/journal"):  # noqa: ASYNC110 (another process' work)
                        await asyncio.sleep(0.05)

    async def test_journal_that_was_turned_off_is_polled_no_more(
        self, open_api: OpenApi, redis_client: Redis, simulator: Simulator
    ) -> None:
        async with open_api(hubspot_journal=True, worker="embedded"), asyncio.timeout(WAIT_S):
            while not simulator.log("webhooks-journal/journal"):  # noqa: ASYNC110 (another process' work)
                await asyncio.sleep(0.05)

        async with open_api(worker="embedded"), asyncio.timeout(WAIT_S):
            while await redis_client.exists("{jobs}:runs:journal.hubspot"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def test_journal_is_not_asked_before_the_time_that_hubspot_names(
        self, open_api: OpenApi, redis_client: Redis, simulator: Simulator
    ) -> None:
        simulator.fault("/webhooks-journal/journal", "status", status=429, retry_after_s=60, times=1)

        async with open_api(hubspot_journal=True, worker="embedded"), asyncio.timeout(WAIT_S):
            while (await redis_client.zscore("{jobs}:queue", "journal.hubspot") or 0) < time.time() + 30:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

        assert len(simulator.log("webhooks-journal/journal")) == 1
