"""Pages of a search in the caller's order: no single record and no odd cursor stops them."""

import random

import httpx
import pytest

from errors import RepeatedPageError, UpstreamMalformedError
from hubspot.catalog import COMPANIES
from hubspot.endpoints import Search
from hubspot.lookup import search_page
from hubspot.query import Query
from tests.unit.hubspot.small_portal import SmallPortal
from tests.unit.hubspot.test_failing_pages import HeavyPortal, fail_500

QUERY = Query(object_types=(COMPANIES,), associations=False)


async def test_a_record_that_cannot_be_had_is_named_and_the_pages_continue_after_it() -> None:
    heavy = HeavyPortal(fail_500, records=12)
    ids = sorted(heavy.ids(), key=int)
    heavy.bad = frozenset({ids[4]})
    reader, found, after, codes = heavy.portal.reader(), list[str](), None, list[str]()

    for _ in range(20):
        page = await search_page(reader, QUERY, COMPANIES, Search(sort_by="hs_object_id", limit=5, after=after))
        found += [item.record_id for item in page.items]
        codes += [notice.code for notice in page.notices]
        if (after := page.after) is None:
            break

    assert found == [id_ for id_ in ids if id_ not in heavy.bad]
    assert codes == ["record_unreadable"]


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
