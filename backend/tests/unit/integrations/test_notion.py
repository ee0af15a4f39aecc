from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from errors import UpstreamMalformedError
from integrations.integration import ItemsQuery
from integrations.notion import read_page
from integrations.paged import Page
from tests.unit.integrations.vendor import CONNECTION, Desk, sample

BOTH = ItemsQuery(object_types=("pages", "databases"))


def desk_of(version: str) -> Desk:
    body = sample(f"notion/search_{version}.json")
    return Desk(lambda _request: httpx.Response(200, content=body), **{"Notion-Version": version})


async def read(version: str, query: ItemsQuery = BOTH) -> Page:
    return await read_page(desk_of(version).api, CONNECTION, query, None)


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("https://www.notion.so/Page-1", "https://www.notion.so/Page-1"),
        ("https://app.notion.com/p/1", "https://app.notion.com/p/1"),
        ("https://acme.notion.site/1", "https://acme.notion.site/1"),
        ("javascript:alert(1)", None),
        ("https://evil.example/notion.so", None),
    ],
)
async def test_a_link_leads_to_notion_or_nowhere(told: str, url: str | None) -> None:
    found = {"object": "page", "id": "1", "url": told}
    desk = Desk(lambda _request: httpx.Response(200, json={"results": [found]}), **{"Notion-Version": "2022-06-28"})

    assert [item.url for item in (await read_page(desk.api, CONNECTION, BOTH, None)).items] == [url]


@pytest.mark.parametrize(
    "odd",
    [
        {"parent": {"type": ["page_id"], "page_id": "2"}},
        {"parent": {"type": {}}},
        {"parent": {"type": "page_id", "page_id": {"id": "2"}}},
        {"database_parent": {"type": []}},
        {"created_time": "0001-01-01T00:00:00+14:00"},
        {"last_edited_time": "9999-12-31T23:59:59-12:00"},
    ],
    ids=str,
)
async def test_an_odd_parent_or_time_loses_no_object(odd: dict[str, Any]) -> None:
    results = [{"object": "page", "id": "1"} | odd, {"object": "page", "id": "3"}]
    desk = Desk(lambda _request: httpx.Response(200, json={"results": results}), **{"Notion-Version": "2022-06-28"})

    found = await read_page(desk.api, CONNECTION, BOTH, None)

    assert [(item.record_id, item.parent_id) for item in found.items] == [("1", None), ("3", None)]


@pytest.mark.parametrize("status", [None, {"type": "complete", "incomplete_reason": None}], ids=str)
async def test_a_status_without_a_reason_is_no_malformed_answer(status: object) -> None:
    desk = Desk(
        lambda _request: httpx.Response(200, json={"results": [], "request_status": status}),
        **{"Notion-Version": "2026-03-11"},
    )

    assert (await read_page(desk.api, CONNECTION, BOTH, None)).warnings == []


class TestVersion20220628:
    async def test_the_title_is_joined_from_its_parts(self) -> None:
        page = (await read("2022-06-28")).items[0]

        assert (page.name, page.type, page.id) == (
            "Tuscan @kale",
            "Page",
            "59833787-2cf9-4fdf-8782-e53db20768a5_Page",
        )
        assert page.parent_id == "d9824bdc-8445-4327-be8b-5b47500af6ce_Database"

    async def test_a_page_that_may_not_be_read_is_still_there(self) -> None:
        items = (await read("2022-06-28")).items

        assert [(item.name, item.url) for item in items[1:]] == [("Untitled", None)]

    async def test_an_archived_database_comes_with_the_archived(self) -> None:
        found = await read("2022-06-28", ItemsQuery(object_types=("pages", "databases"), archived=True))

        database = found.items[0]
        assert (database.name, database.visibility, database.directory) == ("Grocery List", False, True)

    async def test_objects_that_are_not_as_documented_are_named_and_lose_nothing_else(self) -> None:
        found = await read("2022-06-28")

        assert [notice.code for notice in found.warnings] == ["record_unreadable"] * 2
        assert len(found.items) == 2

    async def test_the_cursor_is_followed(self) -> None:
        found = await read("2022-06-28")

        assert found.after == "c24f7e2f-0fd5-4c2d-9ee3-4e5bd8f7ee0c"

    async def test_a_cursor_that_comes_back_is_not_followed_for_ever(self) -> None:
        with pytest.raises(UpstreamMalformedError, match="repeats"):
            await read_page(desk_of("2022-06-28").api, CONNECTION, BOTH, "c24f7e2f-0fd5-4c2d-9ee3-4e5bd8f7ee0c")


class TestVersion20250903:
    async def test_a_data_source_is_a_database_below_the_containers_parent(self) -> None:
        source = (await read("2025-09-03")).items[0]

        assert (source.type, source.name) == ("Database", "My Task Tracker")
        assert source.parent_id == "98ad959b-2b6a-4774-80ee-00246fb0ea9b_Page"
        assert source.mime_type == "application/vnd.notion.data_source+json"

    async def test_a_page_in_it_points_to_it(self) -> None:
        query = ItemsQuery(object_types=("pages", "databases"), archived=True)

        page = (await read("2025-09-03", query)).items[0]

        assert page.parent_id == "bc1211ca-e3f1-4939-ae34-5260b16f627c_Database"
        assert (page.name, page.visibility) == ("Untitled", False)


class TestQueries:
    @pytest.mark.parametrize(
        ("version", "value"), [("2022-06-28", "database"), ("2025-09-03", "data_source"), ("2026-03-11", "data_source")]
    )
    async def test_databases_go_by_the_versions_own_name(self, version: str, value: str) -> None:
        desk = Desk(lambda _request: httpx.Response(200, json={"results": []}), **{"Notion-Version": version})

        await read_page(desk.api, CONNECTION, ItemsQuery(object_types=("databases",)), None)

        body = msgspec.json.decode(desk.requests[0].content)
        assert body["filter"] == {"property": "object", "value": value}
        assert desk.requests[0].headers["notion-version"] == version

    @pytest.mark.parametrize("version", ["2022-06-28", "2026-03-11"])
    async def test_the_trash_is_searched_first_for_archived_ones_and_then_what_is_not_in_it(self, version: str) -> None:
        desk = Desk(lambda _request: httpx.Response(200, json={"results": []}), **{"Notion-Version": version})
        query = ItemsQuery(object_types=("pages",), archived=True)

        trash = await read_page(desk.api, CONNECTION, query, None)
        live = await read_page(desk.api, CONNECTION, query, trash.after)

        filters = [msgspec.json.decode(request.content)["filter"] for request in desk.requests]
        page = {"property": "object", "value": "page"}
        assert filters == [page | {"in_trash": True}, page]
        assert live.after is None

    async def test_each_search_for_archived_ones_has_its_own_cursor(self) -> None:
        pages = [{"results": [], "has_more": True, "next_cursor": "c1"}, {"results": []}]
        answers = iter([*pages, *pages])
        desk = Desk(lambda _request: httpx.Response(200, json=next(answers)), **{"Notion-Version": "2026-03-11"})
        position: Any = None

        for _ in range(4):
            position = (await read_page(desk.api, CONNECTION, replace(BOTH, archived=True), position)).after

        bodies = [msgspec.json.decode(request.content) for request in desk.requests]
        assert [(body.get("filter"), body.get("start_cursor")) for body in bodies] == [
            ({"in_trash": True}, None),
            ({"in_trash": True}, "c1"),
            (None, None),
            (None, "c1"),
        ]
        assert position is None

    async def test_an_object_of_another_type_than_asked_for_is_left_out(self) -> None:
        results = [{"object": "page", "id": "1"}, {"object": "data_source", "id": "2"}]
        desk = Desk(lambda _request: httpx.Response(200, json={"results": results}), **{"Notion-Version": "2026-03-11"})

        found = await read_page(desk.api, CONNECTION, ItemsQuery(object_types=("databases",)), None)

        assert [item.id for item in found.items] == ["2_Database"]

    async def test_a_time_is_compared_by_the_minute_as_notion_keeps_it(self) -> None:
        since = datetime(2022, 7, 6, 20, 25, 59, tzinfo=UTC)

        found = await read("2022-06-28", ItemsQuery(object_types=("pages",), updated_since=since))

        assert "Tuscan @kale" in [item.name for item in found.items]
