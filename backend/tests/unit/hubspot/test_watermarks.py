"""A watermark is where the next load continues from, so nothing before it may be missing."""

from dataclasses import replace
from datetime import timedelta

import httpx

from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.query import Query
from integrations.load_events import LoadReceipt
from tests.loads import items_of, load, receipt_of
from tests.unit.hubspot.small_portal import NOW_MS, iso
from tests.unit.hubspot.test_load_trials import SINCE
from tests.unit.hubspot.test_refused_parts import load_all, refusing

TWO = Query(object_types=(CONTACTS, COMPANIES), associations=False)
LATER = SINCE + timedelta(days=800)
FORBIDDEN = b'{"category":"FORBIDDEN"}'


class TestWatermarks:
    async def test_a_complete_load_has_one_for_each_type_and_for_all(self) -> None:
        portal = refusing(status=403, body=FORBIDDEN)

        loaded = await load_all(portal, TWO)

        assert loaded.receipt.watermark is not None
        assert {type_.watermark for type_ in loaded.receipt.object_types.values()} == {loaded.receipt.watermark}

    async def test_what_an_incomplete_load_lacks_is_before_no_watermark(self) -> None:
        portal = refusing("/objects/2026-09/companies", status=403, body=FORBIDDEN)

        loaded = await load_all(portal, TWO)

        assert loaded.receipt.watermark is None
        assert loaded.of("contacts").watermark is not None
        assert loaded.of("companies").watermark is None

    async def test_an_incomplete_type_continues_from_where_it_was_asked_to(self) -> None:
        portal = refusing("/objects/2026-09/companies", status=403, body=FORBIDDEN)

        loaded = await load_all(portal, replace(TWO, updated_since=SINCE))

        assert loaded.receipt.watermark is None
        assert loaded.of("companies").watermark == iso(int(SINCE.timestamp() * 1000))

    async def test_each_type_may_begin_at_its_own_one(self) -> None:
        """What had to wait for long does not make the others be read again from then on."""
        portal = refusing(status=403, body=FORBIDDEN)
        query = replace(TWO, updated_since=SINCE)

        whole = [event async for event in load(portal.reader(), query)]
        later = [event async for event in load(portal.reader(), query, since={COMPANIES.type_id: LATER})]

        assert {item.object_type for item in items_of(whole)} == {"contacts", "companies"}
        assert {item.object_type for item in items_of(later)} == {"contacts"}

    async def test_a_type_that_was_empty_lacks_nothing_when_a_load_that_resumes_finds_records_there(self) -> None:
        """They came later, and the next load reads them: it begins from before the first one."""
        portal = refusing(status=403, body=FORBIDDEN)
        portal.seed(contacts=250, companies=0)
        portal.instead = lambda request: (
            httpx.Response(500) if "/contacts" in request.url.path and request.url.params.get("after") else None
        )
        begun = await load_all(portal, TWO)
        portal.instead = lambda _request: None
        portal.add(COMPANIES, 1)

        events = [event async for event in load(portal.reader(), TWO, begun.receipt.resume)]

        assert (begun.of("companies").total, receipt_of(events).object_types["companies"].total) == (0, 0)
        assert receipt_of(events).complete

    async def test_what_a_load_left_out_of_delivered_records_is_shown_by_the_one_that_resumes_it(self) -> None:
        """Else its receipt would be complete, and its watermark beyond what is missing."""
        portal = refusing(status=403, body=FORBIDDEN)
        lacking = {"code": "associations_unavailable", "object_type": "companies", "count": 1, "ids": ["7"]}
        place = {"parts": [], "delivered": 30, "total": 30, "skipped": [lacking]}
        position = {"started_ms": NOW_MS, "types": {CONTACTS.type_id: place}}
        query = Query(object_types=(CONTACTS,), associations=False)

        receipts = [event async for event in load(portal.reader(), query, position) if isinstance(event, LoadReceipt)]

        assert receipts[-1].object_types["contacts"].skipped == [lacking]
        assert receipts[-1].watermark is None
