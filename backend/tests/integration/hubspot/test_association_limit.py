"""Loads under a strict limit, where HubSpot counts associations on their own and where it counts them with the rest."""

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

import pytest
from redis.asyncio import Redis

from core.http import HttpClient
from core.rate import Caller, Rate
from core.rate_limit import RollingWindowLimiter
from hubspot.association_limit import AssociationLimit
from hubspot.budget import PortalBudget
from hubspot.catalog import COMPANIES, CONTACTS, DEFAULT_OBJECT_TYPES
from hubspot.pages import read_page
from hubspot.query import Query
from integrations.integration_item import IntegrationItem
from integrations.load_events import Items
from tests.integration.hubspot.access import ConnectedPortal, connect
from tests.integration.hubspot.comparing import assert_each_once, assert_true
from tests.integration.hubspot.loading import load_all
from tests.loads import load

THREE = Query(object_types=DEFAULT_OBJECT_TYPES)
# About HubSpot's rate; a window is used up within a load.
LIMITS = {"limits_enabled": True, "burst_limit": 20, "associations_limit": 30, "burst_window_ms": 2_000}
World = Literal["own", "shared"]


@dataclass(frozen=True, slots=True)
class Worker:
    """A process of its own, as far as its budget knows."""

    portal: ConnectedPortal
    budget: PortalBudget

    def refusals(self) -> int:
        return sum(entry["status"] == 429 for entry in self.portal.simulator.log("^/crm/"))

    def assert_exact(self, items: list[IntegrationItem]) -> None:
        """Each record once, as it is, with all its associations."""
        assert_each_once(items, [id_ for kind in DEFAULT_OBJECT_TYPES for id_ in self.portal.export(kind)])
        for kind in DEFAULT_OBJECT_TYPES:
            assert_true([item for item in items if item.type == kind.item_type], self.portal.export(kind), kind)


@pytest.fixture
def strict_portal(portal: ConnectedPortal) -> ConnectedPortal:
    """A portal that takes a few windows to load, with a company of more than 100 contacts."""
    portal.simulator.seed(portal.portal_id, contacts=1_200, companies=500, deals=600, crowd=150)
    portal.simulator.settings(**LIMITS, latency_ms=30, latency_sigma=0.4)
    return portal


def start_worker(portal: ConnectedPortal, redis: Redis) -> Worker:
    limiter, known = RollingWindowLimiter(redis), AssociationLimit()
    bulk, interactive = (
        PortalBudget(limiter, "budget:{{app/portal}}:{}".format, priority=priority, association_limit=known)
        for priority in ("bulk", "interactive")
    )
    client = replace(portal.client, budget=bulk)
    reader = replace(portal.reader, client=client, counter=replace(client, budget=interactive))
    return Worker(replace(portal, reader=reader), bulk)


async def read_note(redis: Redis) -> str:
    """What every worker gets with its next general call."""
    caller, rate = Caller("interactive", "test"), Rate(100, 10_000, slack_ms=0, burst=1.0)
    grant = await RollingWindowLimiter(redis).acquire("budget:{app/portal}:core", caller, rate, timeout_s=5)
    return grant.note


async def load_until_learnt(worker: Worker, redis: Redis) -> None:
    """Once, unless it is known; on a busy machine again, where too few calls fall into one window to tell."""
    async with asyncio.timeout(60):
        while not await read_note(redis):
            await load_all(worker.portal, THREE)


@pytest.mark.parametrize("world", ["own", "shared"])
class TestLoad:
    async def test_it_is_exact_and_never_refused_and_learns_how_associations_are_counted(
        self, strict_portal: ConnectedPortal, redis_client: Redis, world: World
    ) -> None:
        strict_portal.simulator.settings(associations_budget=world)
        worker = start_worker(strict_portal, redis_client)

        loaded = await load_all(worker.portal, THREE)
        await load_until_learnt(worker, redis_client)

        assert worker.refusals() == 0
        worker.assert_exact(loaded.items)
        assert await read_note(redis_client) == world

    @pytest.mark.slow
    async def test_two_workers_at_once_are_never_refused(
        self, strict_portal: ConnectedPortal, redis_client: Redis, world: World
    ) -> None:
        strict_portal.simulator.settings(associations_budget=world)
        first, second = (start_worker(strict_portal, redis_client) for _ in range(2))

        one, other = await asyncio.gather(load_all(first.portal, THREE), load_all(second.portal, THREE))

        assert first.refusals() == 0
        first.assert_exact(one.items)
        second.assert_exact(other.items)


class TestLinksInLists:
    """Where association calls count, or may, links come with the list."""

    async def test_only_what_the_list_cut_or_labels_is_read_by_batch(
        self, strict_portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        strict_portal.simulator.settings(associations_budget="shared")
        worker = start_worker(strict_portal, redis_client)

        loaded = await load_all(worker.portal, Query(object_types=(COMPANIES,)))

        assert_true(loaded.items, strict_portal.export(COMPANIES), COMPANIES)
        pages = strict_portal.simulator.log("^/crm/objects/.*/companies$")
        assert all("associations=" in page["query"] for page in pages)
        assert {call["path"] for call in strict_portal.simulator.log("^/crm/associations/")} == {
            "/crm/associations/2026-09/companies/contacts/batch/read"
        }

    async def test_once_they_are_exempt_later_pages_come_without(
        self, strict_portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        worker = start_worker(strict_portal, redis_client)
        await load_until_learnt(worker, redis_client)
        strict_portal.simulator.clear_log()

        await load_all(worker.portal, Query(object_types=(COMPANIES,)))

        first, *others = strict_portal.simulator.log("^/crm/objects/.*/companies$")
        assert "associations=" in first["query"]
        assert others
        assert not [page for page in others if "associations=" in page["query"]]

    async def test_a_list_that_is_refused_with_links_is_asked_for_them_once(
        self, http: HttpClient, strict_portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        """The grant lacks tickets although we believe that it has them."""
        narrow = connect(http, strict_portal.simulator, optional="")
        worker = start_worker(
            replace(narrow, reader=replace(narrow.reader, granted_scopes=strict_portal.reader.granted_scopes)),
            redis_client,
        )

        loaded = await load_all(worker.portal, Query(object_types=(COMPANIES,)))

        assert_each_once(loaded.items, strict_portal.export(COMPANIES))
        asked = [
            "associations=" in page["query"] for page in strict_portal.simulator.log("^/crm/objects/.*/companies$")
        ]
        assert asked == [True] + [False] * 5


class TestWorkers:
    async def test_another_worker_knows_it_from_its_first_call(
        self, strict_portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        await load_until_learnt(start_worker(strict_portal, redis_client), redis_client)
        other = start_worker(strict_portal, redis_client)
        before = other.budget.associations

        await other.portal.client.list_records(CONTACTS.path, limit=1, after=None, properties=())

        assert (before, other.budget.associations) == ("unknown", "exempt")


@pytest.mark.slow
class TestChange:
    async def load_through_a_change(self, worker: Worker, world: World) -> list[IntegrationItem]:
        """Everything of a load in whose middle HubSpot begins to count otherwise."""
        items: list[IntegrationItem] = []
        async for event in load(worker.portal.reader, THREE):
            if isinstance(event, Items):
                if len(items) < 700 <= len(items) + len(event.items):
                    worker.portal.simulator.settings(associations_budget=world)
                items += event.items
        return items

    async def test_associations_that_begin_to_count_are_counted_from_the_first_refusal_on(
        self, strict_portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        worker = start_worker(strict_portal, redis_client)
        await load_until_learnt(worker, redis_client)
        assert worker.budget.associations == "exempt"

        items = await self.load_through_a_change(worker, "shared")

        worker.assert_exact(items)
        assert await read_note(redis_client) in {"shared", "refused"}
        worker.portal.simulator.clear_log()
        worker.assert_exact((await load_all(worker.portal, THREE)).items)
        assert worker.refusals() == 0

    async def test_associations_that_no_longer_count_are_noticed_without_a_refusal(
        self, strict_portal: ConnectedPortal, redis_client: Redis
    ) -> None:
        strict_portal.simulator.settings(associations_budget="shared", burst_window_ms=10_000, burst_limit=110)
        worker = start_worker(strict_portal, redis_client)

        items = await self.load_through_a_change(worker, "own")

        worker.assert_exact(items)
        await self.read_pages(worker)
        assert worker.refusals() == 0
        assert worker.budget.associations == "exempt"

    async def read_pages(self, worker: Worker) -> None:
        """Pages of contacts one after another, each with a call for its associations."""
        position: object = None
        for _ in range(10):
            page = await read_page(worker.portal.reader, Query(object_types=(CONTACTS,)), position)
            position = page.next
