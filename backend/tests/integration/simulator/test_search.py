"""Search: the operators, the window of 10,000, the limits of a body, and the index that lags."""

from typing import Any

import httpx
import pytest

from tests.raw_app import FIRST_PORTAL
from tests.servers import Simulator

CONTACTS = "/crm/objects/2026-09/contacts/search"
Body = dict[str, Any]


@pytest.fixture(autouse=True)
def _no_limits(simulator: Simulator) -> None:
    simulator.settings(search_per_second=1000)


def where(*filters: Body, **more: Any) -> Body:
    return {"filterGroups": [{"filters": list(filters)}], "limit": 200, **more}


def a_filter(name: str, operator: str, value: str | None = None, **more: Any) -> Body:
    return {"propertyName": name, "operator": operator, **({} if value is None else {"value": value}), **more}


def search(client: httpx.Client, body: Body, path: str = CONTACTS) -> Body:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


def ids(client: httpx.Client, body: Body, path: str = CONTACTS) -> set[str]:
    """The ids of every page."""
    found: set[str] = set()
    after = "0"
    while True:
        page = search(client, body | {"after": after}, path)
        found |= {record["id"] for record in page["results"]}
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
    assert len(found) == page["total"]
    return found


class TestOperators:
    @pytest.fixture
    def named(self, simulator: Simulator) -> dict[str, str]:
        """A few contacts, by first name; everything else is empty in this account."""
        simulator.seed(FIRST_PORTAL, contacts=0)
        rows = {
            "anna": {"lastname": "Berg", "loyalty_points": "9", "lifecyclestage": "lead", "birthday": "2000-01-02"},
            "Ben": {"lastname": "Berg-Smith", "loyalty_points": "10", "lifecyclestage": "customer"},
            "Cleo": {"lastname": "", "loyalty_points": "about 5", "birthday": "2010-05-06"},
        }
        created = [simulator.create(FIRST_PORTAL, "contacts", firstname=name, **row) for name, row in rows.items()]
        return {record["id"]: record["properties"]["firstname"] for record in created}

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (a_filter("firstname", "EQ", "ANNA"), "anna"),
            (a_filter("firstname", "NEQ", "anna"), "Ben Cleo"),
            (a_filter("lastname", "NEQ", "berg"), "Ben Cleo"),
            (a_filter("loyalty_points", "LT", "10"), "anna"),
            (a_filter("loyalty_points", "LTE", "10"), "anna Ben"),
            (a_filter("loyalty_points", "GT", "9"), "Ben"),
            (a_filter("loyalty_points", "GTE", "9"), "anna Ben"),
            (a_filter("loyalty_points", "BETWEEN", "9", highValue="9.5"), "anna"),
            (a_filter("birthday", "GT", "2000-01-02"), "Cleo"),
            (a_filter("birthday", "EQ", "946771200000"), "anna"),
            (a_filter("firstname", "IN", values=["anna", "ben"]), "anna Ben"),
            (a_filter("firstname", "IN", values=["ANNA"]), ""),
            (a_filter("firstname", "NOT_IN", values=["anna"]), "Ben Cleo"),
            (a_filter("birthday", "NOT_IN", values=["2000-01-02"]), "Ben Cleo"),
            (a_filter("lifecyclestage", "EQ", "lead"), "anna"),
            (a_filter("lifecyclestage", "EQ", "LEAD"), ""),
            (a_filter("lastname", "HAS_PROPERTY"), "anna Ben"),
            (a_filter("lastname", "NOT_HAS_PROPERTY"), "Cleo"),
            (a_filter("lastname", "CONTAINS_TOKEN", "berg"), "anna Ben"),
            (a_filter("lastname", "CONTAINS_TOKEN", "smi*"), "Ben"),
            (a_filter("lastname", "NOT_CONTAINS_TOKEN", "smith"), "anna Cleo"),
        ],
        ids=lambda value: value if isinstance(value, str) else f"{value['propertyName']} {value['operator']}",
    )
    def test_an_operator_finds_what_hubspots_finds(
        self, client: httpx.Client, named: dict[str, str], asked: Body, expected: str
    ) -> None:
        assert {named[id_] for id_ in ids(client, where(asked))} == set(expected.split())

    def test_filters_of_a_group_all_hold_and_of_groups_any(self, client: httpx.Client, named: dict[str, str]) -> None:
        anna, ben = a_filter("firstname", "EQ", "anna"), a_filter("firstname", "EQ", "ben")
        young = a_filter("birthday", "GT", "2005-01-01")
        body = {"filterGroups": [{"filters": [anna, young]}, {"filters": [ben]}]}

        assert {named[id_] for id_ in ids(client, body)} == {"Ben"}

    def test_a_query_looks_into_the_searchable_properties(self, client: httpx.Client, named: dict[str, str]) -> None:
        assert {named[id_] for id_ in ids(client, {"query": "BERG ann"})} == {"anna"}

    @pytest.mark.parametrize(
        ("direction", "expected"), [("ASCENDING", ["anna", "Ben", "Cleo"]), ("DESCENDING", ["Ben", "anna", "Cleo"])]
    )
    def test_a_sort_is_by_value_and_records_without_one_come_last(
        self, client: httpx.Client, named: dict[str, str], direction: str, expected: list[str]
    ) -> None:
        sorts = [{"propertyName": "loyalty_points", "direction": direction}]

        assert [named[record["id"]] for record in search(client, {"sorts": sorts})["results"]] == expected


class TestAgainstTheTruth:
    def test_the_modified_date_finds_exactly_what_was_modified_since(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        since = "2026-06-01T00:00:00.000Z"
        truth = simulator.export(FIRST_PORTAL, "contacts")

        found = ids(client, where(a_filter("lastmodifieddate", "GTE", since)))

        assert found == {record["id"] for record in truth if record["updatedAt"] >= since}

    def test_associations_can_be_asked_for(self, client: httpx.Client, simulator: Simulator) -> None:
        [company, *_] = simulator.export(FIRST_PORTAL, "companies")

        found = ids(client, where(a_filter("associations.company", "EQ", company["id"])))

        assert found == set(company["associations"]["contacts"])


class TestWindow:
    def test_paging_ends_at_10_000_and_windows_of_ids_go_on(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=10_300)
        sorts = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]

        last = search(client, {"limit": 200, "after": "9800", "sorts": sorts})
        beyond = client.post(CONTACTS, json={"limit": 200, "after": last["paging"]["next"]["after"], "sorts": sorts})
        rest = search(client, where(a_filter("hs_object_id", "GT", last["results"][-1]["id"]), sorts=sorts))

        assert last["total"] == 10_300
        assert beyond.status_code == 400
        assert rest["total"] == 300

    def test_the_last_page_has_no_cursor_and_the_others_the_offset(self, client: httpx.Client) -> None:
        body = where(a_filter("hs_object_id", "LTE", "301"))

        first, last = search(client, body | {"limit": 4}), search(client, body | {"limit": 4, "after": "4"})

        assert first["paging"] == {"next": {"after": "4"}}
        assert (first["total"], len(last["results"]), "paging" in last) == (6, 2, False)


class TestRefusals:
    @pytest.mark.parametrize(
        "body",
        [
            {"limit": 201},
            {"limit": 0},
            {"limit": "many"},
            {"after": "-1"},
            {"query": "x" * 3000},
            {"sorts": ["createdate", "email"]},
            {"sorts": [{"propertyName": "createdate", "direction": "UP"}]},
            {"sorts": ["no_such_property"]},
            where(a_filter("email", "LIKE", "x")),
            where(a_filter("email", "EQ")),
            where(a_filter("email", "IN", "x")),
            where(a_filter("createdate", "BETWEEN", "1")),
            where(a_filter("createdate", "GT", "yesterday")),
            where(a_filter("loyalty_points", "EQ", "ten")),
            where(a_filter("no_such_property", "EQ", "x")),
            where(a_filter("associations.machine", "EQ", "51")),
            {"filterGroups": [{"filters": [a_filter("email", "EQ", "x")]}] * 6},
            {"filterGroups": [{"filters": [a_filter("email", "EQ", "x")] * 7}]},
            {"filterGroups": [{"filters": [a_filter("email", "EQ", "x")] * 5}] * 4},
        ],
        ids=lambda body: str(body)[:70],
    )
    def test_a_bad_body_is_refused(self, client: httpx.Client, body: Body) -> None:
        answer = client.post(CONTACTS, json=body)

        assert answer.status_code == 400
        assert answer.json()["status"] == "error"

    def test_a_bad_operator_is_answered_with_the_good_ones(self, client: httpx.Client) -> None:
        answer = client.post(CONTACTS, json=where(a_filter("email", "LIKE", "x")))

        assert "Enum type must be one of: [IN, NOT_HAS_PROPERTY, LT, EQ," in answer.json()["message"]


class TestIndexDelay:
    DELAY_MS = 60_000

    @pytest.fixture(autouse=True)
    def _delay(self, simulator: Simulator) -> None:
        simulator.settings(index_delay_ms=self.DELAY_MS)

    def after_the_delay(self, simulator: Simulator) -> None:
        simulator.settings(clock_offset_s=self.DELAY_MS / 1000 + 1)

    def test_a_new_record_is_found_only_after_the_delay(self, client: httpx.Client, simulator: Simulator) -> None:
        new = simulator.create(FIRST_PORTAL, "contacts", email="new@example.org")
        body = where(a_filter("hs_object_id", "EQ", new["id"]))

        assert ids(client, body) == set()
        self.after_the_delay(simulator)
        assert ids(client, body) == {new["id"]}

    def test_a_changed_record_is_found_as_it_was(self, client: httpx.Client, simulator: Simulator) -> None:
        before = simulator.update(FIRST_PORTAL, "contacts", "51", city="Before")
        simulator.settings(clock_offset_s=100)
        simulator.update(FIRST_PORTAL, "contacts", "51", city="After")
        body = where(a_filter("hs_object_id", "EQ", "51"), properties=["city"])

        [found] = search(client, body)["results"]

        assert (found["properties"]["city"], found["updatedAt"]) == ("Before", before["updatedAt"])
        assert ids(client, where(a_filter("city", "EQ", "After"))) == set()
        simulator.settings(clock_offset_s=200)
        [found] = search(client, body)["results"]
        assert found["properties"]["city"] == "After"

    def test_an_archived_record_is_found_until_the_delay_is_over(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.archive(FIRST_PORTAL, "contacts", "51")
        body = where(a_filter("hs_object_id", "EQ", "51"))

        assert ids(client, body) == {"51"}
        self.after_the_delay(simulator)
        assert ids(client, body) == set()
