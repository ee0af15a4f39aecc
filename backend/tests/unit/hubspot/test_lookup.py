"""Pages of a search in the caller's order: HubSpot's cursors lead forward."""

import random

import httpx
import pytest

from errors import RepeatedPageError, UpstreamMalformedError
from hubspot.catalog import COMPANIES
from hubspot.endpoints import Search
from hubspot.lookup import search_page
from hubspot.query import Query
from tests.unit.hubspot.small_portal import SmallPortal

QUERY = Query(object_types=(COMPANIES,), associations=False)


@pytest.mark.parametrize("after", ["x", "-5", "\u0665", "9" * 5_000], ids=["x", "-5", "digit", "long"])
async def test_a_cursor_that_is_no_number_is_malformed(after: str) -> None:
    with pytest.raises(UpstreamMalformedError):
        await search_page(portal_with_cursor(after).reader(), QUERY, COMPANIES, Search(limit=5))


@pytest.mark.parametrize("after", ["0", "5"])
async def test_a_cursor_that_leads_back_ends_the_pages(after: str) -> None:
    with pytest.raises(RepeatedPageError):
        await search_page(portal_with_cursor(after).reader(), QUERY, COMPANIES, Search(limit=5, after="5"))


def portal_with_cursor(after: str) -> SmallPortal:
    portal = SmallPortal(random.Random(3), hesitates=1)
    portal.seed(companies=3)

    def instead(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/companies/search"):
            return None
        return httpx.Response(200, json=portal.answer_of(request) | {"paging": {"next": {"after": after}}})

    portal.instead = instead
    return portal
