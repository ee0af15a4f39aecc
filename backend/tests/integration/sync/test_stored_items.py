"""Items answered from the mirror: when they are, what they look like, their age and version."""

import csv
import io
import json
from collections.abc import AsyncIterator
from operator import itemgetter
from typing import Any

import httpx
import pytest
import pytest_asyncio
import redis

from tests.integration.api.client import problem
from tests.integration.sync.conftest import OpenSynced, Synced
from tests.servers import running_redis

ITEMS = "/integrations/hubspot/items"
NDJSON = {"Accept": "application/x-ndjson"}
CSV = {"Accept": "text/csv"}
SEED = {"contacts": 30, "companies": 4, "deals": 3}
MINUTES = 600


@pytest_asyncio.fixture
async def synced(open_synced: OpenSynced) -> AsyncIterator[Synced]:
    async with open_synced(seed=SEED) as synced:
        await synced.enable(object_types=["contacts", "companies"])
        await synced.until(lambda state: bool(state["as_of"]))
        yield synced


async def page(synced: Synced, **query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await synced.api.json(ITEMS, **{"object_types": "contacts,companies"} | query)
    return answer


def linked(found: dict[str, Any]) -> dict[str, list[str]]:
    """The associated ids of each item; they have no order."""
    return {item["id"]: sorted(id_ for ids in item["associations"].values() for id_ in ids) for item in found["items"]}


def lines_of(answer: httpx.Response) -> list[tuple[str, Any]]:
    return [next(iter(json.loads(line).items())) for line in answer.text.splitlines()]


def labels_in(table: httpx.Response) -> list[str]:
    """The labels of each row, as text, in the order of the items' ids."""
    rows = csv.DictReader(io.StringIO(table.text, newline=""))
    return [row["labels"] for row in sorted(rows, key=itemgetter("id"))]


class TestWhenTheyAnswer:
    async def test_young_enough_ones_answer_without_a_call_to_the_vendor(self, synced: Synced) -> None:
        await synced.until_loaded()
        synced.simulator.clear_log()

        found = await page(synced, max_age=MINUTES)
        by_other_names = await page(synced, max_age=MINUTES, object_types="Contact,0-2")

        assert (found["source"], synced.simulator.log("/objects/")) == ("mirror", [])
        assert found["as_of"] is not None
        assert by_other_names["items"] == found["items"]

    async def test_they_equal_those_of_the_vendor(self, synced: Synced) -> None:
        stored, live = await page(synced, max_age=MINUTES), await page(synced)

        assert live["source"] == "live"
        assert stored.keys() == live.keys()
        assert linked(stored) == linked(live)
        assert [item["properties"] for item in stored["items"]] == [item["properties"] for item in live["items"]]

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"max_age": 0},
            {"max_age": MINUTES, "object_types": "contacts,deals"},
            {"max_age": MINUTES, "properties": "jobtitle"},
            {"max_age": MINUTES, "q": "a"},
            {"max_age": MINUTES, "updated_since": "2020-01-01T00:00:00Z"},
            {"max_age": MINUTES, "archived": "true"},
            {"max_age": MINUTES, "associated_types": "companies"},
            {"max_age": MINUTES, "property_history": "email"},
        ],
        ids=str,
    )
    async def test_the_vendor_answers_what_they_cannot(self, synced: Synced, query: dict[str, Any]) -> None:
        assert (await page(synced, **query))["source"] == "live"

    async def test_with_sync_off_the_vendor_answers(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed=SEED) as synced:
            assert (await page(synced, max_age=MINUTES))["source"] == "live"


class TestPages:
    async def test_they_follow_each_other_without_gap_or_repeat(self, synced: Synced) -> None:
        first = await page(synced, max_age=MINUTES, limit=25)
        second = await page(synced, max_age=MINUTES, limit=25, after=first["next"])

        ids = [item["id"] for found in (first, second) for item in found["items"]]
        assert len(ids) == len(set(ids)) == len(await synced.stored("contacts")) + len(await synced.stored("companies"))
        assert second["next"] is None

    async def test_a_page_that_follows_is_stored_whatever_its_age(self, synced: Synced) -> None:
        first = await page(synced, max_age=MINUTES, limit=10)

        assert (await page(synced, max_age=0, limit=10, after=first["next"]))["source"] == "mirror"

    async def test_a_cursor_belongs_to_its_object_types(self, synced: Synced) -> None:
        first = await page(synced, max_age=MINUTES, limit=10)

        answer = await synced.api.get(ITEMS, None, object_types="companies", max_age=MINUTES, after=first["next"])

        problem(answer, 422, "invalid_cursor")

    @pytest.mark.parametrize("other", [{"properties": "email"}, {"associations": "false"}])
    async def test_a_cursor_belongs_to_what_it_reads(self, synced: Synced, other: dict[str, str]) -> None:
        first = await page(synced, max_age=MINUTES, limit=10)

        again = {"object_types": "contacts,companies", "max_age": MINUTES, "after": first["next"]}
        problem(await synced.api.get(ITEMS, None, **again, **other), 422, "invalid_cursor")

    async def test_a_cursor_of_a_sync_that_is_off_is_refused(self, synced: Synced) -> None:
        first = await page(synced, max_age=MINUTES, limit=10)
        await synced.api.delete("/integrations/hubspot/sync")

        answer = await synced.api.get(
            ITEMS, None, object_types="contacts,companies", max_age=MINUTES, after=first["next"]
        )

        problem(answer, 422, "invalid_cursor")


class TestVersion:
    @pytest.mark.parametrize("known", ["{}", '"another", W/{}', "*"], ids=["it", "several", "any"])
    async def test_an_unchanged_page_is_not_sent_again(self, synced: Synced, known: str) -> None:
        query = {"object_types": "contacts", "max_age": MINUTES}
        first = await synced.api.get(ITEMS, None, **query)

        again = await synced.api.get(ITEMS, {"If-None-Match": known.format(first.headers["etag"])}, **query)

        assert (again.status_code, again.content) == (304, b"")
        assert int(first.headers["age"]) < MINUTES

    async def test_a_changed_record_is_another_version(self, synced: Synced) -> None:
        query = {"object_types": "contacts", "max_age": MINUTES}
        first = await synced.api.get(ITEMS, None, **query)
        record_id = min(await synced.stored("contacts"), key=int)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Renamed")
        await synced.run("poll")

        again = await synced.api.get(ITEMS, {"If-None-Match": first.headers["etag"]}, **query)

        assert again.status_code == 200
        assert "Renamed" in again.text

    async def test_a_changed_cursor_is_refused_whatever_version_the_client_has(self, synced: Synced) -> None:
        query = {"object_types": "contacts", "max_age": MINUTES, "limit": 10}
        first = await synced.api.json(ITEMS, **query)

        answer = await synced.api.get(ITEMS, {"If-None-Match": "*"}, **query, after=f"{first['next']}x")

        problem(answer, 422, "invalid_cursor")


class TestProjection:
    @pytest.mark.parametrize("source", [{}, {"max_age": MINUTES}], ids=["live", "stored"])
    async def test_only_the_chosen_fields_are_shown(self, synced: Synced, source: dict[str, Any]) -> None:
        found = await page(synced, fields="url,name", **source)

        assert {tuple(item) for item in found["items"]} == {("id", "name", "url")}

    async def test_only_the_chosen_properties_are_shown(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed=SEED) as synced:
            await synced.enable(object_types=["contacts"], properties="all")
            await synced.until(lambda state: bool(state["as_of"]))
            found = await page(
                synced, object_types="contacts", properties="email,jobtitle", associations="false", max_age=MINUTES
            )

        assert found["source"] == "mirror"
        assert set().union(*(item["properties"] for item in found["items"])) <= {"email", "jobtitle"}
        assert {item["associations"] for item in found["items"]} == {None}

    async def test_properties_of_the_default_set_are_chosen_from_stored_records(self, synced: Synced) -> None:
        query = {"object_types": "contacts", "properties": "email,jobtitle", "max_age": MINUTES}
        found = await page(synced, **query)
        one = await synced.api.json(f"{ITEMS}/{found['items'][0]['id']}", properties="email", max_age=MINUTES)

        assert (found["source"], one["source"]) == ("mirror", "mirror")
        assert set().union(*(item["properties"] for item in found["items"])) == {"email", "jobtitle"}
        assert set(one["item"]["properties"]) == {"email"}

    async def test_a_field_that_there_is_not_is_refused(self, synced: Synced) -> None:
        body = problem(await synced.api.get(ITEMS, None, fields="name,nome"), 422, "validation_failed")

        assert "“nome”" in body["detail"]


class TestStreams:
    async def test_the_next_load_finds_what_the_search_index_lacked_at_the_last_poll(self, synced: Synced) -> None:
        synced.simulator.settings(index_delay_ms=60_000)
        record_id = min(await synced.stored("contacts"), key=int)
        synced.simulator.update(synced.portal_id, "contacts", record_id, firstname="Late")
        await synced.run("poll")

        *_, (_, receipt) = lines_of(await synced.api.get(ITEMS, NDJSON, object_types="contacts", max_age=MINUTES))
        synced.simulator.settings(index_delay_ms=0)
        later = await page(synced, object_types="contacts", updated_since=receipt["watermark"])

        assert [item["name"].partition(" ")[0] for item in later["items"]] == ["Late"]

    async def test_a_stream_says_where_it_comes_from_and_is_complete(self, synced: Synced) -> None:
        answer = await synced.api.get(ITEMS, NDJSON, object_types="contacts,companies", max_age=MINUTES, fields="name")

        (_, plan), *items, (_, receipt) = lines_of(answer)
        assert plan["source"] == "mirror"
        assert {kind for kind, _ in items} == {"item"}
        assert receipt["complete"]
        assert {name: one["delivered"] for name, one in receipt["object_types"].items()} == {
            name: one["total"] for name, one in plan["object_types"].items()
        }

    async def test_a_stream_names_where_the_feed_continues(self, synced: Synced) -> None:
        answer = await synced.api.get(ITEMS, NDJSON, object_types="contacts,companies", max_age=MINUTES)
        [(_, plan), *_] = lines_of(answer)
        contact = synced.simulator.create(synced.portal_id, "contacts", firstname="Late")
        await synced.run("poll")

        feed = await synced.api.json("/integrations/hubspot/changes", after=plan["changes_after"])

        assert [(change["op"], change["id"]) for change in feed["changes"]] == [("created", f"{contact['id']}_Contact")]

    async def test_a_stream_takes_no_cursor_of_a_page(self, synced: Synced) -> None:
        first = await page(synced, max_age=MINUTES, limit=5)

        answer = await synced.api.get(
            ITEMS, NDJSON, object_types="contacts,companies", max_age=MINUTES, after=first["next"]
        )

        problem(answer, 422, "invalid_cursor")

    async def test_a_live_stream_shows_the_chosen_fields(self, synced: Synced) -> None:
        lines = lines_of(await synced.api.get(ITEMS, NDJSON, object_types="companies", fields="name"))

        assert {tuple(value) for kind, value in lines if kind == "item"} == {("id", "name")}

    async def test_a_table_shows_only_the_chosen_properties_and_their_labels(self, open_synced: OpenSynced) -> None:
        query = {"object_types": "deals", "properties": "amount,dealstage"}
        async with open_synced(seed=SEED) as synced:
            await synced.enable(object_types=["deals"], properties="all")
            await synced.until(lambda state: bool(state["as_of"]))
            stored = await synced.api.get(ITEMS, CSV, **query, max_age=MINUTES)
            live = await synced.api.get(ITEMS, CSV, **query)

        assert labels_in(stored) == labels_in(live)
        assert any(labels_in(live))

    async def test_a_table_has_the_same_rows(self, synced: Synced) -> None:
        stored = await synced.api.get(ITEMS, CSV, object_types="companies", max_age=MINUTES)

        assert len(stored.text.strip().split("\r\n")) == 1 + len(await synced.stored("companies"))


class TestById:
    async def test_one_and_several_come_from_the_mirror(self, synced: Synced) -> None:
        ids = [f"{record_id}_Contact" for record_id in sorted(await synced.stored("contacts"), key=int)[:3]]

        one = await synced.api.json(f"{ITEMS}/{ids[0]}", max_age=MINUTES)
        several = await synced.api.json(ITEMS, ids=",".join(reversed(ids)), max_age=MINUTES, fields="name")

        assert (one["source"], one["item"]["id"]) == ("mirror", ids[0])
        assert several["source"] == "mirror"
        assert [item["id"] for item in several["items"]] == ids[::-1]

    async def test_one_that_is_not_in_sync_comes_from_the_vendor(self, synced: Synced) -> None:
        [deal] = (await synced.api.json(ITEMS, object_types="deals", limit=1))["items"]

        assert (await synced.api.json(f"{ITEMS}/{deal['id']}", max_age=MINUTES))["source"] == "live"


class TestWithoutTheMirrorsRedis:
    async def test_the_vendor_answers(self, open_synced: OpenSynced, tmp_path_factory: pytest.TempPathFactory) -> None:
        with running_redis(tmp_path_factory.mktemp("m")) as url:
            async with open_synced(seed=SEED, mirror_redis_url=url) as synced:
                await synced.enable(object_types=["contacts", "companies"])
                await synced.until(lambda state: bool(state["as_of"]))
                before = (await page(synced, max_age=MINUTES))["source"]
                with redis.Redis.from_url(url) as client:
                    client.flushall()
                after = (await page(synced, max_age=MINUTES))["source"]

        assert (before, after) == ("mirror", "live")
