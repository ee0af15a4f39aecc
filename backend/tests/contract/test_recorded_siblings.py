"""Every recorded answer of Airtable and Notion through our readers: nothing is dropped."""

import json
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from core.api_client import AccessTokenRejectedError
from errors import UpstreamError
from integrations import airtable, notion
from integrations.integration import ItemsQuery
from integrations.integration_item import IntegrationItem
from tests.contract.recorded_answers import Recorded, needs_recordings, recorded
from tests.unit.integrations.vendor import CONNECTION, Desk

pytestmark = needs_recordings

BASES_AND_TABLES = ItemsQuery(object_types=("bases", "tables"))
PAGES_AND_DATABASES = ItemsQuery(object_types=("pages", "databases"))
# What the service does not read, each with the reason.
NOT_READ = {
    r"nango-(create|update)-(base|field|table)": "what a write answers",
    r"nango-get-base-collaborators": "who may see a base",
    r".*[Uu]ser-?[Ii]nfo": "whose token it is, read once when connecting",
}
NOT_OBJECTS = {
    r".*page-property-item|.*properties_retrieve-0": "one property of a page",
    r".*markdown.*": "the content of a page",
    r".*templates.*": "templates of a data source",
    r".*(block|comment|view|tasks|users|mention|text_rich|equation|file).*": "content, comments, views and users",
    r"nango-data-source-entries|nango-query-data-source": "a query without results",
    r".*collect_paginated_api-1|.*test_search-1": "a search without results",
    r"notion__get-bot-user": "whose token it is",
}


def is_among(answer: Recorded, patterns: dict[str, str]) -> bool:
    return any(re.fullmatch(pattern, answer.name) for pattern in patterns)


def airtable_answers(member: str) -> list[Recorded]:
    more = [answer for answer in recorded("more") if answer.name.startswith("airtable__")]
    return [
        answer for answer in (*recorded("airtable"), *more) if member in answer.body and not is_among(answer, NOT_READ)
    ]


class TestAirtable:
    def test_every_answer_has_its_reader_or_a_reason(self) -> None:
        read = {*map(str, airtable_answers("bases")), *map(str, airtable_answers("tables"))}

        assert [
            answer.name for answer in recorded("airtable") if answer.name not in read and not is_among(answer, NOT_READ)
        ] == []

    @pytest.mark.parametrize("answer", airtable_answers("bases"), ids=str)
    async def test_each_base_is_an_item(self, answer: Recorded) -> None:
        desk = Desk(lambda _request: httpx.Response(200, json=answer.body))

        found = await airtable.read_page(
            desk.api, CONNECTION, ItemsQuery(object_types=("bases",), associations=False), None
        )

        expected = [(f"{base['id']}_Base", base["name"], base["permissionLevel"]) for base in answer.body["bases"]]
        assert [(item.id, item.name, item.properties["permissionLevel"]) for item in found.items] == expected
        assert found.warnings == []

    @pytest.mark.parametrize("answer", airtable_answers("tables"), ids=str)
    async def test_each_table_is_an_item_of_its_base(self, answer: Recorded) -> None:
        base = {"id": "appRecorded", "name": "Recorded", "permissionLevel": "create"}

        def reply(request: httpx.Request) -> httpx.Response:
            body = answer.body if request.url.path.endswith("/tables") else {"bases": [base]}
            return httpx.Response(200, json=body)

        found = await airtable.read_page(Desk(reply).api, CONNECTION, BASES_AND_TABLES, None)

        first, *tables = found.items
        expected = [(f"{table['id']}_Table", table["name"], first.id) for table in answer.body["tables"]]
        assert [(item.id, item.name, item.parent_id) for item in tables] == expected
        assert first.children == [item.id for item in tables]
        assert found.warnings == []


def notion_answers() -> list[Recorded]:
    more = [answer for answer in recorded("more") if answer.name.startswith("notion__")]
    return [answer for answer in (*recorded("notion"), *more) if answer.status < 400]


def objects_of(answer: Recorded) -> list[dict[str, Any]]:
    return [found for found in answer.results if found.get("object") in {"page", "database", "data_source"}]


def title_of(found: dict[str, Any]) -> str:
    titles = [
        property_["title"] for property_ in found.get("properties", {}).values() if property_.get("type") == "title"
    ]
    parts: list[dict[str, str]] = found.get("title") or (titles[0] if titles else [])
    return "".join(part["plain_text"] for part in parts)


async def items_of(objects: list[dict[str, Any]], version: str) -> list[IntegrationItem]:
    """What a search that finds these objects gives, archived ones included; the trash is searched apart."""
    found: list[IntegrationItem] = []
    for query in (PAGES_AND_DATABASES, replace(PAGES_AND_DATABASES, archived=True)):
        desk = Desk(lambda _request: httpx.Response(200, json={"results": objects}), **{"Notion-Version": version})
        part = await notion.read_page(desk.api, CONNECTION, query, None)
        assert part.warnings == []
        found += part.items
    return found


class TestNotion:
    def test_every_answer_has_its_reader_or_a_reason(self) -> None:
        without = [
            answer.name for answer in notion_answers() if not objects_of(answer) and not is_among(answer, NOT_OBJECTS)
        ]

        assert without == []

    @pytest.mark.parametrize("version", ["2022-06-28", "2026-03-11"])
    @pytest.mark.parametrize("answer", [answer_ for answer_ in notion_answers() if objects_of(answer_)], ids=str)
    async def test_each_object_is_an_item(self, answer: Recorded, version: str) -> None:
        objects = objects_of(answer)

        items = {item.id.partition("_")[0]: item for item in await items_of(objects, version)}

        assert items.keys() == {found["id"] for found in objects}
        for found in objects:
            item = items[found["id"]]
            assert item.type == ("Page" if found["object"] == "page" else "Database")
            assert item.name == (title_of(found).strip() or "Untitled")
            assert item.url == found.get("url")
            assert item.visibility is not (found.get("in_trash", False) or found.get("archived", False))
            assert_times(item, found)
            assert_parent(item, found)

    @pytest.mark.parametrize("answer", [answer_ for answer_ in recorded("notion") if answer_.status >= 400], ids=str)
    async def test_a_refusal_is_the_error_of_its_status(self, answer: Recorded) -> None:
        desk = Desk(
            lambda _request: httpx.Response(answer.status, json=answer.body), **{"Notion-Version": "2026-03-11"}
        )

        with pytest.raises(AccessTokenRejectedError if answer.status == 401 else UpstreamError) as caught:
            await notion.read_page(desk.api, CONNECTION, PAGES_AND_DATABASES, None)

        assert caught.value.upstream is not None
        assert caught.value.upstream.status == answer.status
        assert answer.body["message"] not in str(caught.value)
        assert json.dumps(answer.body["message"]) not in repr(caught.value)


def assert_times(item: IntegrationItem, found: dict[str, Any]) -> None:
    """In one form, though Notion has two."""
    for text, name in ((item.creation_time, "created_time"), (item.last_modified_time, "last_edited_time")):
        if name in found:
            assert text is not None
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
            assert text[:23] == found[name][:23]


def assert_parent(item: IntegrationItem, found: dict[str, Any]) -> None:
    parent = found.get("database_parent") or found.get("parent") or {"type": "workspace"}
    suffixes = {"page_id": "Page", "database_id": "Database", "data_source_id": "Database", "block_id": "Block"}
    suffix = suffixes.get(parent["type"])
    assert item.parent_id == (f"{parent[parent['type']]}_{suffix}" if suffix else None)
