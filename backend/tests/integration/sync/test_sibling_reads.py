"""Airtable and Notion in the same mirror: loaded, followed by the change feed, read again from it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.api.client import Api, problem
from tests.integration.api.conftest import OpenApi, open_api

__all__ = ["open_api"]

WAIT_S = 20
MINUTES = 600
TYPES = {"airtable": ("bases", "tables"), "notion": ("pages", "databases")}


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    """A service with a worker."""
    async with open_api(worker="embedded") as api:
        yield api


async def connect(api: Api, provider: str) -> None:
    started = await api.http.get(f"/integrations/{provider}/authorize", headers={"Accept": "application/json"})
    page = await api.come_back(api.simulator.decide(started.json()["authorization_url"]))
    assert page.status_code == 200, page.text


async def keep_in_sync(api: Api, provider: str, **wanted: Any) -> None:
    """Turn sync on, and wait until everything is loaded."""
    path = f"/integrations/{provider}/sync"
    answer = await api.http.put(path, json={"properties": "all", **wanted})
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(WAIT_S):
        while not (await api.json(path))["as_of"]:  # noqa: ASYNC110 (as callers of the API do)
            await asyncio.sleep(0.05)


async def live_items(api: Api, provider: str) -> dict[str, Any]:
    answer = await api.get(f"/integrations/{provider}/items", {"Accept": "application/x-ndjson"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    return {line["item"]["id"]: in_order(line["item"]) for line in lines if "item" in line}


def in_order(item: dict[str, Any]) -> dict[str, Any]:
    """With its lists of ids in ascending order, as stored items have them."""
    associations = item["associations"] and {name: sorted(ids) for name, ids in item["associations"].items()}
    return item | {"children": item["children"] and sorted(item["children"]), "associations": associations}


@pytest.mark.parametrize("provider", ["airtable", "notion"])
class TestSibling:
    async def test_the_feed_and_stored_items_equal_the_vendors(self, api: Api, provider: str) -> None:
        await connect(api, provider)
        await keep_in_sync(api, provider)
        path = f"/integrations/{provider}"

        live = await live_items(api, provider)
        feed = await api.json(f"{path}/changes", limit=1_000)
        stored = await api.json(f"{path}/items", max_age=MINUTES)

        assert feed["up_to_date"]
        assert {change["id"]: change["item"] for change in feed["changes"]} == live
        assert stored["source"] == "mirror"
        assert {item["id"]: item for item in stored["items"]}.items() <= live.items()
        assert {change["object_type"] for change in feed["changes"]} == set(TYPES[provider])

    async def test_one_is_found_by_its_id(self, api: Api, provider: str) -> None:
        await connect(api, provider)
        await keep_in_sync(api, provider)
        path = f"/integrations/{provider}/items"

        [item, *_] = (await api.json(path, max_age=MINUTES))["items"]
        found = await api.json(f"{path}/{item['id']}", max_age=MINUTES)

        assert (found["source"], found["item"]) == ("mirror", item)

    async def test_one_that_is_not_there_is_not_found(self, api: Api, provider: str) -> None:
        await connect(api, provider)
        await keep_in_sync(api, provider)
        path = f"/integrations/{provider}/items"

        [item, *_] = (await api.json(path, max_age=MINUTES))["items"]
        missing = await api.get(f"{path}/x_Base", max_age=MINUTES)
        several = await api.json(path, ids=f"x_Base,{item['id']}", max_age=MINUTES)

        problem(missing, 404, "not_found")
        assert (several["source"], several["items"]) == ("mirror", [item])
        assert [(warning["code"], "x_Base" in warning["detail"]) for warning in several["warnings"]] == [
            ("items_not_found", True)
        ]

    async def test_one_that_is_not_there_is_unknown_while_a_type_is_not_in_sync(self, api: Api, provider: str) -> None:
        await connect(api, provider)
        await keep_in_sync(api, provider, object_types=TYPES[provider][:1])

        answer = await api.get(f"/integrations/{provider}/items/x_Base", max_age=MINUTES)

        problem(answer, 422, "validation_failed")

    async def test_without_sync_single_records_are_refused(self, api: Api, provider: str) -> None:
        await connect(api, provider)

        answer = await api.get(f"/integrations/{provider}/items/x_Base")

        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
        assert "Turn sync on" in answer.json()["detail"]

    async def test_a_watermark_is_named_where_the_vendor_knows_times(self, api: Api, provider: str) -> None:
        await connect(api, provider)
        await keep_in_sync(api, provider)

        answer = await api.get(f"/integrations/{provider}/items", {"Accept": "application/x-ndjson"}, max_age=MINUTES)
        receipt = json.loads(answer.text.splitlines()[-1])["receipt"]

        marks = {receipt["watermark"], *(of_type["watermark"] for of_type in receipt["object_types"].values())}
        assert (None in marks, len(marks)) == (provider == "airtable", 1)
