import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
from redis.asyncio import Redis

from core.http import HttpClient
from core.rate_limit import RollingWindowLimiter
from core.retry import PATIENT, Retrier, RetryBudget
from errors import (
    InvalidCursorError,
    ScopeMissingError,
    ShuttingDownError,
    UpstreamMigratingError,
    UpstreamQuotaExhaustedError,
)
from hubspot.budget import PortalBudget
from hubspot.catalog import CATALOG, COMPANIES, CONTACTS, DEALS, DEFAULT_OBJECT_TYPES, EMAILS, MEETINGS, NOTES, TICKETS
from hubspot.client import HubSpotClient
from hubspot.custom_objects import resolve_object_types
from hubspot.endpoints import SEARCH_PAGE_MAX
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.record_counts import RecordCounts
from hubspot.record_source import LARGE
from hubspot.records import Records
from hubspot.type_count import FRESH_COUNT_S
from hubspot.type_load import MOST_PAGES
from integrations.integration_item import IntegrationItem
from integrations.load_events import CHECKPOINT_ITEMS, Checkpoint, Items, LoadReceipt
from tests.integration.hubspot.access import OPTIONAL, REQUIRED, ConnectedPortal, connect
from tests.integration.hubspot.comparing import assert_each_once, assert_true
from tests.integration.hubspot.loading import Loaded, load_all
from tests.loads import load
from tests.servers import Simulator
from tests.slow import slow

THREE = Query(object_types=DEFAULT_OBJECT_TYPES)


def truth_ids(portal: ConnectedPortal, query: Query = THREE) -> list[str]:
    return [id_ for kind in query.object_types for id_ in portal.export(kind, archived=query.archived)]


class TestWholePortal:
    async def test_every_record_of_every_type_is_delivered_once_and_as_it_is(self, portal: ConnectedPortal) -> None:
        kinds = (*CATALOG, *await resolve_object_types(["machine"], portal.client.schemas))

        loaded = await load_all(portal, Query(object_types=kinds))

        assert_each_once(loaded.items, truth_ids(portal, Query(object_types=kinds)))
        for kind in kinds:
            assert_true(loaded.of(kind), portal.export(kind), kind)
        totals = {kind.name: len(portal.export(kind)) for kind in kinds}
        assert {name: one.total for name, one in loaded.plan.object_types.items()} == totals
        assert {name: one.delivered for name, one in loaded.receipt.object_types.items()} == totals
        assert loaded.receipt.complete
        assert loaded.receipt.resume is None
        assert loaded.receipt.requests == len(portal.simulator.log("^/crm/"))

    async def test_items_are_the_same_where_links_come_with_the_records(self, portal: ConnectedPortal) -> None:
        kinds = (*CATALOG, *await resolve_object_types(["machine"], portal.client.schemas))
        query = Query(object_types=kinds)
        # Where it is not known what may be read, all links are read by batch.
        by_batch = replace(portal, reader=replace(portal.reader, granted_scopes=None))

        await load_all(portal, replace(query, associations=False))

        compared, loaded = await load_all(by_batch, query), await load_all(portal, query)

        assert {item.id: item for item in loaded.items} == {item.id: item for item in compared.items}
        assert loaded.receipt.requests < compared.receipt.requests
        assert max(len(item.children or []) for item in loaded.items) > 100

    async def test_the_first_companies_wait_for_no_links(self, portal: ConnectedPortal) -> None:
        portal.simulator.fault("^/crm/associations/", "hang", times=None)

        async for event in load(portal.reader, THREE):
            if isinstance(event, Items):
                break

        assert isinstance(event, Items)
        assert {item.type for item in event.items} == {"Company"}
        assert any(item.children for item in event.items)

    async def test_parents_names_are_read_while_it_is_read_who_the_parents_are(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=100, companies=40, deals=0)
        portal.simulator.settings(latency_ms=200, latency_sigma=0)

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        ((primary,), (names,)) = map(portal.simulator.log, ("^/crm/associations/", "^/crm/objects/.*/batch/read$"))
        assert names["came_s"] < primary["left_s"]
        assert all(item.parent_path_or_name for item in loaded.items if item.parent_id)

    @pytest.mark.parametrize(("kind", "crowd"), [(COMPANIES, 150), (CONTACTS, 0)])
    async def test_one_that_ends_after_these_goes_on_with_the_others_of_their_page(
        self, portal: ConnectedPortal, kind: ObjectType, crowd: int
    ) -> None:
        portal.simulator.seed(portal.portal_id, contacts=350, companies=250, deals=0, crowd=crowd)
        portal.simulator.fault("^/crm/associations/", "hang", times=None)
        query, stop, position = Query(object_types=(kind,)), asyncio.Event(), None
        seen: list[IntegrationItem] = []
        async for event in load(portal.reader, query, stop=stop):
            if isinstance(event, Items):
                seen += event.items
                stop.set()
            position = getattr(event, "resume", position)
        portal.simulator.clear_faults()

        rest = await load_all(portal, query, position)

        assert 0 < len(seen) < 100
        assert_each_once([*seen, *rest.items], truth_ids(portal, query))
        assert rest.receipt.complete

    async def test_parents_are_the_primary_companies_by_name(self, portal: ConnectedPortal) -> None:
        loaded = await load_all(portal, THREE)

        names = {item.id: item.name for item in loaded.of(COMPANIES)}
        children = [item for item in loaded.items if item.parent_id]
        assert len(children) > 100
        assert all(item.parent_path_or_name == names[item.parent_id or ""] for item in children)

    async def test_names_stand_beside_the_ids_of_owners_and_stages(self, portal: ConnectedPortal) -> None:
        owners = {owner.id: owner for owner in await portal.client.owners()}

        loaded = await load_all(portal, Query(object_types=(DEALS,)))

        owned = [item for item in loaded.items if item.properties.get("hubspot_owner_id") in owners]
        assert {owners[item.properties["hubspot_owner_id"]].archived for item in owned} == {True, False}
        assert all(item.labels["hubspot_owner_id"] for item in owned)
        oldest = sorted(loaded.items, key=lambda item: int(item.id.partition("_")[0]))
        assert all({"pipeline", "dealstage"} <= item.labels.keys() for item in oldest[:3])

    async def test_parents_that_are_not_loaded_have_names_all_the_same(self, portal: ConnectedPortal) -> None:
        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        companies = {id_: record["properties"] for id_, record in portal.export(COMPANIES).items()}
        parents = [(item.parent_path_or_name, companies[item.parent_id]) for item in loaded.items if item.parent_id]
        assert parents
        assert all(name == record["name"] for name, record in parents if (record.get("name") or "").strip())
        assert len(portal.simulator.log("companies/batch/read$")) < len(loaded.items) // 50

    async def test_without_associations_none_are_asked_for(self, portal: ConnectedPortal) -> None:
        loaded = await load_all(portal, Query(object_types=DEFAULT_OBJECT_TYPES, associations=False))

        assert loaded.receipt.complete
        assert all(item.associations is None for item in loaded.items)
        assert portal.simulator.log("^/crm/associations/") == []

    async def test_archived_records_are_delivered_when_asked_for(self, portal: ConnectedPortal) -> None:
        query = Query(object_types=DEFAULT_OBJECT_TYPES, archived=True)

        loaded = await load_all(portal, query)

        assert loaded.items
        assert_each_once(loaded.items, truth_ids(portal, query))
        assert not any(item.visibility for item in loaded.items)
        assert loaded.plan.object_types["contacts"].total is None
        assert loaded.receipt.complete

    async def test_a_company_with_five_thousand_contacts_comes_whole(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=5_200, companies=20, deals=0, crowd=5_000)

        loaded = await load_all(portal, Query(object_types=(COMPANIES,)))

        assert_true(loaded.items, portal.export(COMPANIES), COMPANIES)
        assert max(len((item.associations or {})["contacts"]) for item in loaded.items) >= 5_000

    async def test_a_property_the_type_does_not_have_is_named(self, portal: ConnectedPortal) -> None:
        loaded = await load_all(portal, Query(object_types=(COMPANIES,), properties=("name", "nmae")))

        assert [(notice.code, notice.object_type) for notice in loaded.notices] == [("property_unknown", "companies")]
        assert loaded.receipt.complete

    async def test_1500_properties_are_read_without_a_long_address(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=150, companies=5, deals=0, surveys=1_500)
        query = Query(object_types=(CONTACTS,), properties=("*",))

        loaded = await load_all(portal, query)

        assert_true(loaded.items, portal.export(CONTACTS), CONTACTS)
        assert len(loaded.items) == 150
        assert min(len(item.properties) for item in loaded.items) > 1_500
        assert loaded.receipt.complete


class TestLargeTypes:
    async def test_list_and_search_share_a_large_type(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=3 * LARGE, companies=400, deals=500)

        loaded = await load_all(portal, THREE)

        assert_each_once(loaded.items, truth_ids(portal))
        assert_true(loaded.of(CONTACTS), portal.export(CONTACTS), CONTACTS)
        assert loaded.receipt.complete
        assert len(portal.simulator.log("/contacts$")) < 3 * LARGE // 100

    async def test_changes_while_it_runs_are_explained_and_lose_nothing(self, portal: ConnectedPortal) -> None:
        simulator = portal.simulator
        simulator.seed(portal.portal_id, contacts=3 * LARGE, companies=600, deals=900)
        simulator.settings(latency_ms=20)
        before = {kind: portal.export(kind) for kind in THREE.object_types}
        # No links that come and go: one read in between would stand neither before nor after.
        mix = {"update": 65, "create": 15, "archive": 10, "merge": 10}
        # Ends by itself: however long the load takes here, a quarter of the companies stay as they are. (They change
        # with their contacts, too.)
        simulator.background_changes(portal.portal_id, percent_per_second=5, seconds=4, mix=mix)

        loaded = await load_all(portal, THREE)

        simulator.stop_background_changes(portal.portal_id)
        assert sum(simulator.background_changes_state(portal.portal_id)["done"].values()) > 100
        after = {kind: portal.export(kind) for kind in THREE.object_types}
        assert len({item.id for item in loaded.items}) == len(loaded.items)
        for kind in THREE.object_types:
            items = {item.id: item for item in loaded.of(kind)}
            lasting = before[kind].keys() & after[kind].keys()
            assert lasting <= items.keys()
            # One that was made and merged away meanwhile is in neither.
            newest = max(int(record["id"]) for record in before[kind].values())
            assert all(id_ in before[kind] or int(id_.partition("_")[0]) > newest for id_ in items)
            same = [id_ for id_ in lasting if before[kind][id_] == after[kind][id_]]
            assert len(same) > 100
            assert_true([items[id_] for id_ in same], after[kind], kind)
        assert loaded.receipt.complete

    async def test_a_load_that_goes_on_delivers_the_rest_and_nothing_twice(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=2 * LARGE, companies=300, deals=400)
        seen: list[str] = []
        position: object = None
        for pieces in (5, 9, 13):
            stop, taken = asyncio.Event(), 0
            async for event in load(portal.reader, THREE, position, stop=stop):
                if isinstance(event, Items):
                    seen += [item.id for item in event.items]
                    taken += 1
                if taken == pieces:
                    stop.set()
                position = getattr(event, "resume", position)
            assert position is not None

        rest = await load_all(portal, THREE, position)

        assert sorted([*seen, *(item.id for item in rest.items)]) == sorted(truth_ids(portal))
        assert rest.receipt.complete
        assert rest.receipt.object_types["contacts"].delivered == 2 * LARGE

    async def test_a_load_that_is_stopped_after_every_piece_still_delivers_each_record_once(
        self, portal: ConnectedPortal
    ) -> None:
        query = Query(object_types=(DEALS,))
        portal.simulator.seed(portal.portal_id, deals=400)
        seen: list[str] = []
        resume: object = None
        begun = 0
        while not begun or resume is not None:
            begun += 1
            stop = asyncio.Event()
            async for event in load(portal.reader, query, resume, stop=stop):
                match event:
                    case Items(items):
                        seen += [item.id for item in items]
                        stop.set()
                    case LoadReceipt():
                        resume = event.resume

        assert sorted(seen) == sorted(truth_ids(portal, query))
        assert begun > 4


class TestCounts:
    async def test_a_count_made_a_moment_before_serves_the_plan(self, portal: ConnectedPortal) -> None:
        await portal.reader.counts.get(portal.client, portal.reader.key, CONTACTS)

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        assert loaded.plan.object_types["contacts"].total == len(portal.export(CONTACTS))
        assert len(portal.simulator.log("/contacts/search$")) == 1

    async def test_what_was_made_and_archived_since_the_count_is_explained(self, portal: ConnectedPortal) -> None:
        counted = await portal.reader.counts.get(portal.client, portal.reader.key, CONTACTS)
        for record in list(portal.export(CONTACTS).values())[:5]:
            portal.simulator.archive(portal.portal_id, "contacts", record["id"])
        portal.simulator.create(portal.portal_id, "contacts", email="new@example.com")

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        assert_each_once(loaded.items, truth_ids(portal, Query(object_types=(CONTACTS,))))
        assert loaded.receipt.object_types["contacts"].total == counted.total == len(loaded.items) + 4
        assert loaded.receipt.complete

    async def test_an_older_count_is_made_anew(self, portal: ConnectedPortal) -> None:
        book = RecordCounts(now_s=lambda: time.monotonic() - FRESH_COUNT_S)
        await book.get(portal.client, portal.reader.key, CONTACTS)
        portal.simulator.create(portal.portal_id, "contacts", email="new@example.com")
        reader = replace(portal.reader, counts=replace(book, now_s=time.monotonic))

        loaded = await load_all(replace(portal, reader=reader), Query(object_types=(CONTACTS,)))

        assert loaded.plan.object_types["contacts"].total == len(portal.export(CONTACTS))


class TestCheckpoints:
    async def test_from_each_of_them_the_rest_comes_and_nothing_from_before(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=3 * LARGE, companies=300, deals=1_500)
        truth = sorted(truth_ids(portal))
        seen: list[str] = []
        reached: list[tuple[list[str], object]] = []
        async for event in load(portal.reader, THREE):
            match event:
                case Items():
                    seen += [item.id for item in event.items]
                case Checkpoint():
                    reached.append((seen.copy(), event.resume))

        assert len(portal.simulator.log("/contacts/search$")) > 3
        assert [len(before) // CHECKPOINT_ITEMS for before, _ in reached] == [1, 2, 3, 4, 5]
        for before, resume in reached:
            rest = await load_all(portal, THREE, resume)

            assert sorted([*before, *(item.id for item in rest.items)]) == truth
            assert rest.receipt.complete

    async def test_a_load_smaller_than_that_has_none(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=CHECKPOINT_ITEMS, companies=5, deals=0)

        loaded = await load_all(portal, Query(object_types=(CONTACTS,)))

        assert len(loaded.items) == CHECKPOINT_ITEMS
        assert not any(isinstance(event, Checkpoint) for event in loaded.events)

    async def test_what_was_missing_before_it_is_not_forgotten_after_it(self, portal: ConnectedPortal) -> None:
        """A type that was read to its end may still have to be found short, or was short by what had no id."""
        progress = {
            COMPANIES.type_id: {"parts": [], "delivered": 100, "total": 107},
            CONTACTS.type_id: {"parts": [], "delivered": 97, "total": 100, "without_id": 3},
        }
        position = {"started_ms": int(time.time() * 1000), "types": progress}

        rest = await load_all(portal, Query(object_types=(COMPANIES, CONTACTS)), position)

        assert not rest.receipt.complete
        skipped = {name: one.skipped for name, one in rest.receipt.object_types.items()}
        assert skipped == {
            "companies": [{"code": "unexplained_shortfall", "count": 7}],
            "contacts": [{"code": "record_without_id", "count": 3}],
        }


class TestUpdatedSince:
    async def test_thirty_thousand_records_of_one_millisecond_are_all_found(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=31_000, companies=5, deals=0, same_modified=30_000)
        truth = portal.export(CONTACTS)
        [(shared, _)] = Counter(record["updatedAt"] for record in truth.values()).most_common(1)
        query = Query(object_types=(CONTACTS,), updated_since=datetime.fromisoformat(shared), associations=False)

        loaded = await load_all(portal, query)

        assert_each_once(loaded.items, [id_ for id_, record in truth.items() if record["updatedAt"] >= shared])
        assert len(loaded.items) >= 30_000
        assert loaded.receipt.complete
        assert loaded.plan.object_types["contacts"].total == len(loaded.items)

    async def test_what_the_index_did_not_know_yet_comes_with_the_next_load(self, portal: ConnectedPortal) -> None:
        simulator = portal.simulator
        simulator.settings(index_delay_ms=60_000)
        changed = next(iter(portal.export(CONTACTS).values()))["id"]
        simulator.update(portal.portal_id, "contacts", changed, city="Here")
        since = datetime.now(UTC).replace(microsecond=0)
        first = await load_all(portal, Query(object_types=(CONTACTS,), updated_since=since))
        assert first.receipt.watermark is not None

        simulator.settings(index_delay_ms=0)
        since = datetime.fromisoformat(first.receipt.watermark)
        second = await load_all(portal, Query(object_types=(CONTACTS,), updated_since=since))

        assert first.items == []
        assert [item.id for item in second.items] == [CONTACTS.item_id(changed)]

    async def test_archived_records_are_told_by_when_they_were_archived(self, portal: ConnectedPortal) -> None:
        since = datetime.now(UTC)
        gone = next(iter(portal.export(CONTACTS).values()))["id"]
        portal.simulator.archive(portal.portal_id, "contacts", gone)

        loaded = await load_all(portal, Query(object_types=(CONTACTS,), archived=True, updated_since=since))

        assert [item.id for item in loaded.items] == [CONTACTS.item_id(gone)]


class TestSearch:
    async def test_words_are_sought_in_all_chosen_types(self, portal: ConnectedPortal) -> None:
        for kind, name in ((CONTACTS, "lastname"), (COMPANIES, "name"), (DEALS, "dealname")):
            portal.simulator.create(portal.portal_id, kind.name, **{name: f"Zyzzyva {kind.label}"})

        loaded = await load_all(portal, Query(object_types=DEFAULT_OBJECT_TYPES, q="zyzzyva"))

        assert sorted(item.name for item in loaded.items) == ["Zyzzyva Companies", "Zyzzyva Contacts", "Zyzzyva Deals"]
        assert loaded.receipt.complete


class TestMissingScopes:
    async def test_a_type_without_scope_is_named_and_the_others_delivered(
        self, http: HttpClient, simulator: Simulator
    ) -> None:
        simulator.settings(limits_enabled=False)
        portal = connect(http, simulator, optional="crm.objects.owners.read")
        query = Query(object_types=(*DEFAULT_OBJECT_TYPES, TICKETS))

        loaded = await load_all(portal, query)

        assert_each_once(loaded.items, truth_ids(portal))
        assert [(notice.code, notice.object_type) for notice in loaded.notices] == [("scope_missing", "tickets")]
        tickets = loaded.receipt.object_types["tickets"]
        assert (tickets.complete, tickets.delivered, tickets.skipped[0]["code"]) == (False, 0, "scope_missing")
        assert loaded.receipt.object_types["contacts"].complete
        assert not loaded.receipt.complete
        assert loaded.error is None

    @pytest.mark.parametrize("believed", [None, f"{REQUIRED} {OPTIONAL}".split()])
    async def test_a_scope_believed_granted_is_found_missing_on_the_way(
        self, http: HttpClient, simulator: Simulator, believed: list[str] | None
    ) -> None:
        simulator.settings(limits_enabled=False)
        portal = connect(http, simulator, optional="crm.objects.owners.read")
        unaware = replace(portal, reader=replace(portal.reader, granted_scopes=believed))

        loaded = await load_all(unaware, Query(object_types=(TICKETS, CONTACTS)))

        assert_each_once(loaded.items, portal.export(CONTACTS))
        assert ("scope_missing", "tickets") in [(notice.code, notice.object_type) for notice in loaded.notices]
        contacts = loaded.receipt.object_types["contacts"]
        assert contacts.skipped == [{"code": "associations_unavailable", "object_type": "tickets"}]
        assert not contacts.complete

    async def test_with_no_type_left_it_fails_at_once(self, http: HttpClient, simulator: Simulator) -> None:
        portal = connect(http, simulator, optional="crm.objects.owners.read")

        loaded = await load_all(portal, Query(object_types=(TICKETS,)))

        assert isinstance(loaded.error, ScopeMissingError)
        assert loaded.events == []

    async def test_withheld_content_and_missing_owners_are_told(self, http: HttpClient, simulator: Simulator) -> None:
        simulator.settings(limits_enabled=False, emails_without_scope="withheld")
        portal = connect(http, simulator, optional="tickets")

        loaded = await load_all(portal, Query(object_types=(EMAILS, NOTES)))

        assert {notice.code for notice in loaded.notices} == {"content_withheld", "scope_missing"}
        assert loaded.receipt.complete


class TestArchivedMeetings:
    async def test_they_are_left_out_by_name_and_the_rest_is_delivered(self, portal: ConnectedPortal) -> None:
        """HubSpot does not list them: recorded answer 400, "Paging through deleted objects is not yet supported"."""
        query = Query(object_types=(CONTACTS, MEETINGS), archived=True)

        loaded = await load_all(portal, query)

        assert loaded.error is None
        assert_each_once(loaded.items, portal.export(CONTACTS, archived=True))
        assert loaded.receipt.object_types["meetings"].skipped == [{"code": "object_type_unavailable"}]
        assert loaded.receipt.object_types["contacts"].complete


class TestFaults:
    @pytest.mark.parametrize("kind", ["reset", "lost", "truncated", "malformed", "html", "empty"])
    async def test_odd_answers_are_tried_again_and_lose_nothing(self, portal: ConnectedPortal, kind: str) -> None:
        portal.simulator.fault("^/crm/", kind, times=None, probability=0.2)

        loaded = await load_all(portal, THREE)

        assert_each_once(loaded.items, truth_ids(portal))
        assert loaded.receipt.complete
        assert loaded.receipt.retries > 0

    @pytest.mark.parametrize("status", [423, 429, 500, *slow(502, 503, 504, 521, 524)])
    async def test_refusals_that_pass_are_tried_again(self, portal: ConnectedPortal, status: int) -> None:
        portal.simulator.fault(
            "/(contacts|companies)(/search|/batch/read)?$", "status", status=status, times=2, policy="secondly"
        )

        loaded = await load_all(portal, THREE)

        assert_each_once(loaded.items, truth_ids(portal))
        assert loaded.receipt.retries == 2

    async def test_a_third_of_all_calls_failing_is_outlasted(self, portal: ConnectedPortal) -> None:
        portal.simulator.fault("^/crm/", "status", status=503, times=None, probability=0.3)

        loaded = await load_all(portal, THREE)

        assert_each_once(loaded.items, truth_ids(portal))
        assert loaded.receipt.complete

    async def test_a_token_that_expires_on_the_way_is_replaced(self, portal: ConnectedPortal) -> None:
        loaded = 0
        async for event in load(portal.reader, THREE):
            if isinstance(event, Items):
                loaded += len(event.items)
                if loaded == len(event.items):
                    portal.simulator.expire(portal.portal_id)

        assert loaded == len(truth_ids(portal))

    async def test_a_long_wait_is_told_before_it(self, portal: ConnectedPortal) -> None:
        portal.simulator.fault("/contacts$", "status", status=429, policy="secondly")

        loaded = await load_all(portal, THREE)

        waits = [notice for notice in loaded.notices if notice.code == "rate_limit_wait"]
        assert [wait.wait_s is not None and wait.wait_s >= 1 for wait in waits] == [True]

    async def test_a_long_wait_for_room_in_our_own_budget_is_told_too(
        self, portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        budget = PortalBudget(RollingWindowLimiter(redis_client), "budget:{{app/portal}}:{}".format, priority="bulk")
        await budget.pause(1.5)
        limited = replace(portal.reader, client=replace(portal.client, budget=budget))

        loaded = await load_all(replace(portal, reader=limited), Query(object_types=(CONTACTS,)))

        waits = [notice.wait_s for notice in loaded.notices if notice.code == "rate_limit_wait"]
        assert [wait_s is not None and 1 <= wait_s <= 1.5 for wait_s in waits] == [True]
        assert loaded.receipt.complete

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ({"status": 429, "policy": "daily"}, UpstreamQuotaExhaustedError),
            ({"status": 477, "retry_after_s": 7_200}, UpstreamMigratingError),
        ],
    )
    async def test_a_load_that_ends_early_says_where_to_go_on(
        self, portal: ConnectedPortal, fault: dict[str, object], error: type[Exception]
    ) -> None:
        # More than may be under way when the fault begins.
        contacts = (MOST_PAGES + 1) * SEARCH_PAGE_MAX
        portal.simulator.seed(portal.portal_id, contacts=contacts, companies=50, deals=50)
        strike = partial(portal.simulator.fault, "/contacts(/search)?$", "status", times=None, **fault)
        first = await load_all(portal, THREE, on_first_items=strike)
        portal.simulator.clear_faults()

        rest = await load_all(portal, THREE, first.receipt.resume)

        assert isinstance(first.error, error)
        assert not first.receipt.complete
        assert first.receipt.watermark is None
        assert first.receipt.resume is not None
        assert_each_once([*first.items, *rest.items], truth_ids(portal))
        assert rest.receipt.complete
        assert rest.receipt.watermark is not None

    async def test_an_answer_that_grows_without_end_is_asked_for_in_smaller_pages(
        self, portal: ConnectedPortal
    ) -> None:
        portal.simulator.fault("/contacts$", "bomb", after=2)

        loaded = await load_all(portal, THREE)

        assert_each_once(loaded.items, truth_ids(portal))
        assert loaded.receipt.complete
        # None where it met a reader that only makes the load faster: that one gives up instead.
        assert loaded.receipt.retries <= 1

    async def test_a_load_that_cannot_begin_tells_why_and_nothing_else(self, portal: ConnectedPortal) -> None:
        portal.simulator.fault("^/crm/", "status", status=429, policy="daily", times=None)

        loaded = await load_all(portal, THREE)

        assert isinstance(loaded.error, UpstreamQuotaExhaustedError)
        assert [type(event).__name__ for event in loaded.events] in ([], ["LoadPlan", "LoadReceipt"])

    @pytest.mark.parametrize(
        "position", [{}, [], '"x"', {"started_ms": 1, "types": {}}, {"started_ms": 1, "types": {CONTACTS.type_id: 5}}]
    )
    async def test_a_position_of_another_load_is_refused(self, portal: ConnectedPortal, position: object) -> None:
        loaded = await load_all(portal, THREE, position)

        assert isinstance(loaded.error, InvalidCursorError)
        assert loaded.events == []


class TestSlowAnswers:
    """Each exchange has a deadline as a whole, so a call that hangs or drips is made again."""

    @pytest.mark.parametrize("kind", ["drip", *slow("hang", "delay")])
    @pytest.mark.parametrize("path", ["/contacts$", "^/crm/associations/", "/search$"])
    async def test_calls_that_hang_drip_or_dawdle_lose_nothing(
        self, portal: ConnectedPortal, path: str, kind: str
    ) -> None:
        portal.simulator.seed(portal.portal_id, contacts=LARGE + 500, companies=50, deals=50)
        portal.simulator.fault(path, kind, times=3, after=1, delay_s=0.6)
        policy = replace(PATIENT, base_s=0.01, cap_s=0.05, attempt_s=1.0)
        client = replace(portal.client, retrier=Retrier(policy, RetryBudget(), random.Random(1)))
        reader = replace(portal.reader, client=client, counter=client)

        async with asyncio.timeout(20):
            loaded = await load_all(replace(portal, reader=reader), THREE)

        assert_each_once(loaded.items, truth_ids(portal))
        assert loaded.receipt.complete
        assert loaded.receipt.retries >= (0 if kind == "delay" else 3)


class TestReaders:
    async def test_a_slow_reader_slows_the_reading(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=3 * LARGE, companies=5, deals=0)
        events = load(portal.reader, Query(object_types=(CONTACTS,)))
        async for event in events:
            if isinstance(event, Items):
                break
        # Time for some hundred more pages, were there room for them.
        await asyncio.sleep(1)
        asked = len(portal.simulator.log("/contacts(/search)?$"))
        await events.aclose()

        assert asked < MOST_PAGES + 15

    async def test_a_reader_who_goes_away_stops_the_work_within_a_second(self, portal: ConnectedPortal) -> None:
        portal.simulator.seed(portal.portal_id, contacts=3 * LARGE, companies=5, deals=0)
        portal.simulator.settings(latency_ms=3_000)
        events = load(portal.reader, Query(object_types=(CONTACTS,)))
        first = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.2)

        first.cancel()
        async with asyncio.timeout(1):
            await asyncio.wait([first])
            await events.aclose()

        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not others

    async def test_told_to_stop_it_ends_with_a_receipt_and_no_error(self, portal: ConnectedPortal) -> None:
        portal.simulator.settings(latency_ms=50)
        stop, loaded = asyncio.Event(), Loaded()

        async for event in load(portal.reader, THREE, stop=stop):
            loaded.events.append(event)
            if isinstance(event, Items):
                stop.set()

        assert not loaded.receipt.complete
        assert loaded.receipt.resume is not None

    async def test_told_to_stop_before_its_plan_it_has_not_begun(self, portal: ConnectedPortal) -> None:
        """The first line of a stream is a plan; and whoever goes on still has the place he came with."""
        stop = asyncio.Event()
        stop.set()

        loaded = await load_all(portal, THREE, stop=stop)

        assert loaded.events == []
        assert isinstance(loaded.error, ShuttingDownError)

    async def test_told_to_stop_it_ends_though_a_library_swallows_that(
        self, portal: ConnectedPortal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        portal.simulator.seed(portal.portal_id, contacts=3 * LARGE, companies=5, deals=0)
        stop, list_records, pages = asyncio.Event(), HubSpotClient.list_records, count(1)

        async def deaf_once(client: HubSpotClient, *args: Any, **options: Any) -> Records:
            page = await list_records(client, *args, **options)
            if next(pages) == 10:
                stop.set()
                with suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
            return page

        monkeypatch.setattr(HubSpotClient, "list_records", deaf_once)
        async with asyncio.timeout(10):
            loaded = await load_all(portal, Query(object_types=(CONTACTS,)), stop=stop)

        assert loaded.error is None
        assert loaded.receipt.resume is not None
        assert asyncio.all_tasks() == {asyncio.current_task()}
