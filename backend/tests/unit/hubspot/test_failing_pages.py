"""A page that HubSpot cannot answer for is read in smaller ones; a single record that cannot be had is set aside."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import msgspec
import pytest

from core.retry import RetryBudget
from errors import UpstreamMalformedError, UpstreamResponseTooLargeError, UpstreamTimeoutError
from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.pages import read_page
from hubspot.query import Query
from tests.unit.hubspot.small_portal import SmallPortal
from tests.unit.hubspot.test_load_trials import SINCE
from tests.unit.hubspot.test_refused_parts import Loaded, load_all, read_all

ONE = Query(object_types=(COMPANIES,), associations=False)
WIDE = tuple(f"a_property_with_a_long_name_{number:04}" for number in range(1_500))


def fail_500() -> httpx.Response:
    return httpx.Response(500)


def fail_504() -> httpx.Response:
    return httpx.Response(504, content=b"<html>")


def time_out() -> httpx.Response:
    raise UpstreamTimeoutError


def send_too_much() -> httpx.Response:
    raise UpstreamResponseTooLargeError


FAILURES = [fail_500, fail_504, time_out, send_too_much]


@dataclass
class HeavyPortal:
    """Companies that HubSpot cannot answer for, by how many at once or because of one of them.

    Args:
        most: records a page.
        bad: ids of records that come without their values only.
        fail: how it fails.
    """

    fail: Callable[[], httpx.Response]
    most: int = 1_000
    bad: frozenset[str] = frozenset()
    records: int = 250
    calls: int = 0
    portal: SmallPortal = field(init=False)

    def __post_init__(self) -> None:
        self.portal = SmallPortal(random.Random(3), hesitates=1, instead=self.answer)
        self.portal.seed(companies=self.records)

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        path = request.url.path
        if "/companies" not in path or not path.startswith("/crm/objects"):
            return None
        self.calls += 1
        found = self.portal.answer_of(request)["results"]
        body = msgspec.json.decode(request.content) if request.content else {}
        asked = int(request.url.params.get("limit", 0)) or body.get("limit") or len(body["inputs"])
        named = request.url.params.get("properties", "").split(",") or body.get("properties")
        only_ids = (body.get("properties") or named) == ["hs_object_id"]
        spoilt = not only_ids and any(record.get("id") in self.bad for record in found)
        return self.fail() if asked > self.most or spoilt else None

    def ids(self) -> set[str]:
        return {record.id for record in self.portal.records["companies"]}


def ids_of(found: Any) -> set[str]:
    return {item.id.partition("_")[0] for item in found.items}


@pytest.mark.parametrize("fail", FAILURES)
class TestPagesThatAreTooLarge:
    @pytest.mark.parametrize(("most", "records"), [(50, 250), (7, 250), (1, 30)])
    async def test_a_load_reads_smaller_ones(self, fail: Callable[[], httpx.Response], most: int, records: int) -> None:
        heavy = HeavyPortal(fail, most, records=records)

        loaded = await load_all(heavy.portal, ONE)

        assert ids_of(loaded) == heavy.ids()
        assert (loaded.receipt.complete, loaded.error) == (True, None)
        assert heavy.calls < 2 * heavy.records / most + 60

    async def test_so_does_a_load_by_search(self, fail: Callable[[], httpx.Response]) -> None:
        heavy = HeavyPortal(fail, 50)
        since = Query(object_types=(COMPANIES,), associations=False, updated_since=SINCE.replace(year=2000))

        loaded = await load_all(heavy.portal, since)

        assert ids_of(loaded) == heavy.ids()
        assert loaded.receipt.complete

    async def test_so_do_pages(self, fail: Callable[[], httpx.Response]) -> None:
        heavy = HeavyPortal(fail, 5)

        found = await read_all(heavy.portal, ONE)

        assert ids_of(found) == heavy.ids()

    async def test_so_do_batches_for_many_properties(self, fail: Callable[[], httpx.Response]) -> None:
        heavy = HeavyPortal(fail, 100)
        heavy.portal.instead = lambda request: (
            fail()
            if "/companies/batch" in request.url.path and len(msgspec.json.decode(request.content)["inputs"]) > 30
            else None
        )

        loaded = await load_all(heavy.portal, Query(object_types=(COMPANIES,), properties=WIDE, associations=False))

        assert ids_of(loaded) == heavy.ids()


@pytest.mark.parametrize("fail", FAILURES)
class TestSingleRecords:
    @pytest.mark.parametrize(
        "query", [ONE, Query(object_types=(COMPANIES,), associations=False, updated_since=SINCE.replace(year=2000))]
    )
    @pytest.mark.parametrize("read", [load_all, read_all])
    async def test_one_that_cannot_be_had_is_set_aside_by_its_id(
        self, fail: Callable[[], httpx.Response], read: Callable[[SmallPortal, Query], Any], query: Query
    ) -> None:
        heavy = HeavyPortal(fail)
        ids = sorted(heavy.ids(), key=int)
        heavy.bad = frozenset({ids[0], ids[130], ids[-1]})

        found = await read(heavy.portal, query)

        assert ids_of(found) == heavy.ids() - heavy.bad
        assert [notice.code for notice in found.notices] == ["record_unreadable"] * 3
        if isinstance(found, Loaded):
            assert found.error is None
            (skipped,) = found.of("companies").skipped
            assert (skipped["code"], skipped["count"]) == ("record_unreadable", 3)
            assert set(skipped["ids"]) == set(heavy.bad)
            assert not found.receipt.complete

    async def test_so_is_one_of_a_batch_for_many_properties(self, fail: Callable[[], httpx.Response]) -> None:
        heavy = HeavyPortal(fail)
        heavy.bad = frozenset({sorted(heavy.ids(), key=int)[57]})

        loaded = await load_all(heavy.portal, Query(object_types=(COMPANIES,), properties=WIDE, associations=False))

        assert ids_of(loaded) == heavy.ids() - heavy.bad
        assert loaded.of("companies").skipped[0]["ids"] == list(heavy.bad)


class TestLargeRecords:
    """Answers that are allowed one by one may be too large together."""

    @pytest.mark.parametrize("read", [load_all, read_all])
    async def test_values_of_a_page_that_are_too_large_together_are_read_in_smaller_pages(
        self, read: Callable[[SmallPortal, Query], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A page of 100 records came in as many answers of 16 MiB as it took."""
        monkeypatch.setattr("hubspot.client.MAX_BODY_BYTES", 4_000)
        heavy, listed = HeavyPortal(send_too_much), list[int]()

        def instead(request: httpx.Request) -> httpx.Response | None:
            if "/companies/batch" in request.url.path and len(msgspec.json.decode(request.content)["inputs"]) > 10:
                send_too_much()
            if limit := request.url.params.get("limit"):
                listed.append(int(limit))
            return None

        heavy.portal.instead = instead
        found = await read(heavy.portal, Query(object_types=(COMPANIES,), properties=WIDE, associations=False))

        assert ids_of(found) == heavy.ids()
        assert found.notices == []
        assert sum(limit <= 12 for limit in listed) > 10

    async def test_a_page_ends_early_where_its_records_are_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hubspot.pages.MOST_PAGE_BYTES", 2_000)
        heavy = HeavyPortal(send_too_much, 5)

        first, found = await read_page(heavy.portal.reader(), ONE), await read_all(heavy.portal, ONE)

        assert 0 < len(first.items) < 12
        assert ids_of(found) == heavy.ids()


@pytest.mark.parametrize("places", [(130, 131), (5, 6, 7), range(1, 20, 2)], ids=["two", "three", "every second"])
async def test_unreadable_records_close_together_do_not_use_up_the_retries(places: Sequence[int]) -> None:
    heavy = HeavyPortal(fail_500)
    ids = sorted(heavy.ids(), key=int)
    heavy.bad = frozenset(ids[place] for place in places)
    client = heavy.portal.reader().client
    client = replace(client, retrier=replace(client.retrier, budget=RetryBudget()))

    loaded = await load_all(heavy.portal, ONE, client=client, counter=client)

    assert loaded.error is None
    assert ids_of(loaded) == heavy.ids() - heavy.bad


async def test_what_is_counted_needs_no_values() -> None:
    """Else a record that cannot be had leaves the load without a total, and with few retries."""
    heavy = HeavyPortal(fail_500)
    heavy.bad = frozenset({min(heavy.ids(), key=int)})

    loaded = await load_all(heavy.portal, replace(ONE, updated_since=SINCE.replace(year=2000)))

    assert loaded.of("companies").total == len(heavy.ids())


async def test_parents_whose_names_cannot_be_had_are_reported() -> None:
    portal = SmallPortal(random.Random(3), hesitates=1)
    portal.seed(companies=5, contacts=30)

    def instead(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/companies/batch/read") or b'"hs_object_id"]' in request.content:
            return None
        return httpx.Response(500) if {"id": bad} in msgspec.json.decode(request.content)["inputs"] else None

    bad = next(contact.primary for contact in portal.records["contacts"] if contact.primary)
    portal.instead = instead
    contacts = Query(object_types=(CONTACTS,))

    for found in (await load_all(portal, contacts), await read_all(portal, contacts)):
        nameless = {item.parent_id for item in found.items if item.parent_id and not item.parent_path_or_name}
        assert nameless == {COMPANIES.item_id(bad)}
        assert [notice.code for notice in found.notices] == ["names_unavailable"]


class TestOutages:
    @pytest.mark.parametrize("path", ["/companies", "/contacts"])
    async def test_a_type_that_fails_altogether_is_no_row_of_odd_records(self, path: str) -> None:
        portal = SmallPortal(random.Random(3), hesitates=1)
        portal.seed(companies=150, contacts=150)
        calls = 0

        def instead(request: httpx.Request) -> httpx.Response | None:
            nonlocal calls
            if not request.url.path.endswith(path):
                return None
            calls += 1
            return httpx.Response(500)

        portal.instead = instead

        loaded = await load_all(portal, Query(object_types=(COMPANIES, CONTACTS), associations=False))

        assert loaded.error is not None
        assert loaded.receipt.resume is not None
        assert calls < 50


def send_html() -> httpx.Response:
    return httpx.Response(200, content=b"<html>")


BOTH = Query(object_types=(COMPANIES, CONTACTS))


class TestUnreadableTypes:
    """A type whose answers cannot be read at any attempt is left out by name; the others are delivered."""

    def portal(self, is_bad: Callable[[httpx.Request], bool], fail: Callable[[], httpx.Response]) -> SmallPortal:
        portal = SmallPortal(random.Random(3), hesitates=1)
        portal.seed(companies=150, contacts=150)
        portal.instead = lambda request: fail() if is_bad(request) else None
        return portal

    @pytest.mark.parametrize("fail", [send_html, send_too_much])
    async def test_the_type_is_named_and_the_rest_is_delivered(self, fail: Callable[[], httpx.Response]) -> None:
        portal = self.portal(lambda request: request.url.path.startswith("/crm/objects/2026-09/companies"), fail)

        loaded = await load_all(portal, BOTH)

        assert loaded.error is None
        assert len(loaded.items) == len(portal.records["contacts"])
        assert loaded.of("companies").skipped[0] == {"code": "object_type_unavailable"}
        assert not loaded.of("companies").complete
        assert loaded.of("contacts").skipped in ([], [{"code": "names_unavailable", "names": ["parents"]}])
        assert (loaded.receipt.complete, loaded.receipt.resume) == (False, None)
        assert "cannot be read" in next(notice.detail for notice in loaded.notices if notice.object_type == "companies")

    async def test_what_was_read_before_is_delivered(self) -> None:
        def is_bad(request: httpx.Request) -> bool:
            return request.url.path.endswith("/objects/2026-09/companies") and "after" in request.url.params

        loaded = await load_all(self.portal(is_bad, send_html), replace(BOTH, associations=False))

        assert loaded.error is None
        assert loaded.of("companies").skipped[0] == {"code": "object_type_unavailable"}
        assert loaded.of("contacts").complete

    @pytest.mark.parametrize("query", [BOTH, ONE])
    async def test_where_nothing_can_be_read_the_load_fails_and_can_be_resumed(self, query: Query) -> None:
        portal = self.portal(lambda request: "/crm/objects/" in request.url.path, send_html)

        loaded = await load_all(portal, query)

        assert isinstance(loaded.error, UpstreamMalformedError)
        assert loaded.receipt.resume is not None
        assert all(not of_type.skipped for of_type in loaded.receipt.object_types.values())

    @pytest.mark.parametrize("fail", [send_html, send_too_much])
    async def test_links_to_one_type_that_cannot_be_read_are_left_out_by_name(
        self, fail: Callable[[], httpx.Response]
    ) -> None:
        portal = self.portal(lambda request: "/contacts/companies/batch" in request.url.path, fail)
        portal.hides_links = True

        loaded = await load_all(portal, BOTH)

        assert loaded.error is None
        assert len(loaded.items) == len(portal.records["contacts"]) + len(portal.records["companies"])
        assert loaded.of("contacts").skipped == [{"code": "associations_unavailable", "object_type": "companies"}]
