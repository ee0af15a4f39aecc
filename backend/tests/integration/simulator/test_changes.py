"""Changing an account's records, once and for a while, and the truth about them."""

import time
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.raw_app import EU_PORTAL, FIRST_PORTAL, RawApp
from tests.servers import Simulator

OBJECTS = "/crm/objects/2026-09"


def by_id(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in records}


def links_agree(simulator: Simulator, source: str, target: str) -> bool:
    """Whether both sides tell of the same associations."""
    there = {
        (entry["id"], to)
        for entry in simulator.export(FIRST_PORTAL, source)
        for to in entry["associations"].get(target, [])
    }
    back = {
        (to, entry["id"])
        for entry in simulator.export(FIRST_PORTAL, target)
        for to in entry["associations"].get(source, [])
    }
    return there == back and bool(there)


class TestDefinitions:
    def test_a_deleted_one_is_unknown_until_it_is_defined_again(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        def answers() -> tuple[list[str], int]:
            schemas = client.get("/crm-object-schemas/2026-09/schemas").json()["results"]
            return [schema["name"] for schema in schemas], client.get(f"{OBJECTS}/2-3456789").status_code

        before = answers()
        simulator.undefine(FIRST_PORTAL, "machines")
        without = answers()
        simulator.define(FIRST_PORTAL, "machines")

        assert (before, without, answers()) == ((["machine"], 200), ([], 400), (["machine"], 200))

    def test_standard_types_stay_defined(self, simulator: Simulator) -> None:
        with pytest.raises(AssertionError, match="not a custom object: contacts"):
            simulator.undefine(FIRST_PORTAL, "contacts")

    def test_another_label_ends_with_a_reset(self, app: RawApp, simulator: Simulator) -> None:
        def label() -> str:
            with app.client() as client:
                [schema] = client.get("/crm-object-schemas/2026-09/schemas").json()["results"]
                return str(schema["labels"]["singular"])

        before = label()
        simulator.relabel(FIRST_PORTAL, "machines", "Device")
        renamed = label()
        simulator.reset()

        assert (renamed, label()) == ("Device", before)


class TestOneRecord:
    def test_a_new_record_is_listed_last(self, client: httpx.Client, simulator: Simulator) -> None:
        new = simulator.create(FIRST_PORTAL, "deals", dealname="Fresh")

        record = client.get(f"{OBJECTS}/deals/{new['id']}").json()

        assert record["properties"]["dealname"] == "Fresh"
        assert [entry["id"] for entry in simulator.export(FIRST_PORTAL, "deals")][-1] == new["id"]

    def test_a_change_moves_the_modified_date(self, simulator: Simulator) -> None:
        before = by_id(simulator.export(FIRST_PORTAL, "contacts"))["51"]

        after = simulator.update(FIRST_PORTAL, "contacts", "51", city="Nowhere", jobtitle=None)

        assert after["properties"]["city"] == "Nowhere"
        assert "jobtitle" not in after["properties"]
        assert after["updatedAt"] > before["updatedAt"]

    def test_an_archived_record_moves_to_the_archived_list(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.archive(FIRST_PORTAL, "contacts", "51")

        assert client.get(f"{OBJECTS}/contacts/51").status_code == 404
        assert client.get(f"{OBJECTS}/contacts/51", params={"archived": "true"}).json()["archived"] is True
        assert "51" in by_id(simulator.export(FIRST_PORTAL, "contacts", archived=True))
        assert "51" not in by_id(simulator.export(FIRST_PORTAL, "contacts"))

    def test_an_association_does_not_move_the_modified_date(self, simulator: Simulator) -> None:
        company, contact = ("companies", "101"), ("contacts", "51")
        before = by_id(simulator.export(FIRST_PORTAL, "contacts"))["51"]

        simulator.associate(FIRST_PORTAL, contact, company)
        added = by_id(simulator.export(FIRST_PORTAL, "contacts"))["51"]
        assert "101" in added["associations"]["companies"]
        assert "51" in by_id(simulator.export(FIRST_PORTAL, "companies"))["101"]["associations"]["contacts"]
        assert added["updatedAt"] == before["updatedAt"]

        simulator.dissociate(FIRST_PORTAL, contact, company)
        assert "101" not in by_id(simulator.export(FIRST_PORTAL, "contacts"))["51"]["associations"]["companies"]


class TestMerge:
    def test_companies_keep_the_id_of_the_primary_and_take_all_associations(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        before = by_id(simulator.export(FIRST_PORTAL, "companies"))

        survivor = simulator.merge(FIRST_PORTAL, "companies", "101", "151")

        assert survivor["id"] == "101"
        assert survivor["properties"]["hs_merged_object_ids"] == "151"
        both = set(before["101"]["associations"]["contacts"]) | set(before["151"]["associations"]["contacts"])
        assert set(survivor["associations"]["contacts"]) == both
        assert client.get(f"{OBJECTS}/companies/151").json()["id"] == "101"
        assert links_agree(simulator, "contacts", "companies")

    def test_contacts_get_a_new_id_and_old_ids_lead_to_it(self, client: httpx.Client, simulator: Simulator) -> None:
        first = simulator.merge(FIRST_PORTAL, "contacts", "51", "101")
        second = simulator.merge(FIRST_PORTAL, "contacts", first["id"], "151")

        assert len({"51", "101", first["id"], second["id"]}) == 4
        assert second["properties"]["hs_merged_object_ids"].split(";") == [first["id"], "51", "101", "151"]
        assert {client.get(f"{OBJECTS}/contacts/{old}").json()["id"] for old in ("51", "101", "151")} == {second["id"]}
        assert not {"51", "101", "151"} & by_id(simulator.export(FIRST_PORTAL, "contacts")).keys()
        assert not {"51", "101"} & by_id(simulator.export(FIRST_PORTAL, "contacts", archived=True)).keys()


class TestMany:
    def test_a_batch_does_what_it_says(self, simulator: Simulator) -> None:
        before = by_id(simulator.export(FIRST_PORTAL, "contacts"))

        done = simulator.mutate(FIRST_PORTAL, contacts={"create": 3, "update": 4, "archive": 2, "merge": 1})["contacts"]

        after = by_id(simulator.export(FIRST_PORTAL, "contacts"))
        [merge] = done["merge"]
        assert after.keys() - before.keys() == {*done["create"], merge["survivor"]}
        assert before.keys() - after.keys() == {*done["archive"], *merge["merged"]} & before.keys()

    def test_a_churn_changes_a_share_each_second_and_ends(self, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=2_000, companies=500)
        before = by_id(simulator.export(FIRST_PORTAL, "contacts"))

        simulator.background_changes(
            FIRST_PORTAL, percent_per_second=50, seconds=0.5, object_types=["contacts", "companies"]
        )
        deadline = time.monotonic() + 10
        while simulator.background_changes_state(FIRST_PORTAL)["running"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)

        done = simulator.background_changes_state(FIRST_PORTAL)["done"]
        assert set(done) == {"create", "update", "archive", "merge", "associate"}
        assert sum(done.values()) == pytest.approx(0.25 * 2_500, rel=0.1)
        after = by_id(simulator.export(FIRST_PORTAL, "contacts"))
        assert before.keys() - after.keys()
        assert after.keys() - before.keys()
        assert links_agree(simulator, "contacts", "companies")

    def test_after_a_churn_the_api_tells_the_truth(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(limits_enabled=False)
        kinds = {"create": 60, "update": 60, "archive": 60, "merge": 60, "associate": 200}
        simulator.mutate(FIRST_PORTAL, contacts=kinds, companies=kinds)
        truth = by_id(simulator.export(FIRST_PORTAL, "contacts"))

        listed: dict[str, dict[str, Any]] = {}
        linked: dict[str, list[str]] = {}
        after: dict[str, str] | None = {}
        while after is not None:
            page = client.get(f"{OBJECTS}/contacts", params={"limit": "100", "properties": "city", **after}).json()
            listed |= by_id(page["results"])
            body = {"inputs": [{"id": record["id"]} for record in page["results"]]}
            links = client.post("/crm/associations/2026-09/contacts/companies/batch/read", json=body).json()
            linked |= {result["from"]["id"]: [to["toObjectId"] for to in result["to"]] for result in links["results"]}
            after = page.get("paging", {}).get("next")

        assert {one: datetime.fromisoformat(record["updatedAt"]) for one, record in listed.items()} == {
            one: datetime.fromisoformat(record["updatedAt"]) for one, record in truth.items()
        }
        assert linked == {
            one: record["associations"]["companies"]
            for one, record in truth.items()
            if "companies" in record["associations"]
        }

    def test_a_churn_can_be_stopped_and_reset_stops_it(self, simulator: Simulator) -> None:
        simulator.background_changes(FIRST_PORTAL, percent_per_second=1, seconds=600)
        simulator.stop_background_changes(FIRST_PORTAL)
        assert simulator.background_changes_state(FIRST_PORTAL)["running"] is False

        simulator.background_changes(EU_PORTAL, percent_per_second=1, seconds=600)
        simulator.reset()
        assert simulator.background_changes_state(EU_PORTAL) == {"running": False, "done": {}}


class TestSeeds:
    def test_any_number_of_records_of_each_type(self, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=5_000, companies=3, deals=0)

        counts = simulator.portals()[0]["records"]

        assert (counts["contacts"], counts["companies"], counts["deals"], counts["tickets"]) == (5_000, 3, 0, 200)
        assert len(simulator.export(FIRST_PORTAL, "contacts")) == 5_000

    def test_a_crowded_company(self, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=6_000, crowd=5_000)

        assert len(by_id(simulator.export(FIRST_PORTAL, "companies"))["51"]["associations"]["contacts"]) == 5_000

    def test_many_records_modified_in_one_millisecond(self, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=3_000, same_modified=2_500)
        moments = [record["updatedAt"] for record in simulator.export(FIRST_PORTAL, "contacts")]

        assert max(map(moments.count, set(moments))) in range(2_450, 2_501)

    def test_wide_property_sets(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=20, surveys=1_500)

        known = client.get("/crm/properties/2026-09/contacts").json()["results"]
        values = by_id(simulator.export(FIRST_PORTAL, "contacts"))["51"]["properties"]

        assert len(known) > 1_500
        assert len([name for name in values if name.startswith("survey")]) >= 150

    def test_the_same_seed_is_the_same_account(self, simulator: Simulator) -> None:
        first = simulator.records(FIRST_PORTAL, "contacts")
        simulator.mutate(FIRST_PORTAL, contacts={"update": 50})
        assert simulator.records(FIRST_PORTAL, "contacts") != first

        simulator.reset()

        assert simulator.records(FIRST_PORTAL, "contacts") == first

    def test_an_unknown_name_is_refused(self, simulator: Simulator) -> None:
        answer = httpx.put(
            f"{simulator.url}/simulator/portals/{FIRST_PORTAL}/seed", json={"contact": 3}, trust_env=False
        )

        assert (answer.status_code, answer.json()) == (400, {"error": "unknown: contact"})
