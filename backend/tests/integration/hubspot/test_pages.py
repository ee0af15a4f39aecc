import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.http import HttpClient
from errors import InvalidCursorError, ScopeMissingError
from hubspot.catalog import CATALOG, COMPANIES, CONTACTS, DEALS, DEFAULT_OBJECT_TYPES, TICKETS
from hubspot.custom_objects import resolve_object_types
from hubspot.pages import Page, read_page
from hubspot.query import Query
from integrations.integration_item import IntegrationItem
from tests.integration.hubspot.access import ConnectedPortal, connect
from tests.integration.hubspot.comparing import assert_each_once, assert_true
from tests.servers import Simulator

THREE = Query(object_types=DEFAULT_OBJECT_TYPES)


async def pages_of(portal: ConnectedPortal, query: Query, *, limit: int = 100) -> list[Page]:
    """Page after page, each position once through JSON as a cursor carries it."""
    pages = [await read_page(portal.reader, query, limit=limit)]
    while pages[-1].next is not None:
        position = json.loads(json.dumps(pages[-1].next))
        pages.append(await read_page(portal.reader, query, position, limit=limit))
    return pages


def items_of(pages: list[Page]) -> list[IntegrationItem]:
    return [item for page in pages for item in page.items]


class TestPages:
    async def test_pages_together_are_the_portal(self, portal: ConnectedPortal) -> None:
        kinds = (*CATALOG, *await resolve_object_types(["2-3456789"], portal.client.schemas))

        pages = await pages_of(portal, Query(object_types=kinds))

        items = items_of(pages)
        assert_each_once(items, [id_ for kind in kinds for id_ in portal.export(kind)])
        for kind in kinds:
            assert_true([item for item in items if item.type == kind.item_type], portal.export(kind), kind)
        assert all(len(page.items) == 100 for page in pages[:-1])
        assert [page.notices for page in pages] == [[]] * len(pages)

    @pytest.mark.parametrize("limit", [1, 7, 99])
    async def test_a_page_has_as_many_items_as_were_asked_for(self, portal: ConnectedPortal, limit: int) -> None:
        portal.simulator.seed(portal.portal_id, contacts=23, companies=4, deals=9)

        pages = await pages_of(portal, THREE, limit=limit)

        assert_each_once(items_of(pages), [id_ for kind in THREE.object_types for id_ in portal.export(kind)])
        assert {len(page.items) for page in pages[:-1]} <= {limit}

    async def test_a_page_takes_the_rest_of_a_type_and_goes_on_with_the_next(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=3, companies=4, deals=0)

        page = await read_page(portal.reader, THREE, limit=100)

        assert [item.type for item in page.items] == ["Contact"] * 3 + ["Company"] * 4
        assert page.next is None

    async def test_an_empty_portal_is_an_empty_page(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=0, companies=0, deals=0)

        page = await read_page(portal.reader, THREE)

        assert (page.items, page.next, page.notices) == ([], None, [])

    async def test_names_and_parents_are_not_asked_for_again(self, portal: ConnectedPortal) -> None:
        await pages_of(portal, THREE)
        portal.simulator.clear_log()

        await read_page(portal.reader, THREE)

        paths = [request["path"].removeprefix("/crm/") for request in portal.simulator.log("^/crm/")]
        assert [path.split("/")[0] for path in paths] == ["objects", "associations"]

    async def test_items_are_the_same_where_links_come_with_the_records(self, portal: ConnectedPortal) -> None:
        query = Query(object_types=(*CATALOG, *await resolve_object_types(["machine"], portal.client.schemas)))
        # Where it is not known what may be read, all links are read by batch.
        by_batch = replace(portal, reader=replace(portal.reader, granted_scopes=None))

        pages, compared = await pages_of(portal, query), await pages_of(by_batch, query)

        assert items_of(pages) == items_of(compared)
        assert max(len(item.children or []) for item in items_of(pages)) > 100

    async def test_a_property_the_type_does_not_have_is_named_once(self, portal: ConnectedPortal) -> None:
        query = Query(object_types=(DEALS,), properties=("amount", "amuont"))

        first = await read_page(portal.reader, query, limit=5)
        second = await read_page(portal.reader, query, first.next, limit=5)

        assert [(notice.code, notice.object_type) for notice in first.notices] == [("property_unknown", "deals")]
        assert "“amuont”" in first.notices[0].detail
        assert second.notices == []

    async def test_with_several_types_a_property_may_be_of_any(self, portal: ConnectedPortal) -> None:
        query = Query(object_types=(DEALS, CONTACTS), properties=("amount", "email"))

        assert (await read_page(portal.reader, query, limit=5)).notices == []

    async def test_only_the_properties_asked_for_are_delivered_and_the_name_stays(
        self, portal: ConnectedPortal
    ) -> None:
        page = await read_page(portal.reader, Query(object_types=(DEALS,), properties=("amount",)), limit=5)

        assert {name for item in page.items for name in item.properties} == {
            "amount",
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
        }
        assert all(item.name and not item.name.startswith("Deal ") for item in page.items[:3])

    async def test_a_star_is_every_property_of_the_type(self, portal: ConnectedPortal) -> None:
        page = await read_page(portal.reader, Query(object_types=(CONTACTS,), properties=("*",)), limit=50)

        assert page.notices == []

        known = {property_.name for property_ in await portal.client.properties("contacts")}
        assert {name for item in page.items for name in item.properties} == known

    async def test_changes_are_found_in_pages_however_many_share_a_millisecond(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=600, companies=3, deals=0, same_modified=450)
        truth = portal.export(CONTACTS)
        moments = [record["updatedAt"] for record in truth.values()]
        shared = max(set(moments), key=moments.count)
        query = Query(object_types=(CONTACTS, COMPANIES), updated_since=datetime.fromisoformat(shared))

        pages = await pages_of(portal, query)

        truth |= portal.export(COMPANIES)
        assert_each_once(items_of(pages), [id_ for id_, one in truth.items() if one["updatedAt"] >= shared])

    async def test_words_are_found_page_by_page(self, portal: ConnectedPortal) -> None:
        for _ in range(5):
            portal.simulator.create(portal.portal_id, "contacts", lastname="Zyzzyva")

        pages = await pages_of(portal, Query(object_types=DEFAULT_OBJECT_TYPES, q="zyzzyva"), limit=2)

        assert len(items_of(pages)) == 5
        assert {item.name for item in items_of(pages)} == {"Zyzzyva"}

    async def test_archived_records_since_a_time_are_few_among_many(self, portal: ConnectedPortal) -> None:
        since = datetime.now(UTC)
        gone = list(portal.export(COMPANIES).values())[5]["id"]
        portal.simulator.archive(portal.portal_id, "companies", gone)
        query = Query(object_types=DEFAULT_OBJECT_TYPES, archived=True, updated_since=since)

        pages = await pages_of(portal, query, limit=3)

        assert [(item.id, item.visibility) for item in items_of(pages)] == [(COMPANIES.item_id(gone), False)]


class TestScopes:
    async def test_a_type_without_scope_is_told_once_and_the_others_delivered(
        self, http: HttpClient, simulator: Simulator
    ) -> None:
        portal = connect(http, simulator, optional="crm.objects.owners.read")
        simulator.seed(portal.portal_id, contacts=150, companies=2, deals=2)

        pages = await pages_of(portal, Query(object_types=(CONTACTS, TICKETS, COMPANIES)))

        assert len(items_of(pages)) == 152
        assert [[(notice.code, notice.object_type) for notice in page.notices] for page in pages] == [
            [("scope_missing", "tickets")],
            [],
        ]

    async def test_with_no_type_left_the_page_fails(self, http: HttpClient, simulator: Simulator) -> None:
        portal = connect(http, simulator, optional="crm.objects.owners.read")

        with pytest.raises(ScopeMissingError):
            await read_page(portal.reader, Query(object_types=(TICKETS,)))

    async def test_owners_that_may_not_be_read_stay_ids_and_it_is_said(
        self, http: HttpClient, simulator: Simulator
    ) -> None:
        portal = connect(http, simulator, optional="tickets")

        page = await read_page(portal.reader, Query(object_types=(CONTACTS,)))

        assert [notice.missing_scopes for notice in page.notices] == [["automation", "crm.objects.owners.read"]]
        assert any(item.properties["hubspot_owner_id"] for item in page.items)
        assert not any("hubspot_owner_id" in item.labels for item in page.items)


class TestWrongQuestions:
    @pytest.mark.parametrize("position", [[3, None], [-1, None], [0], "x", {"0": 1}, [0, 5], [True, 7]])
    async def test_a_position_that_is_none_is_refused(self, portal: ConnectedPortal, position: object) -> None:
        with pytest.raises(InvalidCursorError):
            await read_page(portal.reader, THREE, position)

    async def test_a_type_hubspot_no_longer_knows_is_left_out_by_name(self, portal: ConnectedPortal) -> None:
        (gone,) = await resolve_object_types(["machine"], portal.client.schemas)
        gone = replace(gone, type_id="2-1")

        page = await read_page(portal.reader, Query(object_types=(gone, CONTACTS)))

        ((code, object_type),) = [(notice.code, notice.object_type) for notice in page.notices]
        assert (code, object_type) == ("object_type_unavailable", gone.name)
        assert page.items
