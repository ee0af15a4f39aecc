"""Histories: 50 records a call, and smaller batches where an answer would be too large."""

from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest

from hubspot.catalog import DEALS
from hubspot.histories import add_histories
from hubspot.query import Query
from hubspot.wire import Record, ValueWithTimestamp
from integrations.load_events import Items
from tests.loads import load
from tests.unit.hubspot.test_client import Portal
from tests.unit.hubspot.test_refused_parts import load_all, refusing

QUERY = Query(object_types=(DEALS,), property_history=("amount",))


def records(count: int) -> list[Record]:
    return [Record(str(number), {}) for number in range(1, count + 1)]


def answer(request: httpx.Request) -> httpx.Response:
    """Record 3 is gone."""
    inputs = msgspec.json.decode(request.content)["inputs"]
    return httpx.Response(200, json={"results": [history(input_["id"]) for input_ in inputs if input_["id"] != "3"]})


def history(id_: str, size: int = 1) -> dict[str, Any]:
    return {"id": id_, "properties": {}, "propertiesWithHistory": {"amount": [{"value": id_ * size}]}}


async def test_fifty_records_are_one_request_and_one_that_is_gone_has_no_history() -> None:
    portal, read = Portal(answer), records(120)

    await add_histories(portal.client, QUERY, DEALS, read)

    assert sorted(len(body["inputs"]) for body in portal.bodies()) == [20, 50, 50]
    assert {",".join(map(str, body["propertiesWithHistory"])) for body in portal.bodies()} == {"amount"}
    assert read[0].properties_with_history == {"amount": [ValueWithTimestamp("1")]}
    assert read[2].properties_with_history == {}


async def test_histories_that_are_too_large_together_come_in_smaller_batches() -> None:
    def too_large(request: httpx.Request) -> httpx.Response:
        inputs = msgspec.json.decode(request.content)["inputs"]
        size = 20_000_000 if any(input_["id"] == "2" for input_ in inputs) else 1
        return httpx.Response(200, json={"results": [history(input_["id"], size) for input_ in inputs]})

    portal, read = Portal(too_large), records(5)

    await add_histories(portal.client, QUERY, DEALS, read)

    assert [record.properties_with_history is None for record in read] == [False, True, False, False, False]


@pytest.mark.parametrize(
    "odd",
    [
        b'{"id":"2","properties":{},"propertiesWithHistory":{"amount":[{"value":{}}]}}',
        b'{"id":"2","properties":{"a":"\xff"}}',
    ],
)
async def test_a_history_that_cannot_be_read_is_missing_and_not_empty(odd: bytes) -> None:
    body = b'{"results":[' + msgspec.json.encode(history("1")) + b"," + odd + b"]}"
    portal, read = Portal(lambda _request: httpx.Response(200, content=body)), records(3)

    missing = await add_histories(portal.client, QUERY, DEALS, read)

    assert missing == ["2"]
    assert [record.properties_with_history for record in read] == [
        {"amount": [ValueWithTimestamp("1")]},
        None,
        {},
    ]


@pytest.mark.parametrize("status", [500, 504])
async def test_one_history_that_hubspot_fails_to_return_does_not_stop_the_others(status: int) -> None:
    def failing(request: httpx.Request) -> httpx.Response:
        body = msgspec.json.decode(request.content)
        is_bad = body["propertiesWithHistory"] == ["amount"] and {"id": "2"} in body["inputs"]
        return httpx.Response(status) if is_bad else answer(request)

    portal, read = Portal(failing), records(5)

    missing = await add_histories(portal.client, QUERY, DEALS, read)

    assert missing == ["2"]
    assert read[4].properties_with_history == {"amount": [ValueWithTimestamp("5")]}


async def test_nothing_is_read_that_was_not_asked_for() -> None:
    portal, read = Portal(answer), records(5)

    await add_histories(portal.client, Query(object_types=(DEALS,)), DEALS, read)

    assert (portal.bodies(), read[0].properties_with_history) == ([], None)


async def test_histories_that_are_refused_are_missing_and_the_records_stay() -> None:
    portal, read = Portal(lambda _request: httpx.Response(403, content=b"<html>")), records(2)

    missing = await add_histories(portal.client, QUERY, DEALS, read)

    assert missing == ["1", "2"]
    assert [record.properties_with_history for record in read] == [None, None]


async def test_a_load_names_records_without_their_histories() -> None:
    portal = refusing("/deals/batch/read", status=403, body=b"<html>")

    loaded = await load_all(portal, QUERY)

    assert len(loaded.items) == 10
    assert loaded.of("deals").skipped[0]["code"] == "history_unavailable"
    assert (loaded.of("deals").skipped[0]["count"], loaded.receipt.complete) == (10, False)
    assert loaded.codes == ["history_unavailable"]


async def test_a_load_with_many_histories_holds_those_of_few_records() -> None:
    """Each of twenty properties may have many versions: a thousand records of them take hundreds of megabytes."""
    portal, asked = refusing(status=403, body=b""), 0

    def count(request: httpx.Request) -> None:
        nonlocal asked
        if b'"propertiesWithHistory":["' in request.content:
            asked += len(msgspec.json.decode(request.content)["inputs"])

    portal.instead = count
    portal.seed(deals=1_500)
    names = tuple(f"property_{number}" for number in range(20))
    delivered, most = 0, 0

    async for event in load(portal.reader(), replace(QUERY, associations=False, property_history=names)):
        if isinstance(event, Items):
            most = max(most, asked - delivered)
            delivered += len(event.items)

    assert delivered == 1_500
    assert most <= 200
