from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from errors import ReconnectRequiredError
from integrations.integration import ItemsQuery
from integrations.integration_item import IntegrationItem
from integrations.load_events import LoadEvent
from integrations.notion import NOTION
from oauth.connection import Connection, Owner
from services.services import Services
from settings import Settings
from tests.integration.siblings.conftest import Connect
from tests.loads import items_of, notices_of, receipt_of
from tests.servers import Simulator

VERSIONS = ("2022-06-28", "2025-09-03", "2026-03-11")
SEARCH = "^/notion/v1/search$"
REVOKE = "^/notion/v1/oauth/revoke$"
TOKEN = "^/notion/v1/oauth/token$"


in_each_version = pytest.mark.parametrize("notion_version", VERSIONS, indirect=True)


@pytest.fixture
def notion_version(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", VERSIONS[-1]))


@pytest.fixture
def settings(settings: Settings, notion_version: str) -> Settings:
    return settings.model_copy(update={"notion_version": notion_version})


@pytest.fixture
async def connection(connect: Connect) -> Connection:
    return await connect("notion")


async def load(services: Services, connection: Connection, **query: Any) -> list[LoadEvent]:
    return [event async for event in NOTION.load(services, connection, ItemsQuery(**query))]


async def load_items(services: Services, connection: Connection, **query: Any) -> list[IntegrationItem]:
    return items_of(await load(services, connection, **query))


def named(items: list[IntegrationItem], name: str) -> IntegrationItem:
    return next(item for item in items if item.name == name)


@in_each_version
class TestTitles:
    async def test_the_title_is_the_property_of_that_type_whatever_stands_before_it(
        self, services: Services, connection: Connection
    ) -> None:
        names = {item.name for item in await load_items(services, connection)}

        assert {"The real title", "Half and half", "Ünïcode 表 🗂️ — «Ñandú»"} <= names
        assert not any("Not the title" in name or "multi_select" in name for name in names)

    async def test_what_has_no_title_is_called_so(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection)

        untitled = [item.type for item in items if item.name == "Untitled"]
        # An empty title, one of spaces, a page we may not read; a database.
        assert sorted(untitled) == ["Database", "Page", "Page", "Page"]


@in_each_version
class TestParents:
    async def test_a_page_in_a_database_points_to_that_item(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection)

        assert named(items, "The real title").parent_id == named(items, "Tasks").id

    async def test_a_page_in_a_page_points_to_that_item(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection)

        home = named(items, "Home")
        assert sum(item.parent_id == home.id for item in items) > 10

    async def test_what_lies_at_the_top_names_the_workspace(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection)

        for name in ("Home", "Tasks"):
            found = named(items, name)
            assert (found.parent_id, found.parent_path_or_name) == (None, "Northwind Outfitters")


@in_each_version
class TestDatabases:
    async def test_databases_are_directories_and_pages_are_not(
        self, services: Services, connection: Connection
    ) -> None:
        items = await load_items(services, connection)

        assert {(item.type, item.directory) for item in items} == {("Database", True), ("Page", False)}

    async def test_databases_alone(self, services: Services, connection: Connection, settings: Settings) -> None:
        items = await load_items(services, connection, object_types=("databases",))

        names = ["Tasks", "Meeting notes", "Untitled"]
        if settings.notion_version >= "2025-09-03":
            names += ["Projects", "Project archive"]  # two sources of one database
        assert sorted(item.name for item in items) == sorted(names)

    async def test_pages_alone(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection, object_types=("pages",))

        assert {item.type for item in items} == {"Page"}


@in_each_version
class TestArchived:
    async def test_archived_and_thrown_away_ones_are_not_among_the_present_ones(
        self, services: Services, connection: Connection
    ) -> None:
        names = {item.name for item in await load_items(services, connection)}

        assert names.isdisjoint({"Thrown away", "Put aside", "Old tasks"})

    async def test_they_come_page_by_page_too(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.settings(limits_enabled=False)
        found: list[str] = []
        query = ItemsQuery(limit=20, archived=True)
        while True:
            page = await NOTION.get_items(services, connection, query)
            found += [item.name for item in page.items]
            if page.next is None:
                break
            query = replace(query, after=page.next)

        assert sorted(found) == ["Old tasks", "Put aside", "Thrown away"]

    async def test_they_come_when_asked_for_as_not_visible(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection, archived=True)

        assert {item.name for item in items} == {"Thrown away", "Put aside", "Old tasks"}
        assert {item.visibility for item in items} == {False}


class TestSearching:
    async def test_free_text_is_the_vendors_own_search(self, services: Services, connection: Connection) -> None:
        items = await load_items(services, connection, q="real title")

        assert [item.name for item in items] == ["The real title"]

    async def test_changes_since_a_time_are_read_newest_first_and_no_further(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.account("notion", connection.account.account_id, "seed", pages=350)
        everything = await load_items(services, connection)
        times = sorted({item.last_modified_time or "" for item in everything})
        since = datetime.fromisoformat(times[-5])
        simulator.clear_log()

        items = await load_items(services, connection, updated_since=since.replace(second=40))

        assert {item.last_modified_time for item in items} == set(times[-5:])
        assert len(simulator.log(SEARCH)) == 1

    async def test_the_watermark_is_the_newest_change_read(self, services: Services, connection: Connection) -> None:
        events = await load(services, connection)

        receipt = receipt_of(events)
        newest = max(item.last_modified_time or "" for item in items_of(events))
        assert receipt.watermark == newest
        assert receipt.complete is True

    async def test_a_search_that_gave_up_is_not_called_complete(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.settings(notion_result_limit=20)

        events = await load(services, connection)

        receipt = receipt_of(events)
        assert (receipt.complete, receipt.watermark) == (False, None)
        assert [notice.code for notice in notices_of(events)] == ["search_incomplete"]

    async def test_pages_of_a_few_bring_everything(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.settings(limits_enabled=False)
        expected = [item.id for item in await load_items(services, connection)]

        found: list[str] = []
        query = ItemsQuery(limit=30)
        while True:
            page = await NOTION.get_items(services, connection, query)
            found += [item.id for item in page.items]
            if page.next is None:
                break
            query = replace(query, after=page.next)

        assert found == expected

    async def test_a_long_search_stays_within_three_calls_a_second(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.account("notion", connection.account.account_id, "seed", pages=450)

        items = await load_items(services, connection)

        assert len(items) == 450
        assert [entry["status"] for entry in simulator.log(SEARCH)] == [200] * 5

    @pytest.mark.parametrize("status", [429, 529])
    async def test_a_refusal_is_waited_out_as_long_as_it_says(
        self, services: Services, connection: Connection, simulator: Simulator, status: int
    ) -> None:
        simulator.fault(SEARCH, "status", status=status, retry_after_s=1, times=1)

        page = await NOTION.get_items(services, connection, ItemsQuery(limit=1))

        assert page.items
        assert [entry["status"] for entry in simulator.log(SEARCH)] == [status, 200]


class TestTokens:
    """Notion names no lifetime and does not promise one either."""

    async def test_a_token_without_an_end_is_used_until_it_is_refused(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        assert connection.access_token_expires_at is None
        simulator.account("notion", connection.account.account_id, "expire")
        simulator.clear_log()

        page = await NOTION.get_items(services, connection, ItemsQuery(limit=1))

        assert page.items
        assert [entry["status"] for entry in simulator.log(SEARCH)] == [401, 200]
        assert [entry["status"] for entry in simulator.log(TOKEN)] == [200]

    async def test_a_lifetime_that_is_named_is_kept(self, connect: Connect, simulator: Simulator) -> None:
        simulator.settings(notion_access_token_lifetime_s=600)

        connection = await connect("notion")

        assert connection.access_token_expires_at == connection.connected_at + timedelta(seconds=600)

    @pytest.mark.parametrize("mode", ["fixed", "rotating"])
    async def test_refresh_tokens_may_rotate_or_not(
        self, services: Services, connect: Connect, simulator: Simulator, mode: str
    ) -> None:
        simulator.settings(notion_refresh_mode=mode)
        connection = await connect("notion")

        for _ in range(3):
            simulator.account("notion", connection.account.account_id, "expire")
            assert (await NOTION.get_items(services, connection, ItemsQuery(limit=1))).items

    async def test_without_a_refresh_token_a_refused_token_asks_for_a_reconnect(
        self, services: Services, connect: Connect, simulator: Simulator
    ) -> None:
        simulator.settings(notion_refresh_mode="none")
        connection = await connect("notion")
        simulator.account("notion", connection.account.account_id, "expire")

        with pytest.raises(ReconnectRequiredError):
            await NOTION.get_items(services, connection, ItemsQuery(limit=1))

    async def test_disconnecting_revokes_the_access_token(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        await services.vault.disconnect(connection)

        assert [entry["status"] for entry in simulator.log(REVOKE)] == [200]

    async def test_disconnecting_ends_the_grant_of_an_expired_access_token(
        self, services: Services, connection: Connection, simulator: Simulator
    ) -> None:
        simulator.account("notion", connection.account.account_id, "expire")

        await services.vault.disconnect(connection)

        assert [entry["status"] for entry in simulator.log(REVOKE)] == [400, 200]

    async def test_members_of_one_workspace_end_their_own_grants(
        self, services: Services, connection: Connection, connect: Connect, simulator: Simulator
    ) -> None:
        colleagues = await connect("notion", owner=Owner("acme", "bob"))

        await services.vault.disconnect(connection)

        assert [entry["status"] for entry in simulator.log(REVOKE)] == [200]
        assert (await NOTION.get_items(services, colleagues, ItemsQuery(limit=1))).items

    async def test_connecting_again_ends_the_replaced_grant(
        self, services: Services, connection: Connection, connect: Connect, simulator: Simulator
    ) -> None:
        replaced = await services.vault.access_token(connection)

        again = await connect("notion")

        assert again.connection_id == connection.connection_id
        assert [entry["status"] for entry in simulator.log(REVOKE)] == [200]
        assert not (await services.endpoints["notion"].introspect(replaced)).active
        assert (await NOTION.get_items(services, again, ItemsQuery(limit=1))).items
