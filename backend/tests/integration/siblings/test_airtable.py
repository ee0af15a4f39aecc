import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from core.together import together
from errors import InvalidCursorError, ReconnectRequiredError, UpstreamRateLimitedError, ValidationFailedError
from integrations.airtable import AIRTABLE, PAUSE_S, VENDOR
from integrations.integration import ItemsQuery
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import LoadEvent, LoadReceipt
from oauth.connection import Connection
from services.services import Services
from tests.integration.siblings.conftest import Connect
from tests.loads import items_of, notices_of, receipt_of
from tests.servers import Simulator

LIST_BASES = "^/airtable/v0/meta/bases$"
LIST_TABLES = "^/airtable/v0/meta/bases/.+/tables$"
TOKEN = "^/airtable/oauth2/v1/token$"


@pytest.fixture
async def connection(connect: Connect) -> Connection:
    return await connect("airtable")


async def load(services: Services, connection: Connection, **query: Any) -> list[LoadEvent]:
    return [event async for event in AIRTABLE.load(services, connection, ItemsQuery(**query))]


def delivered(last: LoadEvent) -> int:
    """By a load's last event."""
    assert isinstance(last, LoadReceipt)
    return sum(type_.delivered for type_ in last.object_types.values())


def named(items: list[IntegrationItem], name: str) -> IntegrationItem:
    return next(item for item in items if item.name == name)


class TestBasesAndTables:
    async def test_a_base_is_followed_by_its_tables_and_lists_them(
        self, services: Services, connection: Connection
    ) -> None:
        items = items_of(await load(services, connection))

        position, base = next((n, item) for n, item in enumerate(items) if item.name == "Content Calendar")
        tables = items[position + 1 : position + 4]
        assert (base.directory, base.children) == (True, [table.id for table in tables])
        assert {(table.parent_id, table.parent_path_or_name) for table in tables} == {(base.id, base.name)}
        assert tables[0].url == f"{base.url}/{tables[0].id.removesuffix('_Table')}"

    async def test_a_base_without_tables_has_no_children(self, services: Services, connection: Connection) -> None:
        items = items_of(await load(services, connection))

        assert named(items, "Empty base").children == []

    async def test_a_base_or_table_without_a_name_gets_one(self, services: Services, connection: Connection) -> None:
        names = Counter(item.name for item in items_of(await load(services, connection)))

        assert (names["Untitled base"], names["Untitled table"]) == (1, 1)

    async def test_bases_alone_cost_no_further_calls(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        items = items_of(await load(services, connection, object_types=("bases",), associations=False))

        assert {item.type for item in items} == {"Base"}
        assert {tuple(item.children or ("not asked for",)) for item in items} == {("not asked for",)}
        assert simulator.log(LIST_TABLES) == []

    async def test_tables_alone_still_know_their_base(self, services: Services, connection: Connection) -> None:
        items = items_of(await load(services, connection, object_types=("tables",)))

        assert {item.type for item in items} == {"Table"}
        assert all(item.parent_id and item.parent_path_or_name for item in items)

    async def test_free_text_is_looked_for_in_names(self, services: Services, connection: Connection) -> None:
        items = items_of(await load(services, connection, q="süd"))

        assert [item.name for item in items] == ["Kunden & Märkte — „Süd“ 🌍"]

    async def test_only_the_properties_asked_for_are_delivered(
        self, services: Services, connection: Connection
    ) -> None:
        items = items_of(await load(services, connection, properties=("permissionLevel",)))

        assert {tuple(item.properties) for item in items} == {("permissionLevel",), ()}

    async def test_changes_since_a_time_cannot_be_told(self, services: Services, connection: Connection) -> None:
        with pytest.raises(ValidationFailedError, match="updated_since"):
            await load(services, connection, updated_since=datetime(2026, 1, 1, tzinfo=UTC))

    async def test_nothing_is_archived(self, services: Services, connection: Connection) -> None:
        assert items_of(await load(services, connection, archived=True)) == []


class TestPaging:
    async def test_each_base_comes_once_over_the_vendors_pages(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.settings(airtable_page_size=3)

        ids = [item.id for item in items_of(await load(services, connection))]

        assert len(ids) == len(set(ids)) == 82
        assert len(simulator.log(LIST_BASES)) == 4

    @pytest.mark.parametrize("limit", [5, 50])
    async def test_pages_cut_a_base_anywhere_without_losing_a_table(
        self, services: Services, connection: Connection, simulator: Simulator, limit: int
    ) -> None:
        simulator.settings(airtable_page_size=4, limits_enabled=False)
        expected = [item.id for item in items_of(await load(services, connection))]

        found: list[str] = []
        query = ItemsQuery(limit=limit)
        while True:
            page = await AIRTABLE.get_items(services, connection, query)
            found += [item.id for item in page.items]
            if page.next is None:
                break
            query = replace(query, after=page.next)

        assert found == expected

    async def test_a_base_that_vanished_between_pages_ends_the_paging(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        page = await AIRTABLE.get_items(services, connection, ItemsQuery(limit=4))
        simulator.account("airtable", connection.account.account_id, "seed", bases=3, tables=1)

        with pytest.raises(InvalidCursorError):
            await AIRTABLE.get_items(services, connection, ItemsQuery(limit=4, after=page.next))


class TestUnreadableBases:
    async def test_a_base_that_answers_403_or_404_is_a_notice_and_the_rest_is_delivered(
        self, services: Services, connection: Connection
    ) -> None:
        events = await load(services, connection)

        notices = notices_of(events)
        assert [(notice.code, notice.object_type) for notice in notices] == [("base_unreadable", "tables")] * 2
        assert named(items_of(events), "Just deleted").children is None

    async def test_the_receipt_names_what_is_missing(self, services: Services, connection: Connection) -> None:
        receipt = receipt_of(await load(services, connection))

        assert receipt.complete is False
        kinds = receipt.object_types
        assert (kinds["bases"].complete, kinds["tables"].complete) == (True, False)
        assert [(entry["code"], entry["detail"]) for entry in kinds["tables"].skipped] == [
            ("base_unreadable", "The base “Somebody else's” does not let us read its tables."),
            ("base_unreadable", "The base “Just deleted” is gone."),
        ]


class TestLimits:
    async def test_a_large_account_is_loaded_without_a_single_refusal(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.account("airtable", connection.account.account_id, "seed", bases=120, tables=2)

        events = await load(services, connection)

        assert len(items_of(events)) == 360
        assert {entry["status"] for entry in simulator.log("^/airtable/v0")} == {200}

    async def test_a_page_passes_the_pause_on(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.fault(LIST_BASES, "status", status=429, times=None)

        with pytest.raises(UpstreamRateLimitedError) as caught:
            await AIRTABLE.get_items(services, connection, ItemsQuery())

        assert caught.value.retry_after_s == PAUSE_S
        assert len(simulator.log(LIST_BASES)) == 1

    async def test_nobody_else_asks_during_the_pause(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.fault(LIST_BASES, "status", status=429, times=1)
        with pytest.raises(UpstreamRateLimitedError):
            await AIRTABLE.get_items(services, connection, ItemsQuery())

        with pytest.raises(UpstreamRateLimitedError) as caught:
            await AIRTABLE.get_items(services, connection, ItemsQuery())

        assert caught.value.retry_after_s == pytest.approx(PAUSE_S, abs=2)
        assert len(simulator.log(LIST_BASES)) == 1

    async def test_a_load_waits_the_pause_out_and_says_so(
        self, services: Services, connection: Connection, simulator: Simulator, redis_client: Redis
    ) -> None:
        simulator.fault(LIST_TABLES, "status", status=429, times=1)
        vendor = replace(VENDOR, sleep=lambda seconds: time_passes(redis_client, seconds))

        events = [event async for event in vendor.load(services, connection, ItemsQuery())]

        waits = [entry.wait_s for entry in notices_of(events) if entry.code == "rate_limit_wait"]
        assert waits == [PAUSE_S]
        assert len(items_of(events)) == 82

    async def test_a_load_that_waits_too_often_says_where_to_go_on(
        self, services: Services, connection: Connection, simulator: Simulator, redis_client: Redis
    ) -> None:
        simulator.settings(airtable_page_size=3)
        simulator.fault(LIST_BASES, "status", status=429, times=None, after=2)
        vendor = replace(VENDOR, sleep=lambda seconds: time_passes(redis_client, seconds))

        events = [event async for event in vendor.load(services, connection, ItemsQuery())]

        receipt = receipt_of(events)
        assert receipt.complete is False
        simulator.clear_faults()
        await time_passes(redis_client, PAUSE_S)
        rest = await load(services, connection, after=receipt.resume)
        ids = [item.id for item in items_of(events) + items_of(rest)]
        assert len(ids) == len(set(ids)) == 82
        assert delivered(rest[-1]) == 82

    async def test_what_was_left_out_before_a_load_goes_on_is_not_forgotten(
        self, services: Services, connection: Connection, simulator: Simulator, redis_client: Redis
    ) -> None:
        simulator.settings(airtable_page_size=3)
        simulator.fault(LIST_TABLES, "status", status=404, times=1)
        simulator.fault(LIST_BASES, "status", status=429, times=None, after=2)
        vendor = replace(VENDOR, sleep=lambda seconds: time_passes(redis_client, seconds))
        first = receipt_of([event async for event in vendor.load(services, connection, ItemsQuery())])
        simulator.clear_faults()
        await time_passes(redis_client, PAUSE_S)

        rest = receipt_of(await load(services, connection, after=first.resume))

        assert (rest.complete, rest.resume) == (False, None)
        assert rest.object_types["tables"].skipped[0] == {"code": "base_unreadable", "count": 1}
        assert rest.object_types["bases"].complete

    async def test_told_to_stop_during_a_pause_it_says_where_to_go_on(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.fault(LIST_BASES, "status", status=429, times=1)
        events = []
        async with asyncio.timeout(PAUSE_S / 2):
            async for event in AIRTABLE.load(services, connection, ItemsQuery()):
                events.append(event)
                if isinstance(event, Notice):
                    services.shutdown.set()

        receipt = receipt_of(events)
        assert (receipt.complete, bool(receipt.resume)) == (False, True)

    async def test_a_pages_cursor_is_no_place_for_a_load_to_go_on_from(
        self, services: Services, connection: Connection
    ) -> None:
        page = await AIRTABLE.get_items(services, connection, ItemsQuery(limit=4))

        with pytest.raises(InvalidCursorError):
            await load(services, connection, after=page.next)

    @pytest.mark.parametrize("goes_on", [False, True])
    async def test_a_load_that_cannot_even_begin_says_when_to_come_back(
        self, services: Services, connection: Connection, simulator: Simulator, *, goes_on: bool
    ) -> None:
        place = await place_in_the_middle(services, connection, simulator) if goes_on else None
        simulator.fault(LIST_BASES, "status", status=429, retry_after_s=600, times=None)

        with pytest.raises(UpstreamRateLimitedError) as caught:
            await load(services, connection, after=place)

        assert caught.value.retry_after_s == 600


async def place_in_the_middle(services: Services, connection: Connection, simulator: Simulator) -> str:
    """Where a load goes on that was told to stop after its first records."""
    simulator.settings(airtable_page_size=3)
    services.shutdown.set()
    receipt = receipt_of(await load(services, connection))
    services.shutdown.clear()
    return str(receipt.resume)


async def time_passes(redis: Redis, _seconds: float) -> None:
    """As if so much time had gone by: the pause is over, the windows are empty."""
    keys = [key async for key in redis.scan_iter("budget:*")]
    if keys:
        await redis.delete(*keys)


class TestRotatingTokens:
    async def test_many_calls_with_an_ended_token_spend_one_refresh_token(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.account("airtable", connection.account.account_id, "expire")
        simulator.clear_log()

        pages = await together(
            AIRTABLE.get_items(services, connection, ItemsQuery(object_types=("bases",), associations=False))
            for _ in range(12)
        )

        assert [len(page.items) for page in pages] == [12] * 12
        assert [entry["status"] for entry in simulator.log(TOKEN)] == [200]

    async def test_a_rotation_whose_answer_is_lost_asks_for_a_reconnect(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        """The old token is spent, the new one never arrived: sending the old one again ends the grant."""
        simulator.account("airtable", connection.account.account_id, "expire")
        simulator.fault(TOKEN, "lost", times=1)

        with pytest.raises(ReconnectRequiredError) as caught:
            await AIRTABLE.get_items(services, connection, ItemsQuery())

        assert caught.value.extra["reason"] == "refresh_interrupted"

    async def test_a_rotation_that_never_reached_the_vendor_is_repeated(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.account("airtable", connection.account.account_id, "expire")
        simulator.fault(TOKEN, "reset", times=1)

        page = await AIRTABLE.get_items(services, connection, ItemsQuery(limit=1))

        assert page.items
