"""Records that the caller names by id, or sorts and filters by HubSpot's search."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL, Api, problem
from tests.servers import Simulator

ITEMS = "/integrations/hubspot/items"
CUSTOM_TYPE = "2-3456789"
LINKS_TO_CONTACTS = "^/crm/associations/.*/contacts/"


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine nine hours ahead of UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
async def connected(api: Api, simulator: Simulator) -> Api:
    simulator.seed(FIRST_PORTAL, contacts=130, companies=10, deals=40)
    await api.connect()
    return api


async def first_items(api: Api, object_type: str, count: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await api.json(ITEMS, object_types=object_type, limit=count))["items"]
    return items


class TestOne:
    async def test_it_is_as_the_list_has_it(self, connected: Api) -> None:
        [listed] = await first_items(connected, "deals", 1)

        found = await connected.json(f"{ITEMS}/{listed['id']}")

        assert found["source"] == "live"
        assert found["item"] | {"associations": None, "children": None} == listed | {
            "associations": None,
            "children": None,
        }

    async def test_with_all_properties(self, connected: Api) -> None:
        [listed] = await first_items(connected, "contacts", 1)

        found = await connected.json(f"{ITEMS}/{listed['id']}", properties="*")

        assert found["item"]["properties"].keys() > listed["properties"].keys()

    async def test_with_earlier_values_of_chosen_properties(self, connected: Api, simulator: Simulator) -> None:
        [listed] = await first_items(connected, "deals", 1)
        before, earlier = listed["properties"]["dealstage"], listed["labels"]["dealstage"]
        simulator.update(FIRST_PORTAL, "deals", listed["record_id"], dealstage="closedwon")

        found = await connected.json(
            f"{ITEMS}/{listed['id']}", property_history="dealstage", fields="property_history", max_age=3600
        )

        assert found["source"] == "live"
        assert found["item"].keys() == {"id", "property_history"}
        history = found["item"]["property_history"]["dealstage"]
        assert [(version["value"], version["label"]) for version in history] == [
            ("closedwon", "Closed Won"),
            (before, earlier),
            (None, None),
        ]
        assert [version["changed_at"] for version in history] == sorted(
            (version["changed_at"] for version in history), reverse=True
        )

    @pytest.mark.parametrize("names", [",".join(f"p{number}" for number in range(21)), "*"], ids=["21", "all"])
    async def test_more_than_twenty_histories_or_all_are_refused(self, connected: Api, names: str) -> None:
        problem(await connected.get(f"{ITEMS}/51_Deal", property_history=names), 422, "validation_failed")

    @pytest.mark.parametrize(
        "item_id",
        [
            *("99999999_Contact", "512_Nothing", "x_Contact", "contact", "_Contact"),
            *("0_Contact", "00051_Contact", "\uff15\uff11_Contact", "9223372036854775808_Contact"),
        ],
    )
    async def test_one_that_is_not_there(self, connected: Api, item_id: str) -> None:
        problem(await connected.get(f"{ITEMS}/{item_id}"), 404, "not_found")

    @pytest.mark.parametrize("object_type", ["contacts", "companies"])
    async def test_one_that_was_merged_leads_to_the_survivor(
        self, connected: Api, simulator: Simulator, object_type: str
    ) -> None:
        kept, lost = await first_items(connected, object_type, 2)
        survivor = simulator.merge(FIRST_PORTAL, object_type, kept["record_id"], lost["record_id"])["id"]

        one = (await connected.json(f"{ITEMS}/{lost['id']}"))["item"]
        several = await connected.json(ITEMS, ids=f"{lost['id']},{survivor}_{lost['type']},{lost['id']}")

        assert (one["record_id"], one["properties"].keys()) == (survivor, lost["properties"].keys())
        assert ([item["record_id"] for item in several["items"]], several["warnings"]) == ([survivor], [])

    async def test_a_custom_object(self, connected: Api) -> None:
        [listed] = await first_items(connected, "machines", 1)

        found = await connected.json(f"{ITEMS}/{listed['id']}")

        assert found["item"]["name"] == listed["name"]

    @pytest.mark.parametrize("label", ["Fahrzeug/Gerät", "Sales_Order", "50 % off?"])
    async def test_a_custom_object_whatever_its_label(self, api: Api, simulator: Simulator, label: str) -> None:
        simulator.seed(FIRST_PORTAL, contacts=5, companies=5, deals=5, machines=3, custom_label=label)
        await api.connect()
        [listed] = await first_items(api, CUSTOM_TYPE, 1)

        found = await api.json(f"{ITEMS}/{quote(listed['id'], safe='')}")
        several = await api.json(ITEMS, ids=listed["id"])

        assert listed["type"] == label
        assert [found["item"]["id"], *(item["id"] for item in several["items"])] == [listed["id"]] * 2

    async def test_a_sibling_that_cannot_be_asked_says_so(self, api: Api) -> None:
        answer = await api.get("/integrations/notion/items/1_Page")

        problem(answer, 404, "not_connected")


class TestSeveral:
    async def test_they_come_in_the_order_of_the_ids_and_missing_ones_are_named(self, connected: Api) -> None:
        [contact] = await first_items(connected, "contacts", 1)
        [deal] = await first_items(connected, "deals", 1)

        found = await connected.json(ITEMS, ids=f"{deal['id']},99999999_Contact,{contact['id']}", fields="name")

        assert found["items"] == [{"id": value["id"], "name": value["name"]} for value in (deal, contact)]
        assert [(warning["code"], "99999999_Contact" in warning["detail"]) for warning in found["warnings"]] == [
            ("items_not_found", True)
        ]

    async def test_associations_that_hubspot_refuses_are_a_warning(self, connected: Api, simulator: Simulator) -> None:
        [deal] = await first_items(connected, "deals", 1)
        simulator.fault(LINKS_TO_CONTACTS, "status", status=403, wording="forbidden", times=None)

        found = await connected.json(ITEMS, ids=deal["id"])

        assert [warning["code"] for warning in found["warnings"]] == ["associations_unavailable"]

    async def test_records_that_are_too_large_together_are_refused(
        self, connected: Api, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("integrations.hubspot_lookup.MAX_BODY_BYTES", 1_000)
        ids = ",".join(f"{deal['id']}_Deal" for deal in simulator.export(FIRST_PORTAL, "deals"))

        problem(await connected.get(ITEMS, None, ids=ids), 502, "upstream_response_too_large")

    async def test_owners_that_hubspot_refuses_are_a_warning(self, connected: Api, simulator: Simulator) -> None:
        contact, deal = (simulator.export(FIRST_PORTAL, name)[0]["id"] for name in ("contacts", "deals"))
        simulator.fault("/crm/owners/", "status", status=403, wording="forbidden", times=None)

        found = await connected.json(ITEMS, ids=f"{contact}_Contact,{deal}_Deal")

        assert [warning["code"] for warning in found["warnings"]] == ["names_unavailable"]
        assert "contacts" not in found["items"][0]["associations"]

    async def test_a_body_may_name_them(self, connected: Api) -> None:
        ids = [item["id"] for item in await first_items(connected, "contacts", 2)][::-1]

        answer = await connected.http.post(f"{ITEMS}/query", json={"ids": [*ids, ids[0]], "fields": ["name"]})

        assert [item["id"] for item in answer.json()["items"]] == ids

    async def test_more_than_a_hundred_are_refused(self, connected: Api) -> None:
        ids = [f"{number}_Contact" for number in range(101)]

        problem(await connected.get(ITEMS, None, ids=",".join(ids)), 422, "validation_failed")
        problem(await connected.http.post(f"{ITEMS}/query", json={"ids": ids}), 422, "validation_failed")

    @pytest.mark.parametrize(
        "more", [{"object_types": "contacts"}, {"q": "a"}, {"limit": 5}, {"sort": "email"}], ids=str
    )
    async def test_nothing_else_chooses_records(self, connected: Api, more: dict[str, Any]) -> None:
        problem(await connected.get(ITEMS, None, ids="1_Contact", **more), 422, "validation_failed")

    async def test_nor_does_a_body(self, connected: Api) -> None:
        answer = await connected.http.post(f"{ITEMS}/query", json={"ids": ["1_Contact"], "q": "a"})

        problem(answer, 422, "validation_failed")


class TestSortAndFilter:
    async def test_pages_are_in_the_order_of_the_property(self, connected: Api) -> None:
        query = {"object_types": "deals", "sort": "-amount", "filter": "amount:has"}
        first = await connected.json(ITEMS, limit=10, **query)
        second = await connected.json(ITEMS, limit=10, after=first["next"], **query)

        amounts = [item["properties"]["amount"] for page in (first, second) for item in page["items"]]
        assert amounts == sorted(amounts, reverse=True)
        assert len({item["id"] for page in (first, second) for item in page["items"]}) == 20

    async def test_the_total_is_hubspots(self, connected: Api, simulator: Simulator) -> None:
        found = await connected.json(ITEMS, object_types="deals", filter="amount:gte:50000", limit=3)

        deals = simulator.export(FIRST_PORTAL, "deals")
        amounts = [str(deal["properties"].get("amount")) for deal in deals]
        matching = [amount for amount in amounts if amount.replace(".", "").isdecimal() and float(amount) >= 50_000]
        assert found["total"] == len(matching)
        assert all(item["properties"]["amount"] >= 50_000 for item in found["items"])

    async def test_all_conditions_hold(self, connected: Api) -> None:
        stages = {item["properties"]["dealstage"] for item in await first_items(connected, "deals", 40)}
        two = sorted(stages)[:2]

        found = await connected.json(
            ITEMS, object_types="deals", filter=f"dealstage:in:{','.join(two)};createdate:lt:2100-01-01T00:00:00Z"
        )

        assert {item["properties"]["dealstage"] for item in found["items"]} <= set(two)
        assert found["items"]

    @pytest.mark.parametrize(("operator", "expected"), [("in", {"Ünal", "ada"}), ("not_in", {"Bea"})])
    async def test_texts_of_a_list_are_compared_without_regard_to_case(
        self, connected: Api, simulator: Simulator, operator: str, expected: set[str]
    ) -> None:
        for name in ("Ünal", "ada", "Bea"):
            simulator.create(FIRST_PORTAL, "contacts", firstname=name, jobtitle="Tester")

        found = await connected.json(
            ITEMS, object_types="contacts", filter=f"jobtitle:eq:Tester;firstname:{operator}:Ünal,ADA"
        )

        assert {item["properties"]["firstname"] for item in found["items"]} == expected

    @pytest.mark.usefixtures("tokyo")
    async def test_a_time_without_a_zone_is_utc(self, connected: Api, simulator: Simulator) -> None:
        [deal, *_] = simulator.export(FIRST_PORTAL, "deals")
        simulator.update(FIRST_PORTAL, "deals", deal["id"], closedate="2051-05-05T05:05:05.001Z")

        found = await connected.json(ITEMS, object_types="deals", filter="closedate:eq:2051-05-05T05:05:05.001")

        assert [item["record_id"] for item in found["items"]] == [deal["id"]]

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1970-01-01T00:00Z", "9999-12-31T23:59:59.999-14:00"])
    async def test_any_time_can_be_compared_with(self, connected: Api, moment: str) -> None:
        found = await connected.json(ITEMS, object_types="deals", filter=f"createdate:neq:{moment}", limit=1)

        assert found["total"] == 40

    async def test_the_body_of_a_query_has_them_too(self, connected: Api) -> None:
        body = {"object_types": ["deals"], "sort": "amount", "filter": "amount:has", "limit": 2}

        found = (await connected.http.post(f"{ITEMS}/query", json=body)).json()

        assert found["total"] >= 2

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"sort": "amount"}, "unknown_object_type"),
            ({"sort": "amount", "object_types": "deals,contacts"}, "unknown_object_type"),
            ({"filter": "amount", "object_types": "deals"}, "validation_failed"),
            ({"filter": "amount:gte", "object_types": "deals"}, "validation_failed"),
            ({"filter": "amount:has:1", "object_types": "deals"}, "validation_failed"),
            ({"filter": "amount:like:1", "object_types": "deals"}, "validation_failed"),
            ({"filter": ";".join(["amount:has"] * 7), "object_types": "deals"}, "validation_failed"),
            ({"sort": "a b", "object_types": "deals"}, "validation_failed"),
            ({"sort": "amount", "object_types": "deals", "archived": "true"}, "validation_failed"),
            ({"filter": "amount:gte:many", "object_types": "deals"}, "validation_failed"),
        ],
        ids=str,
    )
    async def test_what_cannot_be_answered_is_refused(self, connected: Api, query: dict[str, Any], code: str) -> None:
        problem(await connected.get(ITEMS, None, **query), 422, code)

    @pytest.mark.parametrize("query", [{"filter": f"amount:in:{','.join('1' * 900)}"}, {"q": "\x01" * 500}], ids=list)
    async def test_what_is_too_long_for_hubspots_search_is_refused(self, connected: Api, query: dict[str, Any]) -> None:
        problem(await connected.get(ITEMS, None, object_types="deals", **query), 422, "validation_failed")

    @pytest.mark.parametrize("query", [{"sort": "-amuont"}, {"filter": "amount:has;amuont:has"}], ids=str)
    async def test_a_misspelt_property_is_named(self, connected: Api, query: dict[str, Any]) -> None:
        body = problem(await connected.get(ITEMS, None, object_types="deals", **query), 422, "validation_failed")

        assert body["detail"] == "Deals have no property “amuont” to sort or filter by."

    async def test_a_misspelt_name_in_properties_is_a_warning_of_the_first_page(self, connected: Api) -> None:
        query = {"object_types": "deals", "sort": "amount", "properties": "amount,amuont"}
        first = await connected.json(ITEMS, limit=2, **query)
        second = await connected.json(ITEMS, limit=2, after=first["next"], **query)

        assert [warning["code"] for warning in first["warnings"]] == ["property_unknown"]
        assert second["warnings"] == []

    async def test_chosen_associations_that_are_not_granted_are_a_warning(self, api: Api) -> None:
        await api.connect(EU_PORTAL)

        found = await api.json(ITEMS, object_types="companies", sort="name", associated_types="tickets")

        assert [(warning["code"], warning["missing_scopes"]) for warning in found["warnings"]] == [
            ("scope_missing", ["tickets"])
        ]

    async def test_associations_that_hubspot_refuses_are_a_warning(self, connected: Api, simulator: Simulator) -> None:
        simulator.fault(LINKS_TO_CONTACTS, "status", status=403, wording="forbidden", times=None)

        found = await connected.json(ITEMS, object_types="deals", sort="amount", limit=2)

        assert [warning["code"] for warning in found["warnings"]] == ["associations_unavailable"]
        assert all("contacts" not in item["associations"] for item in found["items"])

    async def test_a_cursor_belongs_to_its_order(self, connected: Api) -> None:
        first = await connected.json(ITEMS, limit=2, object_types="deals", sort="amount")

        answer = await connected.get(ITEMS, None, limit=2, object_types="deals", sort="-amount", after=first["next"])

        problem(answer, 422, "invalid_cursor")

    async def test_a_stream_is_refused(self, connected: Api) -> None:
        answer = await connected.get(ITEMS, {"Accept": "application/x-ndjson"}, object_types="deals", sort="amount")

        problem(answer, 422, "validation_failed")
