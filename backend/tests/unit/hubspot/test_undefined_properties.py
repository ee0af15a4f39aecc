"""A property that HubSpot does not list may be carried by records all the same: `hs_v2_date_entered_…` for instance."""

import random
from dataclasses import replace
from typing import Any

import httpx
import pytest

from hubspot.catalog import DEALS
from hubspot.pages import read_page
from hubspot.query import Query
from integrations.integration_item import Notice
from tests.loads import load
from tests.unit.hubspot.small_portal import NOW_MS, SmallPortal


class DefiningPortal(SmallPortal):
    """Lists one property of deals, though its records carry others (`name`, `firstname`)."""

    def answer_of(self, request: httpx.Request) -> dict[str, Any]:
        if "/properties/" in request.url.path:
            return {"results": [{"name": "amount", "type": "number"}]}
        answer = super().answer_of(request)
        if b"propertiesWithHistory" in request.content:
            for record in answer["results"]:
                record["propertiesWithHistory"] = {"firstname": [{"value": "a", "timestamp": "2026-01-01T00:00:00Z"}]}
        return answer


@pytest.fixture
def portal() -> SmallPortal:
    portal = DefiningPortal(random.Random(1))
    portal.seed(deals=20)
    return portal


HISTORIES = Query(object_types=(DEALS,), property_history=("firstname", "amount", "frstname"))
QUERY = Query(object_types=(DEALS,), properties=("firstname", "amount", "frstname"))


@pytest.mark.parametrize("query", [QUERY, HISTORIES], ids=["properties", "property_history"])
async def test_a_load_reports_those_that_no_record_carries(portal: SmallPortal, query: Query) -> None:
    events = [event async for event in load(portal.reader(), query, now_s=lambda: NOW_MS / 1000)]

    assert_only_the_misspelt_one([event for event in events if isinstance(event, Notice)])


@pytest.mark.parametrize("query", [QUERY, HISTORIES], ids=["properties", "property_history"])
async def test_a_page_reports_those_that_no_record_carries(portal: SmallPortal, query: Query) -> None:
    assert_only_the_misspelt_one((await read_page(portal.reader(), query)).notices)


async def test_a_name_that_is_misspelt_in_both_lists_is_reported_once(portal: SmallPortal) -> None:
    query = replace(QUERY, property_history=("frstname",))

    assert_only_the_misspelt_one((await read_page(portal.reader(), query)).notices)


def assert_only_the_misspelt_one(notices: list[Notice]) -> None:
    unknown = [notice.detail for notice in notices if notice.code == "property_unknown"]
    assert len(unknown) == 1
    assert "“frstname”" in unknown[0]
