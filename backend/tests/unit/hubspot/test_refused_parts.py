"""What HubSpot refuses is left out by name, and the rest is delivered: in a page and in a whole load."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from errors import ServiceError, UpstreamUnavailableError
from hubspot import record_source
from hubspot.catalog import COMPANIES, CONTACTS, DEALS, EMAILS, MEETINGS
from hubspot.object_type import ObjectType
from hubspot.pages import Page, read_page
from hubspot.query import Query
from hubspot.stored_links import ReadStored
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Items, LoadReceipt, TypeReceipt
from tests.loads import load
from tests.unit.hubspot.small_portal import KINDS, SmallPortal

THREE = Query(object_types=KINDS)
ASKABLE = {
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "sales-email-read",
}
IMPROPER = b'{"message":"This oauth-token (X) does not have proper permissions! (requires any of [%s])"}'
VIEW_SCHEMA = (
    b'{"message":"You do not have permissions to view_schema object type ObjectTypeId{legacyObjectType=DEAL}'
    b' in portal 1 (requires one of [deals-read])"}'
)
ARCHIVED_MEETINGS = (
    b'{"status":"error","message":"Paging through deleted objects is not yet supported for object type 0-47'
    b' (MEETING_EVENT)","category":"VALIDATION_ERROR"}'
)
EMAIL_SCOPES = (
    b'{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":'
    b'["crm.schemas.emails.read","crm.objects.emails.read","sales-email-read"]}}]}'
)
REFUSALS = [
    (403, IMPROPER % b"tickets"),
    (403, VIEW_SCHEMA),
    (403, b'{"category":"FORBIDDEN"}'),
    (403, b"<html>"),
    (404, b"<html>"),
    (400, b'{"message":"Unable to infer object type from: deals"}'),
    (400, ARCHIVED_MEETINGS),
]


@dataclass
class Loaded:
    items: list[IntegrationItem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    receipts: list[LoadReceipt] = field(default_factory=list)
    error: ServiceError | None = None

    @property
    def receipt(self) -> LoadReceipt:
        (receipt,) = self.receipts
        return receipt

    def of(self, name: str) -> TypeReceipt:
        return self.receipt.object_types[name]

    @property
    def codes(self) -> list[str]:
        return [notice.code for notice in self.notices]


async def load_all(portal: SmallPortal, query: Query = THREE, **reader: Any) -> Loaded:
    loaded = Loaded()
    try:
        async for event in load(replace(portal.reader(), **{"askable_scopes": ASKABLE} | reader), query):
            match event:
                case Items():
                    loaded.items += event.items
                case Notice():
                    loaded.notices.append(event)
                case LoadReceipt():
                    loaded.receipts.append(event)
    except ServiceError as exc:
        loaded.error = exc
    return loaded


async def read_all(portal: SmallPortal, query: Query = THREE) -> Page:
    """All pages as one."""
    whole, position = Page(), None
    reader = replace(portal.reader(), askable_scopes=ASKABLE)
    for _ in range(50):
        page = await read_page(reader, query, position)
        whole.items += page.items
        whole.notices += page.notices
        if (position := page.next) is None:
            return whole
    raise AssertionError("no end")


def refusing(*paths: str, status: int, body: bytes) -> SmallPortal:
    """A portal that refuses what has one of these in its address."""

    def instead(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(status, content=body) if any(path in request.url.path for path in paths) else None

    portal = SmallPortal(random.Random(1), hesitates=1, instead=instead)
    portal.seed(contacts=30, companies=20, deals=10)
    return portal


def count(portal: SmallPortal, *names: str) -> int:
    return sum(len(portal.records[name]) for name in names)


@pytest.mark.parametrize(("status", "body"), REFUSALS)
class TestRefusedType:
    async def test_a_load_leaves_it_out_by_name_and_delivers_the_others(self, status: int, body: bytes) -> None:
        portal = refusing("/objects/2026-09/deals", status=status, body=body)

        loaded = await load_all(portal)

        assert loaded.error is None
        assert len(loaded.items) == count(portal, "contacts", "companies")
        assert [notice.object_type for notice in loaded.notices] == ["deals"]
        assert (loaded.of("deals").complete, loaded.of("deals").delivered) == (False, 0)
        assert [entry["code"] for entry in loaded.of("deals").skipped] == loaded.codes
        assert loaded.of("contacts").complete
        assert (loaded.receipt.complete, loaded.receipt.resume) == (False, None)

    async def test_a_page_leaves_it_out_by_name_and_delivers_the_others(self, status: int, body: bytes) -> None:
        portal = refusing("/objects/2026-09/deals", status=status, body=body)

        page = await read_all(portal)

        assert len(page.items) == count(portal, "contacts", "companies")
        assert [notice.object_type for notice in page.notices] == ["deals"]

    async def test_everything_about_it_refused_is_one_notice(self, status: int, body: bytes) -> None:
        portal = refusing("/objects/2026-09/deals", "/properties/2026-09/deals", "/pipelines", status=status, body=body)

        loaded = await load_all(portal)

        assert [notice.object_type for notice in loaded.notices] == ["deals"]


class TestArchivedMeetings:
    async def test_a_load_of_archived_records_leaves_meetings_out(self) -> None:
        portal = refusing("/meetings", status=400, body=ARCHIVED_MEETINGS)
        query = Query(object_types=(CONTACTS, MEETINGS), archived=True)

        loaded = await load_all(portal, query)

        assert loaded.error is None
        assert len(loaded.items) == len(portal.archived["contacts"])
        assert loaded.of("meetings").skipped == [{"code": "object_type_unavailable"}]
        assert loaded.of("contacts").complete

    @pytest.mark.parametrize("read", [load_all, read_all])
    async def test_the_notice_speaks_of_archived_records_only(self, read: Callable[[SmallPortal, Query], Any]) -> None:
        portal = refusing("/meetings", status=400, body=ARCHIVED_MEETINGS)

        found = await read(portal, Query(object_types=(CONTACTS, MEETINGS), archived=True))

        assert [notice.detail for notice in found.notices] == [
            "Archived meetings are left out: HubSpot does not list them for this connection."
        ]


class TestScopesToGrant:
    """A notice names only scopes that can be asked for: the page has a button for them."""

    async def test_of_the_scopes_hubspot_names_one_that_can_be_asked_for(self) -> None:
        portal = refusing("/emails", status=403, body=EMAIL_SCOPES)

        loaded = await load_all(portal, Query(object_types=(EMAILS, CONTACTS)))

        missing = {notice.code: notice.missing_scopes for notice in loaded.notices}
        assert missing["scope_missing"] == ["sales-email-read"]
        assert loaded.of("emails").skipped == [{"code": "scope_missing", "missing_scopes": ["sales-email-read"]}]

    async def test_else_the_one_we_ask_for_where_it_is_not_granted(self) -> None:
        portal = refusing("/objects/2026-09/deals", status=403, body=VIEW_SCHEMA)

        loaded = await load_all(portal, granted_scopes=None)

        assert [notice.missing_scopes for notice in loaded.notices if notice.object_type == "deals"] == [
            ["crm.objects.deals.read"]
        ]

    async def test_else_none(self) -> None:
        portal = refusing("/objects/2026-09/deals", status=403, body=VIEW_SCHEMA)

        loaded = await load_all(portal)

        assert [(notice.code, notice.missing_scopes) for notice in loaded.notices] == [("object_type_unavailable", [])]


@pytest.mark.parametrize(("status", "body"), [*REFUSALS, (500, b"{}"), (502, b"<html>")])
class TestRefusedNames:
    @pytest.mark.parametrize("read", [load_all, read_all])
    async def test_owners_are_left_out_with_one_notice(
        self, status: int, body: bytes, read: Callable[[SmallPortal], Any]
    ) -> None:
        portal = refusing("/owners", status=status, body=body)

        found = await read(portal)

        assert len(found.items) == count(portal, "contacts", "companies", "deals")
        assert [notice.object_type for notice in found.notices] == [None]

    async def test_pipelines_and_properties_of_a_type_are_left_out_and_named(self, status: int, body: bytes) -> None:
        portal = refusing("/pipelines", "/properties/2026-09/deals", status=status, body=body)

        loaded = await load_all(portal)

        assert len(loaded.items) == count(portal, "contacts", "companies", "deals")
        assert [(notice.code, notice.object_type) for notice in loaded.notices] == [("names_unavailable", "deals")]
        assert loaded.notices[0].detail == (
            "Deals come without the names of pipelines and properties: HubSpot did not return them."
        )
        assert loaded.of("deals").skipped == [{"code": "names_unavailable", "names": ["pipelines", "properties"]}]
        assert loaded.receipt.complete

    async def test_all_properties_cannot_be_asked_for_without_their_definitions(self, status: int, body: bytes) -> None:
        portal = refusing("/properties", status=status, body=body)

        loaded = await load_all(portal, Query(object_types=(DEALS,), properties=("*",)))

        assert {"dealname"} <= loaded.items[0].properties.keys()
        assert {"code": "properties_unavailable"} in loaded.of("deals").skipped
        assert not loaded.receipt.complete


class TestOwnersScope:
    @pytest.mark.parametrize(
        ("granted", "code", "scopes"),
        [
            ([], "scope_missing", ["crm.objects.owners.read"]),
            (["crm.objects.owners.read"], "names_unavailable", []),
        ],
    )
    async def test_a_scope_that_hubspot_does_not_name_is_the_one_we_ask_for(
        self, granted: list[str], code: str, scopes: list[str]
    ) -> None:
        portal = refusing("/owners", status=403, body=b'{"errors":[{"context":{"requiredScopes":["contacts"]}}]}')
        granted_scopes = [*(portal.reader().granted_scopes or ()), *granted]

        loaded = await load_all(portal, granted_scopes=granted_scopes)

        assert [(notice.code, notice.missing_scopes) for notice in loaded.notices] == [(code, scopes)]

    async def test_names_refused_although_their_scope_is_granted_are_not_called_ungranted(self) -> None:
        portal = refusing("/owners", status=403, body=b'{"category":"FORBIDDEN"}')
        granted_scopes = [*(portal.reader().granted_scopes or ()), "crm.objects.owners.read"]

        loaded = await load_all(portal, granted_scopes=granted_scopes)

        assert [notice.detail for notice in loaded.notices] == [
            "Owners are shown by their ids: HubSpot does not let this connection read their names."
        ]


FORBIDDEN_LINKS = [(403, b'{"category":"FORBIDDEN"}'), (403, b"<html>"), (403, IMPROPER % b"crm.objects.deals.read")]


class TestRefusedLinks:
    @pytest.mark.parametrize(("status", "body"), FORBIDDEN_LINKS)
    async def test_those_to_one_type_are_left_out_by_name(self, status: int, body: bytes) -> None:
        portal = refusing("/contacts/deals/batch", status=status, body=body)
        portal.hides_links = True

        loaded = await load_all(portal)

        assert len(loaded.items) == count(portal, "contacts", "companies", "deals")
        assert loaded.of("contacts").skipped == [{"code": "associations_unavailable", "object_type": "deals"}]
        assert not loaded.of("contacts").complete
        assert loaded.of("companies").complete
        contacts = [item.associations for item in loaded.items if item.type == "Contact"]
        assert all(linked is not None and linked.keys() == {"companies"} for linked in contacts)
        assert [notice.object_type for notice in loaded.notices] == ["contacts"]

    async def test_types_that_are_not_associated_leave_it_complete(self) -> None:
        portal = refusing("/contacts/deals/batch", status=400, body=b"{}")
        portal.hides_links = True

        loaded = await load_all(portal)

        assert loaded.codes == ["associations_unavailable"]
        assert loaded.notices[0].detail == "Contacts come without their deals: HubSpot does not associate the two."
        assert loaded.receipt.complete

    @pytest.mark.parametrize("status", [400, 404])
    async def test_batches_that_are_all_refused_leave_it_incomplete(self, status: int) -> None:
        portal = refusing("/contacts/deals/batch", "/contacts/deals/labels", status=status, body=b"{}")
        portal.hides_links = True

        loaded = await load_all(portal)

        assert (
            loaded.notices[0].detail
            == "Contacts come without their deals: HubSpot does not let this connection read them."
        )
        assert loaded.of("contacts").skipped == [{"code": "associations_unavailable", "object_type": "deals"}]
        assert not loaded.receipt.complete
        assert len(loaded.items) == count(portal, "contacts", "companies", "deals")

    @pytest.mark.parametrize("status", [400, 404, 500])
    async def test_those_of_one_record_are_left_out_by_its_id(self, status: int) -> None:
        portal = SmallPortal(random.Random(1), hesitates=1)
        portal.seed(contacts=30, companies=20)
        bad = portal.records["contacts"][3].id

        def instead(request: httpx.Request) -> httpx.Response | None:
            is_bad = "/contacts/companies/batch" in request.url.path and f'"{bad}"'.encode() in request.content
            return httpx.Response(status) if is_bad else None

        portal.instead, portal.hides_links = instead, True

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        lacking = {"code": "associations_unavailable", "object_type": "companies", "count": 1, "ids": [bad]}
        assert loaded.of("contacts").skipped == [lacking]
        assert (len(loaded.items), loaded.receipt.complete) == (30, False)
        linked = {item.id.partition("_")[0]: item.associations for item in loaded.items}
        assert "companies" not in (linked[bad] or {})
        assert all("companies" in (found or {}) for id_, found in linked.items() if id_ != bad)

    @pytest.mark.parametrize(("status", "body"), [*FORBIDDEN_LINKS, (500, b"{}")])
    async def test_names_of_parents_are_worth_no_load(self, status: int, body: bytes) -> None:
        portal = refusing("/objects/2026-09/companies/batch/read", status=status, body=body)

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        assert len(loaded.items) == count(portal, "contacts")
        assert any(item.parent_id for item in loaded.items)
        assert loaded.of("contacts").skipped == [{"code": "names_unavailable", "names": ["parents"]}]
        assert loaded.codes == ["names_unavailable"]
        assert [
            notice.code for notice in (await read_all(portal, Query(object_types=(CONTACTS,)))).notices
        ] == loaded.codes


class TestStoredRecords:
    """What is read replaces a stored copy: what was not read keeps its stored value."""

    async def test_none_is_replaced_by_one_without_the_name_of_its_parent(self) -> None:
        portal = refusing("/objects/2026-09/companies/batch/read", status=500, body=b"{}")

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)), read_stored=stored(Loaded()))

        assert isinstance(loaded.error, UpstreamUnavailableError)
        assert not any(item.parent_id for item in loaded.items)

    async def test_incomplete_ones_of_one_record_are_kept(self) -> None:
        portal = SmallPortal(random.Random(1), hesitates=1, hides_links=True)
        portal.seed(contacts=30, companies=20)
        before = await load_all(portal, Query(object_types=(CONTACTS,)))
        bad = next(record.id for record in portal.records["contacts"] if len(record.links.get("companies", ())) > 5)

        def instead(request: httpx.Request) -> httpx.Response | None:
            """Its first page of companies is answered, its second is not."""
            is_bad = "/contacts/companies/batch" in request.url.path and f'"{bad}","after"'.encode() in request.content
            return httpx.Response(500) if is_bad else None

        portal.instead = instead

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)), read_stored=stored(before))

        assert [entry["ids"] for entry in loaded.of("contacts").skipped] == [[bad]]
        assert by_id(loaded) == by_id(before)

    async def test_those_of_types_that_are_no_longer_associated_are_not_kept(self) -> None:
        portal = refusing("/contacts/deals/batch", status=400, body=b"{}")
        portal.hides_links = True
        instead, portal.instead = portal.instead, lambda _request: None
        before = await load_all(portal)
        portal.instead = instead

        loaded = await load_all(portal, read_stored=stored(before))

        assert any((item.associations or {}).get("deals") for item in before.items if item.type == "Contact")
        assert not any((item.associations or {}).get("deals") for item in loaded.items if item.type == "Contact")


def stored(loaded: Loaded) -> ReadStored:
    async def read_stored(object_type: ObjectType, ids: Sequence[str]) -> dict[str, IntegrationItem]:
        found = {item.record_id: item for item in loaded.items if item.object_type == object_type.name}
        return {id_: found[id_] for id_ in ids if id_ in found}

    return read_stored


def by_id(loaded: Loaded) -> dict[str, IntegrationItem]:
    return {item.id: item for item in loaded.items}


class TestNoProgress:
    @pytest.mark.parametrize("cursors", [("7", "8"), ("7", "7")], ids=["alternate", "stay"])
    async def test_a_list_whose_cursors_repeat_ends_by_name_and_the_others_are_delivered(
        self, cursors: tuple[str, str]
    ) -> None:
        portal = SmallPortal(random.Random(1), hesitates=1)
        portal.seed(contacts=30, companies=20)
        calls = 0

        def instead(request: httpx.Request) -> httpx.Response | None:
            nonlocal calls
            if not request.url.path.endswith("/objects/2026-09/contacts"):
                return None
            calls += 1
            found = portal.answer_of(request)
            after = cursors[request.url.params.get("after") == "7"]
            return httpx.Response(200, json=found | {"paging": {"next": {"after": after}}})

        portal.instead = instead

        loaded = await load_all(portal, Query(object_types=(CONTACTS, COMPANIES)))

        assert calls < 30
        assert loaded.of("contacts").skipped == [{"code": "pages_repeat"}]
        assert loaded.of("companies").complete
        assert not loaded.receipt.complete
        assert len({item.id for item in loaded.items}) == len(loaded.items)

    async def test_owners_whose_cursors_alternate_are_left_out(self) -> None:
        portal = SmallPortal(random.Random(1), hesitates=1)
        portal.seed(contacts=3)
        calls = 0

        def instead(request: httpx.Request) -> httpx.Response | None:
            nonlocal calls
            if "/owners" not in request.url.path:
                return None
            calls += 1
            after = "b" if request.url.params.get("after") == "a" else "a"
            return httpx.Response(200, json={"results": [{"id": "1"}], "paging": {"next": {"after": after}}})

        portal.instead = instead

        loaded = await load_all(portal)

        assert calls < 20
        assert loaded.codes == ["names_unavailable"]
        assert len(loaded.items) == 3


class TestUnreadableRecords:
    @pytest.mark.parametrize("value", [b'"\xff"', b"1e999", b"9" * 5_000], ids=["utf-8", "1e999", "digits"])
    @pytest.mark.parametrize("read", [load_all, read_all])
    async def test_one_is_set_aside_by_its_id_and_the_others_are_delivered(
        self, value: bytes, read: Callable[[SmallPortal, Query], Any]
    ) -> None:
        portal = SmallPortal(random.Random(1), hesitates=1)
        portal.seed(companies=20)
        spoilt = portal.records["companies"][7]

        def instead(request: httpx.Request) -> httpx.Response | None:
            if not request.url.path.endswith("/companies"):
                return None
            name = spoilt.name.encode()
            true = httpx.Response(200, json=portal.answer_of(request)).content
            return httpx.Response(200, content=true.replace(b'"name":"%b"' % name, b'"name":' + value))

        portal.instead = instead

        found = await read(portal, Query(object_types=(COMPANIES,)))

        assert len(found.items) == 19
        assert [notice.code for notice in found.notices] == ["record_unreadable"]
        assert spoilt.id in found.notices[0].detail
        if isinstance(found, Loaded):
            skipped = found.of("companies").skipped
            assert skipped == [{"code": "record_unreadable", "count": 1, "ids": [spoilt.id]}]


class TestRefusedMidway:
    async def test_what_was_read_before_is_delivered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(record_source, "LIST_PAGE_MAX", 10)

        def instead(request: httpx.Request) -> httpx.Response | None:
            is_later_page = request.url.path.endswith("/contacts") and "after" in request.url.params
            return httpx.Response(403, json={"category": "FORBIDDEN"}) if is_later_page else None

        portal = SmallPortal(random.Random(1), hesitates=1, instead=instead)
        portal.seed(contacts=30, companies=20)

        loaded = await load_all(portal, Query(object_types=(CONTACTS, COMPANIES)))

        assert loaded.of("contacts").delivered == 10
        assert len(loaded.items) == 10 + len(portal.records["companies"])
        assert [entry["code"] for entry in loaded.of("contacts").skipped] == ["object_type_unavailable"]
        assert loaded.of("companies").complete


async def test_no_record_is_without_links_where_an_answer_does_not_name_whose_they_are() -> None:
    portal = SmallPortal(random.Random(1), hesitates=1, hides_links=True)
    portal.seed(contacts=30, companies=20)
    linked = {contact.id for contact in portal.records["contacts"] if contact.links.get("companies")}

    def instead(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/contacts/companies/batch/read"):
            return None
        answer = portal.answer_of(request)
        for result in answer["results"][:1]:
            del result["from"]
        return httpx.Response(200, json=answer)

    portal.instead = instead

    page = await read_all(portal, Query(object_types=(CONTACTS,)))

    empty = {item.record_id for item in page.items if (item.associations or {}).get("companies") == []}
    assert empty & linked == set()
