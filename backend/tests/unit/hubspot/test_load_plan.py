import random
from dataclasses import replace
from typing import Any

import pytest

from hubspot.association_limit import AssociationCounting
from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.load_plan import plan_load
from hubspot.query import Query
from integrations.load_events import LoadPlan
from tests.loads import load, receipt_of
from tests.unit.hubspot.small_portal import NOW_MS, SmallPortal
from tests.unit.hubspot.test_client import Budget
from tests.unit.hubspot.test_load_trials import SINCE

QUERY = Query(object_types=(CONTACTS, COMPANIES))
COUNTINGS: tuple[AssociationCounting, ...] = ("exempt", "counted", "unknown")


def plan(totals: dict[Any, int | None], counting: AssociationCounting, query: Query = QUERY) -> LoadPlan:
    return plan_load(query, totals, counting)


class TestEstimates:
    def test_nothing_is_estimated_where_nothing_is_counted(self) -> None:
        made = plan({CONTACTS: None, COMPANIES: None}, "exempt")

        assert (made.requests, made.seconds) == (None, None)

    def test_with_a_limit_of_their_own_associations_are_batches_that_take_no_general_call(self) -> None:
        made = plan({CONTACTS: 2_900}, "exempt")

        # 29 pages, names, batches of the 2,800 behind the first page for three partners, who is primary on the first.
        assert made.requests == 29 + 2 + 3 * 3 + 1
        assert made.seconds == round(2_900 / 600) + 1

    @pytest.mark.parametrize("counting", ["counted", "unknown"])
    def test_where_they_count_against_the_general_limit_they_come_with_the_list(
        self, counting: AssociationCounting
    ) -> None:
        made = plan({CONTACTS: 2_900}, counting)

        assert made.requests == 29 + 2 + 3

    def test_what_searches_find_of_a_large_type_is_read_in_batches_in_either_world(self) -> None:
        own, shared = (plan({CONTACTS: 190_000}, counting) for counting in ("exempt", "counted"))

        assert own.requests == 1_100 + 400 + 2 + 190 * 3 + 1
        assert shared.requests == 1_100 + 400 + 2 + 80 * 3 + 110
        assert own.seconds == 101
        # Association calls wait in the line of all others.
        assert shared.seconds == round((1_100 + 2 + 350) / 11) + 1

    def test_a_load_by_search_takes_searches(self) -> None:
        by_search = replace(QUERY, updated_since=SINCE)

        made = plan({CONTACTS: 10_000}, "counted", by_search)

        assert made.requests == 50 + 2 + 30
        assert made.seconds == round(50 / 4) + 1

    def test_histories_are_batches_of_fifty(self) -> None:
        query = replace(QUERY, associations=False, property_history=("email",))

        assert plan({CONTACTS: 1_000}, "exempt", query).requests == 10 + 2 + 20


class FixedBudget(Budget):
    def __init__(self, counting: AssociationCounting) -> None:
        super().__init__()
        self._counting = counting

    @property
    def associations(self) -> AssociationCounting:
        return self._counting


@pytest.mark.parametrize("counting", COUNTINGS)
async def test_a_load_makes_about_as_many_calls_as_its_plan_says(counting: AssociationCounting) -> None:
    portal = SmallPortal(random.Random(7), hesitates=1)
    portal.seed(contacts=900, companies=200)
    for record in (*portal.records["contacts"], *portal.records["companies"]):
        # None has more than a list brings, as in almost all accounts.
        record.links = {name: ids[:3] for name, ids in record.links.items()}
    reader = portal.reader()
    reader = replace(reader, client=replace(reader.client, budget=FixedBudget(counting)))

    events = [event async for event in load(reader, QUERY, now_s=lambda: NOW_MS / 1000)]

    planned, made = next(event for event in events if isinstance(event, LoadPlan)), receipt_of(events)
    assert made.complete
    assert planned.requests == pytest.approx(made.requests, rel=0.35), (planned.requests, made.requests)
