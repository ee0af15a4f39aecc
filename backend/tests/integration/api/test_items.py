"""Items over HTTP: parameters, pages, streams, and what is said when something is wrong."""

import csv
import io
import json
from collections import Counter
from typing import Any

import pytest

from routes.streams import ITEM_FIELDS, LAST_FIELDS, TABLE_FIELDS
from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL, Api, problem
from tests.integration.api.conftest import OpenApi
from tests.servers import Simulator

ITEMS = "/integrations/hubspot/items"
CANARY = "canary0123456789"


async def lines(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = await api.get(ITEMS, {"Accept": "application/x-ndjson"}, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.split("\n") if line]


class TestParameters:
    @pytest.mark.parametrize(
        ("query", "code", "parameter"),
        [
            ("limit=0", "validation_failed", "limit"),
            ("limit=101", "validation_failed", "limit"),
            ("limit=abc", "validation_failed", "limit"),
            ("limit=", "validation_failed", "limit"),
            ("limit=1.5", "validation_failed", "limit"),
            ("limit=99999999999999999999", "validation_failed", "limit"),
            ("limit=1&limit=2", "validation_failed", "limit"),
            ("object_types=contacts&object_types=deals", "validation_failed", "object_types"),
            ("object_types=", "validation_failed", "object_types"),
            ("object_types=contacts,,deals", "validation_failed", "object_types"),
            ("object_types=%00", "validation_failed", "object_types"),
            ("object_types=unicorns", "unknown_object_type", None),
            ("object_types=contacts,unicorns", "unknown_object_type", None),
            ("object_types=2-99999999", "unknown_object_type", None),
            ("after=mangled", "invalid_cursor", None),
            ("after=%ff%00", "invalid_cursor", None),
            ("after=", "validation_failed", "after"),
            (f"after={'x' * 5_000}", "validation_failed", "after"),
            ("properties=", "validation_failed", "properties"),
            ("associations=maybe", "validation_failed", "associations"),
            ("archived=1", "validation_failed", "archived"),
            ("updated_since=yesterday", "validation_failed", "updated_since"),
            ("updated_since=1764000000", "validation_failed", "updated_since"),
            ("updated_since=2026-02-30T00:00:00Z", "validation_failed", "updated_since"),
            ("q=", "validation_failed", "q"),
            (f"q={'x' * 3_001}", "validation_failed", "q"),
            ("user_id=", "validation_failed", "user_id"),
            ("user_id=a%0Ab", "validation_failed", "user_id"),
            (f"org_id={'x' * 201}", "validation_failed", "org_id"),
            (f"{CANARY}=1", "validation_failed", None),
            (f"limit={CANARY}", "validation_failed", "limit"),
        ],
    )
    async def test_each_wrong_one_is_named_with_what_is_right(
        self, api: Api, query: str, code: str, parameter: str | None
    ) -> None:
        await api.connect()

        answer = await api.get(f"{ITEMS}?{query}")

        body = problem(answer, 422, code)
        assert body["action"] == "fix_request"
        assert parameter is None or f"`{parameter}`" in body["detail"]
        assert CANARY not in answer.text

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("limit=many", "should be a whole number"),
            ("user_id=a%0Ab", "should be printable characters"),
            ("updated_since=2026-11-24T03:00:00+01:00", "`%2B`"),
            ("object_types=unicorns", "or a custom object (see object-types)"),
        ],
    )
    async def test_it_is_said_in_words_for_a_person(self, api: Api, query: str, words: str) -> None:
        await api.connect()

        body = (await api.get(f"{ITEMS}?{query}")).json()

        assert words in body["detail"]

    async def test_a_misspelt_name_is_answered_with_those_there_are(self, api: Api) -> None:
        body = problem(await api.get(ITEMS, object_type="contacts"), 422, "validation_failed")

        assert "object_types, org_id, properties" in body["detail"]
        assert "object_types" in body["known"]

    async def test_an_unknown_connection_is_not_found(self, api: Api) -> None:
        problem(await api.get(ITEMS, connection_id="unknown"), 404, "not_found")

    async def test_a_query_of_10_kb_is_too_long(self, api: Api) -> None:
        body = problem(await api.get(ITEMS, properties="x" * 10_000), 413, "payload_too_large")

        assert "properties=*" in body["detail"]

    async def test_a_representation_nobody_has_is_not_acceptable(self, api: Api) -> None:
        await api.connect()

        body = problem(await api.get(ITEMS, {"Accept": "image/png"}), 406, "not_acceptable")

        assert "application/x-ndjson" in body["detail"]

    async def test_the_vendor_is_not_asked_for_any_of_it(self, api: Api, simulator: Simulator) -> None:
        await api.connect()
        simulator.clear_log()

        await api.get(ITEMS, limit=0)
        await api.get(ITEMS, after="mangled")

        assert simulator.log("/crm/") == []


class TestPages:
    async def test_the_next_page_goes_on_where_the_last_one_ended(self, api: Api) -> None:
        await api.connect()
        query: dict[str, Any] = {"object_types": "contacts", "limit": 5}

        first = await api.json(ITEMS, **query)
        second = await api.json(ITEMS, **query, after=first["next"])

        ids = [item["id"] for item in (*first["items"], *second["items"])]
        assert len(set(ids)) == 10
        assert first["warnings"] == []

    async def test_an_item_has_the_14_fields_in_order_and_then_ours(self, api: Api) -> None:
        await api.connect()

        page = await api.json(ITEMS, object_types="contacts", limit=1)

        assert list(page["items"][0]) == [
            *(*ITEM_FIELDS, "object_type", "record_id"),
            *("properties", *LAST_FIELDS),
        ]

    async def test_a_cursor_is_good_for_its_own_query_only(self, api: Api) -> None:
        await api.connect()
        cursor = (await api.json(ITEMS, object_types="contacts", limit=5))["next"]

        others: list[dict[str, Any]] = [
            {"object_types": "deals", "limit": 5},
            {"object_types": "contacts", "limit": 5, "archived": "true"},
            {"object_types": "contacts", "limit": 5, "properties": "email"},
            {"object_types": "contacts", "limit": 5, "q": "ada"},
        ]
        for other in others:
            problem(await api.get(ITEMS, after=cursor, **other), 422, "invalid_cursor")

    async def test_a_cursor_is_good_for_its_own_connection_only(self, api: Api) -> None:
        first, european = await api.connect(FIRST_PORTAL), await api.connect(EU_PORTAL)
        query: dict[str, Any] = {"object_types": "contacts", "limit": 5}
        cursor = (await api.json(ITEMS, **query, connection_id=first))["next"]

        problem(await api.get(ITEMS, **query, connection_id=european, after=cursor), 422, "invalid_cursor")

    @pytest.mark.parametrize(
        "change",
        [lambda text: text[:-2], lambda text: ("B" if text[0] == "A" else "A") + text[1:], lambda text: text + "AAAA"],
    )
    async def test_a_changed_cursor_is_refused(self, api: Api, change: Any) -> None:
        await api.connect()
        cursor = (await api.json(ITEMS, object_types="contacts", limit=5))["next"]

        problem(await api.get(ITEMS, object_types="contacts", limit=5, after=change(cursor)), 422, "invalid_cursor")

    async def test_a_vendor_that_is_down_is_503_with_its_reference(self, api: Api, simulator: Simulator) -> None:
        await api.connect()
        simulator.fault("/crm/", "status", status=503, times=1_000)

        body = problem(await api.get(ITEMS, object_types="contacts"), 503, "upstream_unavailable")

        assert body["retryable"] is True
        assert body["upstream"]["status"] == 503


class TestStream:
    async def test_it_is_the_whole_load_from_plan_to_receipt(self, api: Api) -> None:
        await api.connect()

        load = await lines(api, object_types="deals")

        assert all(len(line) == 1 for line in load)
        kinds = [next(iter(line)) for line in load]
        assert (kinds[0], kinds[-1]) == ("plan", "receipt")
        assert kinds.count("item") == load[0]["plan"]["object_types"]["deals"]["total"]
        assert load[-1]["receipt"]["complete"] is True

    async def test_what_fails_before_the_first_line_is_a_problem(self, api: Api) -> None:
        await api.connect()

        answer = await api.get(ITEMS, {"Accept": "application/x-ndjson"}, object_types="unicorns")

        problem(answer, 422, "unknown_object_type")

    async def test_it_can_be_saved_as_a_file(self, api: Api) -> None:
        await api.connect()

        answer = await api.get(ITEMS, {"Accept": "application/x-ndjson"}, object_types="deals")

        assert answer.headers["content-disposition"] == 'attachment; filename="hubspot-items.ndjson"'

    async def test_an_nginx_in_front_is_told_to_hold_nothing_back(self, api: Api) -> None:
        await api.connect()

        for media_type in ("application/x-ndjson", "text/csv"):
            answer = await api.get(ITEMS, {"Accept": media_type}, object_types="deals")
            assert answer.headers["x-accel-buffering"] == "no"


class TestTable:
    async def test_it_has_a_row_for_each_item(self, api: Api) -> None:
        await api.connect()

        answer = await api.get(ITEMS, {"Accept": "text/csv"}, object_types="deals", properties="dealname,amount")

        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        ids = {line["item"]["id"] for line in await lines(api, object_types="deals") if "item" in line}
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="hubspot-items.csv"'
        assert {row["id"] for row in rows} == ids
        assert list(rows[0]) == [*TABLE_FIELDS, "dealname", "amount", *LAST_FIELDS]


class TestObjectTypes:
    async def test_each_says_whether_it_can_be_read_and_how_much_there_is(self, api: Api) -> None:
        await api.connect()

        listed = (await api.json("/integrations/hubspot/object-types"))["object_types"]

        contacts = next(entry for entry in listed if entry["name"] == "contacts")
        assert (contacts["readable"], contacts["custom"], contacts["type_id"]) == (True, False, "0-1")
        assert contacts["total"] > 0
        assert {"name": "email", "label": "Email", "type": "string"}.items() <= next(
            property_ for property_ in contacts["properties"] if property_["name"] == "email"
        ).items()

    async def test_pipelines_have_their_stages_in_order(self, api: Api) -> None:
        await api.connect()

        listed = (await api.json("/integrations/hubspot/object-types", totals="false"))["object_types"]

        pipelines = {entry["name"]: entry["pipelines"] for entry in listed}
        assert pipelines["contacts"] == []
        assert [pipeline["label"] for pipeline in pipelines["deals"]] == ["Sales Pipeline", "Renewals & Upsell"]
        assert pipelines["deals"][1]["stages"][0] == {"id": "161330041", "label": "Renewal due"}

    async def test_the_properties_behind_the_fields_of_an_item_are_named_for_sort_and_filter(self, api: Api) -> None:
        await api.connect()

        listed = (await api.json("/integrations/hubspot/object-types", totals="false"))["object_types"]

        search = {entry["name"]: entry["search"] for entry in listed}
        times = {"created": "createdate", "modified": "hs_lastmodifieddate"}
        assert search["deals"] == {"name": "dealname", **times, "most_results": 10_000}
        assert search["contacts"] == search["deals"] | {"name": None, "modified": "lastmodifieddate"}
        assert search["notes"]["name"] is None
        for field in ("name", "created", "modified"):
            answer = await api.json(ITEMS, object_types="deals", sort=f"-{search['deals'][field]}", limit="1")
            assert answer["total"] > 0

    async def test_properties_that_the_account_defined_are_marked_as_custom(self, api: Api) -> None:
        await api.connect()

        listed = (await api.json("/integrations/hubspot/object-types", totals="false"))["object_types"]

        contacts = next(object_type for object_type in listed if object_type["name"] == "contacts")
        found = {info["name"]: (info["custom"], info["group"]) for info in contacts["properties"]}
        assert found["loyalty_points"] == (True, "custom_information")
        assert found["email"] == (False, "record_information")

    async def test_what_cannot_be_counted_for_want_of_a_scope_names_the_scope(self, open_api: OpenApi) -> None:
        async with open_api(hubspot_optional_scopes="tickets") as api:
            await api.connect()

            listed = (await api.json("/integrations/hubspot/object-types"))["object_types"]

        found = {entry["name"]: entry for entry in listed}
        assert (found["emails"]["readable"], found["emails"]["missing_scopes"]) == (False, ["sales-email-read"])
        assert found["notes"]["readable"]
        assert found["notes"]["total"] > 0

    async def test_without_totals_nothing_is_counted_and_all_else_is_the_same(
        self, api: Api, simulator: Simulator
    ) -> None:
        await api.connect()
        simulator.clear_log()

        quick = (await api.json("/integrations/hubspot/object-types", totals="false"))["object_types"]
        searches = simulator.log("/search$")
        listed = (await api.json("/integrations/hubspot/object-types"))["object_types"]

        assert searches == []
        assert quick == [entry | {"total": None} for entry in listed]

    async def test_without_a_connection_there_is_nothing_to_ask(self, api: Api) -> None:
        problem(await api.get("/integrations/hubspot/object-types"), 404, "not_connected")


async def items_of(api: Api, **query: Any) -> dict[str, dict[str, Any]]:
    return {line["item"]["id"]: line["item"] for line in await lines(api, **query) if "item" in line}


class TestCustomObjectNamedLikeAStandardOne:
    async def test_both_are_delivered_under_names_of_their_own(self, api: Api) -> None:
        api.simulator.seed(FIRST_PORTAL, contacts=5, companies=5, deals=20, machines=12, custom_label="Deal")
        await api.connect()
        qualified = f"p{FIRST_PORTAL}_deals"
        listed = (await api.json("/integrations/hubspot/object-types"))["object_types"]
        custom = next(entry for entry in listed if entry["custom"])
        totals = {entry["name"]: entry["total"] for entry in listed}

        told = await lines(api, object_types=f"deals,{custom['type_id']}")

        delivered = Counter(line["item"]["object_type"] for line in told if "item" in line)
        receipt = told[-1]["receipt"]
        assert custom["name"] == custom["item_type"] == qualified
        assert delivered == {name: totals[name] for name in ("deals", qualified)}
        assert receipt["complete"]
        assert {name: one["delivered"] for name, one in receipt["object_types"].items()} == delivered
        assert len({line["item"]["id"] for line in told if "item" in line}) == sum(delivered.values())


class TestChosenAssociations:
    async def test_contacts_come_with_their_links_to_a_custom_object(self, api: Api) -> None:
        await api.connect()

        contacts = await items_of(api, object_types="contacts", associated_types="machine")
        machines = await items_of(api, object_types="machine")

        linked = {(id_, to) for id_, one in contacts.items() for to in one["associations"]["machine"]}
        assert linked
        assert linked == {(to, id_) for id_, one in machines.items() for to in one["associations"]["contacts"]}
        assert all(list(contact["associations"]) == ["machine"] for contact in contacts.values())

    async def test_labels_are_the_same_in_pages_and_streams(self, api: Api) -> None:
        await api.connect()

        companies = await items_of(api, object_types="companies")
        page = await api.json(ITEMS, object_types="companies", limit=100)

        assert {"Billing contact"} == {
            label
            for company in companies.values()
            for labels in company["association_labels"].get("contacts", {}).values()
            for label in labels
        }
        assert all(item == companies[item["id"]] for item in page["items"])

    @pytest.mark.parametrize(
        "query", [{"associations": "false", "associated_types": "deals"}, {"associated_types": "x"}]
    )
    async def test_what_cannot_be_read_is_refused(self, api: Api, query: dict[str, Any]) -> None:
        await api.connect()

        answer = await api.get(ITEMS, object_types="contacts", **query)

        assert answer.status_code == 422


class TestPropertyHistory:
    @pytest.mark.parametrize("more", [{}, {"updated_since": "2000-01-01T00:00:00Z"}])
    async def test_chosen_properties_come_with_their_earlier_values(self, api: Api, more: dict[str, str]) -> None:
        await api.connect()
        query = {"object_types": "deals", "property_history": "dealstage,amount", **more}

        deals = await items_of(api, **query)
        page = await api.json(ITEMS, limit=60, **query)

        assert all(item == deals[item["id"]] for item in page["items"])
        for deal in deals.values():
            assert set(deal["property_history"]) == {"dealstage", "amount"}
            for name, versions in deal["property_history"].items():
                newest = versions[0]["value"] if versions else None
                assert newest == deal["properties"][name]
        first = next(deal_ for deal_ in deals.values() if deal_["properties"]["amount"])
        assert first["property_history"]["amount"][-1]["value"] is None
        assert first["property_history"]["amount"][0]["source"] == "CRM_UI"

    async def test_without_it_there_is_none(self, api: Api) -> None:
        await api.connect()

        page = await api.json(ITEMS, object_types="deals", limit=1)

        assert page["items"][0]["property_history"] is None

    async def test_too_many_are_refused(self, api: Api) -> None:
        await api.connect()

        answer = await api.get(ITEMS, object_types="deals", property_history=",".join(f"p{n}" for n in range(21)))

        assert answer.status_code == 422


class TestQueryInTheBody:
    QUERY = ITEMS + "/query"

    @pytest.fixture(autouse=True)
    async def connected(self, api: Api) -> None:
        await api.connect()

    async def test_a_list_too_long_for_an_address_is_read(self, api: Api) -> None:
        properties = ["email", *(f"custom_property_with_a_long_name_{number}" for number in range(500))]

        answer = await api.http.post(
            self.QUERY, json={"object_types": ["contacts"], "limit": 2, "properties": properties}
        )

        assert answer.status_code == 200, answer.text
        assert [set(item["properties"]) & {"email"} for item in answer.json()["items"]] == [{"email"}, {"email"}]

    async def test_it_answers_as_the_address_does_and_its_cursor_goes_on_there(self, api: Api) -> None:
        first = (await api.http.post(self.QUERY, json={"object_types": ["contacts"], "limit": 2})).json()
        same = (await api.get(ITEMS, object_types="contacts", limit=2)).json()
        after = (await api.get(ITEMS, object_types="contacts", limit=2, after=first["next"])).json()

        assert first["items"] == same["items"]
        assert {item["id"] for item in after["items"]}.isdisjoint(item["id"] for item in first["items"])

    async def test_accept_chooses_the_whole_load(self, api: Api) -> None:
        answer = await api.http.post(
            self.QUERY, json={"object_types": ["tickets"]}, headers={"Accept": "application/x-ndjson"}
        )

        assert next(iter(json.loads(answer.text.splitlines()[-1]))) == "receipt"

    @pytest.mark.parametrize(
        ("body", "parameter"),
        [
            ({"limit": 0}, "limit"),
            ({"limit": "2"}, "limit"),
            ({"object_types": []}, "object_types"),
            ({"object_types": "contacts"}, "object_types"),
            ({"properties": ["a,b"]}, "properties.0"),
            ({"properties": [""]}, "properties.0"),
            ({"archived": "true"}, "archived"),
            ({"updated_since": 1764000000}, "updated_since"),
            ({"properties": ["x"] * 2_001}, "properties"),
        ],
    )
    async def test_a_wrong_member_is_named(self, api: Api, body: dict[str, Any], parameter: str) -> None:
        answer = await api.http.post(self.QUERY, json=body)

        problem(answer, 422, "validation_failed")
        assert answer.json()["errors"][0]["parameter"] == parameter

    @pytest.mark.parametrize(
        ("body", "detail"),
        [
            ({"object_types": "contacts"}, "The parameter `object_types` is wrong: should be a list."),
            ({"properties": ["x"] * 2_001}, "The parameter `properties` is wrong: should have at most 2000 entries."),
            ({"object_types": []}, "The parameter `object_types` is wrong: should not be empty."),
            ([1], "The body should be a JSON object, sent with `Content-Type: application/json`."),
        ],
    )
    async def test_the_detail_speaks_of_json_not_of_python(self, api: Api, body: Any, detail: str) -> None:
        answer = await api.http.post(self.QUERY, json=body)

        assert answer.json()["detail"] == detail

    @pytest.mark.parametrize(
        ("content", "media_type", "detail"),
        [
            (b"", "application/json", "The body should be a JSON object, sent with `Content-Type: application/json`."),
            (b"{}", "text/plain", "The body should be a JSON object, sent with `Content-Type: application/json`."),
            (b"{", "application/json", "The body is not valid JSON."),
        ],
    )
    async def test_the_detail_says_what_is_wrong_with_the_body(
        self, api: Api, content: bytes, media_type: str, detail: str
    ) -> None:
        answer = await api.http.post(self.QUERY, content=content, headers={"Content-Type": media_type})

        body = problem(answer, 422, "validation_failed")
        assert (body["detail"], body["errors"]) == (detail, [{"parameter": None, "detail": detail}])

    @pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b'{"unknown": 1}'])
    async def test_a_body_that_is_no_query_is_refused(self, api: Api, content: bytes) -> None:
        answer = await api.http.post(self.QUERY, content=content, headers={"Content-Type": "application/json"})

        problem(answer, 422, "validation_failed")
