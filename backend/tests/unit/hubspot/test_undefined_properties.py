"""A property that HubSpot does not list may be carried by records all the same: `hs_v2_date_entered_…` for instance."""

import random
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
        return super().answer_of(request)


@pytest.fixture
def portal() -> SmallPortal:
    portal = DefiningPortal(random.Random(1))
    portal.seed(deals=20)
    return portal


QUERY = Query(object_types=(DEALS,), properties=("firstname", "amount", "frstname"))


async def test_a_load_reports_those_that_no_record_carries(portal: SmallPortal) -> None:
    events = [event async for event in load(portal.reader(), QUERY, now_s=lambda: NOW_MS / 1000)]

    assert_only_the_misspelt_one([event for event in events if isinstance(event, Notice)])


async def test_a_page_reports_those_that_no_record_carries(portal: SmallPortal) -> None:
    assert_only_the_misspelt_one((await read_page(portal.reader(), QUERY)).notices)


def assert_only_the_misspelt_one(notices: list[Notice]) -> None:
    unknown = [notice.detail for notice in notices if notice.code == "property_unknown"]
    assert len(unknown) == 1
    assert "“frstname”" in unknown[0]
