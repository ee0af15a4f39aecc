"""The change feed through the API: pages, lines, events, waiting."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from core.store import sequence_key
from services.services import MOST_FEED_READERS_OF_OWNER
from tests.integration.api.client import problem
from tests.integration.sync.conftest import OpenSynced, Synced
from tests.integration.sync.streaming import open_stream

CHANGES = "/integrations/hubspot/changes"
NDJSON = {"Accept": "application/x-ndjson"}
EVENTS = {"Accept": "text/event-stream"}
SEED = {"contacts": 30, "companies": 4, "deals": 0}


@pytest_asyncio.fixture
async def synced(open_synced: OpenSynced) -> AsyncIterator[Synced]:
    """Contacts and companies, loaded."""
    async with open_synced(seed=SEED) as synced:
        await synced.enable(object_types=["contacts", "companies"])
        await synced.until(lambda state: bool(state["as_of"]))
        yield synced


async def rename(synced: Synced, name: str = "Renamed") -> str:
    """Change one contact and poll; its item id."""
    record_id = min(await synced.stored("contacts"), key=int)
    synced.simulator.update(synced.portal_id, "contacts", record_id, firstname=name)
    await synced.run("poll")
    return f"{record_id}_Contact"


def lines_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    return [next(iter(json.loads(line).items())) for line in text.splitlines()]


class TestPage:
    async def test_the_first_pages_have_every_record_once(self, synced: Synced) -> None:
        first = await synced.api.json(CHANGES, limit=20)
        second = await synced.api.json(CHANGES, limit=20, after=first["next"])

        ids = [change["id"] for page in (first, second) for change in page["changes"]]
        assert len(ids) == len(set(ids)) == len(await synced.stored("contacts")) + len(await synced.stored("companies"))
        assert (first["up_to_date"], second["up_to_date"]) == (False, True)
        assert {change["op"] for change in first["changes"]} == {"created"}

    async def test_an_item_is_as_items_has_it(self, synced: Synced) -> None:
        page = await synced.api.json(CHANGES, object_types="companies")
        items = (await synced.api.json("/integrations/hubspot/items", object_types="companies"))["items"]

        feed = {change["id"]: change["item"] for change in page["changes"]}
        assert sorted(feed) == sorted(item["id"] for item in items)
        assert all(feed[item["id"]].keys() == item.keys() for item in items)
        assert all(feed[item["id"]]["properties"] == item["properties"] for item in items)

    async def test_a_change_follows_with_how_fresh_it_is(self, synced: Synced) -> None:
        after = (await synced.api.json(CHANGES, limit=1_000))["next"]
        item_id = await rename(synced)

        page = await synced.api.json(CHANGES, after=after)

        [change] = [change for change in page["changes"] if change["id"] == item_id]
        assert (change["op"], change["item"]["properties"]["firstname"]) == ("updated", "Renamed")
        state = await synced.until_loaded()
        page = await synced.api.json(CHANGES, after=page["next"])
        assert page["verified_at"][:19] == state["verified_at"][:19]
        assert page["as_of"] is not None

    async def test_without_items_only_what_changed_is_told(self, synced: Synced) -> None:
        page = await synced.api.json(CHANGES, items="false", limit=3)

        assert [change["item"] for change in page["changes"]] == [None] * 3

    async def test_it_is_empty_until_the_first_load_begins_and_its_cursor_is_the_beginning(
        self, open_synced: OpenSynced
    ) -> None:
        async with open_synced(seed=SEED, worker="separate") as synced:
            await synced.enable(object_types=["contacts"])

            first = await synced.api.json(CHANGES)
            lines = lines_of((await synced.api.get(CHANGES, NDJSON, after=first["next"])).text)
            epoch = await synced.mirror.epochs.begin(synced.connection_id)
            after = await synced.api.json(CHANGES, after=first["next"])

        assert (first["changes"], first["up_to_date"], first["as_of"]) == ([], True, None)
        assert [name for name, _ in lines] == ["up_to_date"]
        assert (epoch > 0, after["changes"]) == (True, [])

    async def test_a_page_waits_for_the_next_change(self, synced: Synced) -> None:
        after = (await synced.api.json(CHANGES, limit=1_000))["next"]
        waiting = asyncio.create_task(synced.api.json(CHANGES, after=after, wait=20))
        await asyncio.sleep(0)
        item_id = await rename(synced)

        page = await waiting

        assert item_id in [change["id"] for change in page["changes"]]

    async def test_without_a_change_the_wait_ends_in_time(self, synced: Synced) -> None:
        after = (await synced.api.json(CHANGES, limit=1_000))["next"]

        began = time.monotonic()
        page = await synced.api.json(CHANGES, after=after, wait=1)

        assert (page["changes"], page["up_to_date"]) == ([], True)
        assert 0.9 < time.monotonic() - began < 5


class TestLines:
    async def test_they_end_when_nothing_follows(self, synced: Synced) -> None:
        answer = await synced.api.get(CHANGES, NDJSON)

        lines = lines_of(answer.text)
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert [kind for kind, _ in lines[:-1]] == ["change"] * (len(lines) - 1)
        kind, end = lines[-1]
        assert (kind, sorted(end)) == ("up_to_date", ["as_of", "next", "verified_at"])
        assert (await synced.api.json(CHANGES, after=end["next"]))["changes"] == []

    async def test_the_end_is_told_when_the_last_page_is_full(
        self, synced: Synced, redis_client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        records = len(await synced.stored("contacts")) + len(await synced.stored("companies"))
        monkeypatch.setattr("routes.change_stream.STREAM_PAGE", records)
        # A number that no entry has any more.
        await redis_client.hincrby(sequence_key(synced.connection_id), "seq", 1)

        kinds = [kind for kind, _ in lines_of((await synced.api.get(CHANGES, NDJSON)).text)]

        assert kinds == ["change"] * records + ["checkpoint", "up_to_date"]
        async with open_stream(synced.api, CHANGES, NDJSON, live="true") as stream:
            await stream.until('"up_to_date"')

    async def test_live_ones_go_on_with_the_next_change(self, synced: Synced) -> None:
        async with open_stream(synced.api, CHANGES, NDJSON, live="true") as stream:
            await stream.until('{"up_to_date":')
            item_id = await rename(synced)
            text = await stream.until("Renamed")

        assert item_id in [value["id"] for kind, value in lines_of(text) if kind == "change"][-5:]

    async def test_live_ones_end_with_an_error_when_sync_is_turned_off(self, synced: Synced) -> None:
        async with open_stream(synced.api, CHANGES, NDJSON, live="true") as stream:
            await stream.until('{"up_to_date":')
            await synced.api.delete("/integrations/hubspot/sync")
            kind, error = lines_of(await stream.rest())[-1]

        assert (kind, error["code"]) == ("error", "sync_not_enabled")


class TestChosenTypes:
    async def test_changes_of_others_are_left_out_of_a_live_stream(self, synced: Synced) -> None:
        async with open_stream(synced.api, CHANGES, NDJSON, live="true", object_types="companies") as stream:
            await stream.until('{"up_to_date":')
            await rename(synced)
            company_id = min(await synced.stored("companies"), key=int)
            synced.simulator.update(synced.portal_id, "companies", company_id, name="Renamed Ltd")
            await synced.run("poll")
            lines = lines_of(await stream.until("Renamed Ltd"))

        assert {value["object_type"] for kind, value in lines if kind == "change"} == {"companies"}

    async def test_a_type_may_be_named_by_its_id(self, synced: Synced) -> None:
        by_name = await synced.api.json(CHANGES, object_types="companies")
        by_id = await synced.api.json(CHANGES, object_types="0-2,companies")

        assert by_id["changes"] == by_name["changes"]
        assert by_id["next"] == by_name["next"]


class TestLimits:
    async def test_a_user_reads_so_many_feeds_at_once(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed=SEED) as synced, AsyncExitStack() as streams:
            await synced.enable(object_types=["companies"])
            await synced.until(lambda state: bool(state["as_of"]))
            for _ in range(MOST_FEED_READERS_OF_OWNER):
                await streams.enter_async_context(open_stream(synced.api, CHANGES, EVENTS))

            body = problem(await synced.api.get(CHANGES, EVENTS), 429, "rate_limited")

        assert body["retry_after"] is not None


class TestStopping:
    async def test_a_wait_ends_with_the_service(self, synced: Synced) -> None:
        services = synced.api.http._transport.app.state.services  # type: ignore[attr-defined]
        after = (await synced.api.json(CHANGES, limit=1_000))["next"]
        waiting = asyncio.create_task(synced.api.json(CHANGES, after=after, wait=30))

        services.shutdown.set()

        async with asyncio.timeout(10):
            assert (await waiting)["changes"] == []


class TestEvents:
    async def test_they_carry_the_cursor_and_resume_from_it(self, synced: Synced) -> None:
        async with open_stream(synced.api, CHANGES, EVENTS) as stream:
            text = await stream.until("event: up_to_date")
        last_id = [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")][-1]
        item_id = await rename(synced)

        async with open_stream(synced.api, CHANGES, {**EVENTS, "Last-Event-ID": last_id}) as stream:
            text = await stream.until("event: up_to_date")

        ids = [json.loads(line.removeprefix("data: "))["id"] for line in text.splitlines() if '"seq"' in line]
        assert item_id in ids
        assert len(ids) < SEED["contacts"]


class TestRefusals:
    async def test_a_connection_that_is_not_in_sync(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed=SEED) as synced:
            body = problem(await synced.api.get(CHANGES), 409, "sync_not_enabled")

        assert "PUT /integrations/" in body["detail"]

    async def test_an_object_type_that_is_not_in_sync(self, synced: Synced) -> None:
        body = problem(await synced.api.get(CHANGES, object_types="deals"), 422, "unknown_object_type")

        assert "contacts, companies" in body["detail"]

    async def test_a_cursor_that_is_none(self, synced: Synced) -> None:
        problem(await synced.api.get(CHANGES, after="c1.x"), 422, "invalid_cursor")

    async def test_a_cursor_of_an_earlier_epoch(self, synced: Synced) -> None:
        after = (await synced.api.json(CHANGES))["next"]
        await synced.mirror.epochs.begin(synced.connection_id)

        body = problem(await synced.api.get(CHANGES, after=after), 410, "cursor_expired")

        assert body["action"] == "restart"

    @pytest.mark.parametrize(("parameter", "value"), [("limit", "1001"), ("wait", "31"), ("live", "yes")])
    async def test_a_parameter_that_is_wrong(self, synced: Synced, parameter: str, value: str) -> None:
        problem(await synced.api.get(CHANGES, None, **{parameter: value}), 422, "validation_failed")

    async def test_another_owners_connection_is_not_there(self, synced: Synced) -> None:
        answer = await synced.api.as_user("bob").http.get(
            CHANGES, params={"connection_id": synced.connection_id, "user_id": "bob"}
        )

        problem(answer, 404, "not_found")
