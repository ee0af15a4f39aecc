"""Lists, single records, batch read and what they refuse."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.raw_app import EU_PORTAL, FIRST_PORTAL, RawApp
from tests.servers import Simulator

OBJECTS = "/crm/objects/2026-09"
CONTACTS = f"{OBJECTS}/contacts"


def pages(client: httpx.Client, path: str, **params: str | int) -> list[dict[str, Any]]:
    """Every record of a list, by its cursor."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = client.get(path, params={"limit": 100, **params, **after}).raise_for_status().json()
        found += page["results"]
        if "paging" not in page:
            return found
        after = {"after": page["paging"]["next"]["after"]}


class TestLists:
    @pytest.mark.parametrize("limit", [7, 100])
    def test_the_cursor_gives_each_live_record_once_in_order_of_id(
        self, client: httpx.Client, simulator: Simulator, limit: int
    ) -> None:
        simulator.settings(limits_enabled=False)

        ids = [int(record["id"]) for record in pages(client, f"{OBJECTS}/companies", limit=limit)]

        assert ids == sorted(ids)
        assert [str(id_) for id_ in ids] == [record["id"] for record in simulator.export(FIRST_PORTAL, "companies")]

    def test_an_order_without_rhyme_gives_each_record_once_too(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.settings(limits_enabled=False, list_order="scattered")

        ids = [record["id"] for record in pages(client, f"{OBJECTS}/companies", limit=7)]

        assert ids != sorted(ids, key=int)
        assert sorted(ids, key=int) == [record["id"] for record in simulator.export(FIRST_PORTAL, "companies")]

    def test_values_are_the_truth(self, client: httpx.Client, simulator: Simulator) -> None:
        truth = {record["id"]: record for record in simulator.export(FIRST_PORTAL, "contacts")}
        names = "firstname,lastname,email,message,loyalty_points,birthday,hs_merged_object_ids"

        for record in pages(client, CONTACTS, properties=names):
            expected = truth[record["id"]]
            present = {name: value for name, value in record["properties"].items() if value is not None}
            assert present.items() <= expected["properties"].items()
            assert datetime.fromisoformat(record["updatedAt"]) == datetime.fromisoformat(expected["updatedAt"])

    def test_a_requested_property_without_value_is_null_and_an_unknown_one_is_left_out(
        self, client: httpx.Client
    ) -> None:
        [record] = client.get(CONTACTS, params={"limit": 1, "properties": "fax,nonsense"}).json()["results"]

        assert record["properties"].keys() == {"fax", "createdate", "lastmodifieddate", "hs_object_id"}
        assert record["properties"]["fax"] is None

    def test_archived_records_come_only_when_asked_for(self, client: httpx.Client) -> None:
        live, archived = pages(client, CONTACTS), pages(client, CONTACTS, archived="TRUE")

        assert archived
        assert all(record["archived"] and record["archivedAt"] for record in archived)
        assert not {record["id"] for record in live} & {record["id"] for record in archived}

    @pytest.mark.parametrize("name", ["contact", "CONTACTS", "0-1"])
    def test_a_type_goes_by_several_names(self, client: httpx.Client, name: str) -> None:
        assert client.get(f"{OBJECTS}/{name}", params={"limit": 1}).json()["results"][0]["id"] == "51"

    @pytest.mark.parametrize("path", ["/crm/v3/objects/contacts", "/crm/objects/v3/contacts", f"{CONTACTS}/"])
    def test_legacy_paths_and_a_last_slash_work_too(self, client: httpx.Client, path: str) -> None:
        assert client.get(path, params={"limit": 1}).json()["results"][0]["id"] == "51"

    def test_more_than_a_hundred_associations_are_cut_and_go_on_by_their_cursor(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        [truth, *_] = simulator.export(FIRST_PORTAL, "companies")
        [company] = client.get(f"{OBJECTS}/companies", params={"limit": 1, "associations": "contacts"}).json()[
            "results"
        ]
        inline = company["associations"]["contacts"]
        rest = client.get(inline["paging"]["next"]["link"].removeprefix(simulator.url)).json()

        listed = list(dict.fromkeys(result["id"] for result in inline["results"]))  # one with a label is there twice
        assert len(listed) == 100
        assert listed + [result["toObjectId"] for result in rest["results"]] == truth["associations"]["contacts"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status", "message"),
        [
            ("contacts?limit=101", 400, "You can only request at most 100 objects in one request."),
            ("contacts?limit=0", 400, "limit must be greater than 0"),
            ("contacts?limit=ten", 400, "Invalid integer value for limit: ten"),
            ("contacts?after=x", 400, "Invalid value for after: x"),
            (
                "contacts?limit=51&propertiesWithHistory=city",
                400,
                "You can only request at most 50 objects in one request for properties with history",
            ),
            ("widgets", 400, "Unable to infer object type from: widgets"),
            ("0-9999", 400, "Invalid object or event type id: 0-9999"),
            ("contacts/abc", 404, "Object not found.  objectId are usually numeric."),
            ("contacts/0", 404, "Object not found. objectId is usually positive."),
            ("contacts/9223372036854775808", 404, "Object not found.  objectId are usually numeric."),
            (
                "contacts/51/associations/companies?limit=501",
                400,
                "You can only request at most 500 associations at once.",
            ),
        ],
    )
    def test_bad_requests_are_refused_in_hubspots_words(
        self, client: httpx.Client, path: str, status: int, message: str
    ) -> None:
        answer = client.get(f"{OBJECTS}/{path}")

        assert (answer.status_code, answer.json()["message"]) == (status, message)

    def test_a_missing_scope_names_those_that_would_do(self, app: RawApp) -> None:
        with app.client(optional_scope="") as client:
            answer = client.get(f"{OBJECTS}/tickets")

        body = answer.json()
        assert (answer.status_code, body["category"]) == (403, "MISSING_SCOPES")
        assert body["errors"][0]["context"]["requiredGranularScopes"] == ["tickets", "crm.objects.tickets.read"]

    def test_an_unknown_type_is_refused_before_the_scope(self, app: RawApp) -> None:
        with app.client(EU_PORTAL) as client:
            assert client.get(f"{OBJECTS}/machine").status_code == 400
            assert client.get(f"{OBJECTS}/tickets").status_code == 403

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/crm/nothing", 404),
            ("GET", f"{CONTACTS}/search", 405),
            ("GET", "/crm/v9/x", 404),
            ("GET", f"{CONTACTS}/7", 404),
        ],
    )
    def test_what_is_not_routed_is_html(self, client: httpx.Client, method: str, path: str, status: int) -> None:
        answer = client.request(method, path)

        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert f"Error {status}" in answer.text
        assert answer.headers["x-hubspot-correlation-id"]

    def test_a_url_of_more_than_16_thousand_characters_is_too_long(self, client: httpx.Client) -> None:
        room = 16_000 - len(CONTACTS) - len("properties=")

        assert client.get(f"{CONTACTS}?properties={'p' * room}").status_code == 200
        answer = client.get(f"{CONTACTS}?properties={'p' * (room + 1)}")
        assert (answer.status_code, "414 Request-URI Too Large" in answer.text) == (414, True)


class TestBatchRead:
    def read(self, client: httpx.Client, ids: list[str], **more: Any) -> httpx.Response:
        body = {"inputs": [{"id": id_} for id_ in ids], "properties": ["email"], "propertiesWithHistory": [], **more}
        return client.post(f"{CONTACTS}/batch/read", json=body)

    def test_what_is_unknown_is_an_error_beside_the_results(self, client: httpx.Client) -> None:
        answer = self.read(client, ["101", "7", "51", "abc"])

        body = answer.json()
        assert answer.status_code == 207
        assert [record["id"] for record in body["results"]] == ["101", "51"]
        assert body["numErrors"] == 1
        assert body["errors"][0]["context"] == {"ids": ["7", "abc"]}

    def test_a_merged_id_gives_the_survivor(self, client: httpx.Client) -> None:
        merged = pages(client, CONTACTS, properties="hs_merged_object_ids")
        [survivor] = [record for record in merged if record["properties"]["hs_merged_object_ids"]]
        [loser, _] = survivor["properties"]["hs_merged_object_ids"].split(";")

        assert [record["id"] for record in self.read(client, [loser]).json()["results"]] == [survivor["id"]]
        assert client.get(f"{CONTACTS}/{loser}").json()["id"] == survivor["id"]

    def test_a_unique_property_can_stand_for_the_id(self, client: httpx.Client) -> None:
        email = client.get(CONTACTS, params={"limit": 1}).json()["results"][0]["properties"]["email"]

        answer = self.read(client, [email, "nobody@example.org"], idProperty="email")

        assert [record["id"] for record in answer.json()["results"]] == ["51"]
        assert client.get(f"{CONTACTS}/{email}", params={"idProperty": "email"}).json()["id"] == "51"

    @pytest.mark.parametrize(("count", "history", "status"), [(100, [], 207), (101, [], 400), (51, ["email"], 400)])
    def test_a_batch_has_100_inputs_and_50_with_history(
        self, client: httpx.Client, count: int, history: list[str], status: int
    ) -> None:
        ids = [str(number) for number in range(count)]

        assert self.read(client, ids, propertiesWithHistory=history).status_code == status

    def test_a_history_has_each_value_that_a_property_had_newest_first(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        [seeded] = client.get(CONTACTS, params={"limit": 1, "properties": "firstname,city"}).json()["results"]
        for first_name in ("Ada", "Ada", "Grace"):
            simulator.update(FIRST_PORTAL, "contacts", "51", firstname=first_name)

        [record] = self.read(client, ["51"], propertiesWithHistory=["firstname", "city"]).json()["results"]

        history = record["propertiesWithHistory"]
        values = {name: [version["value"] for version in versions] for name, versions in history.items()}
        assert values == {
            "firstname": ["Grace", "Ada", seeded["properties"]["firstname"], ""],
            "city": [seeded["properties"]["city"], ""],
        }
        moments = [datetime.fromisoformat(version["timestamp"]) for version in history["firstname"]]
        assert moments == sorted(moments, reverse=True)
        assert history["city"][0]["timestamp"] == seeded["updatedAt"]

    def test_a_body_that_is_no_json_is_refused(self, client: httpx.Client) -> None:
        answer = client.post(f"{CONTACTS}/batch/read", content=b'{"inputs": [')

        assert answer.status_code == 400
        assert answer.json()["message"].startswith("Invalid input JSON on line 1, column ")


class TestAssociations:
    def read(self, client: httpx.Client, inputs: list[dict[str, str]]) -> httpx.Response:
        return client.post("/crm/associations/2026-09/companies/contacts/batch/read", json={"inputs": inputs})

    def test_pages_continue_by_the_cursor_of_each_record(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(association_page_size=90)
        [truth, *_] = simulator.export(FIRST_PORTAL, "companies")
        found: list[str] = []
        wanted = {"id": "51"}

        while wanted:
            [result] = self.read(client, [wanted]).json()["results"]
            found += [entry["toObjectId"] for entry in result["to"]]
            following = result.get("paging", {}).get("next", {}).get("after")
            wanted = {"id": "51", "after": following} if following else {}

        assert found == truth["associations"]["contacts"]

    def test_a_primary_association_is_listed_as_unlabelled_too(self, client: httpx.Client) -> None:
        [result] = self.read(client, [{"id": "51"}]).json()["results"]

        labels = [kind["label"] for kind in result["to"][0]["associationTypes"]]
        assert labels == ["Primary", None, "Billing contact"]

    def test_none_is_an_error_entry_in_a_207(self, client: httpx.Client) -> None:
        answer = self.read(client, [{"id": "51"}, {"id": "7"}])

        body = answer.json()
        assert (answer.status_code, body["status"], body["numErrors"]) == (207, "COMPLETE", 1)
        assert body["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
        assert body["errors"][0]["message"] == "No contact is associated with company 7."

    def test_a_batch_has_a_thousand_inputs(self, client: httpx.Client) -> None:
        inputs = [{"id": str(51 + 50 * row)} for row in range(1001)]

        assert self.read(client, inputs[:1000]).status_code == 207
        assert self.read(client, inputs).status_code == 400

    def test_ids_are_strings_in_dated_versions_and_numbers_in_v4(self, client: httpx.Client) -> None:
        inputs = {"inputs": [{"id": "51"}]}
        kinds = {
            version: type(
                client.post(f"/crm/{version}/companies/contacts/batch/read", json=inputs).json()["results"][0]["to"][0][
                    "toObjectId"
                ]
            )
            for version in ("associations/2026-09", "v4/associations")
        }

        assert kinds == {"associations/2026-09": str, "v4/associations": int}

    @pytest.mark.parametrize("after", ["%%%", "MC0yLTc1MDI%3D", "abc"])
    def test_a_cursor_of_another_type_or_none_is_refused(self, client: httpx.Client, after: str) -> None:
        assert self.read(client, [{"id": "51", "after": after}]).status_code == 400


class TestTheRest:
    def test_owners_are_paged_and_archived_ones_apart(self, client: httpx.Client) -> None:
        live, archived = pages(client, "/crm/owners/2026-09"), pages(client, "/crm/owners/2026-09", archived="true")

        assert (len(live), len(archived)) == (120, 5)
        assert {owner["userId"] for owner in archived} == {None}

    def test_emails_need_their_own_scope(self, app: RawApp) -> None:
        with app.client(optional_scope="") as limited:
            answer = limited.get(f"{OBJECTS}/emails")

        named = answer.json()["errors"][0]["context"]["requiredGranularScopes"]
        assert (answer.status_code, named[-1]) == (403, "sales-email-read")

    def test_content_of_emails_is_withheld_where_they_are_not_refused(
        self, app: RawApp, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.settings(emails_without_scope="withheld")
        asked = {"limit": "1", "properties": "hs_email_subject,hs_email_status"}
        with app.client(optional_scope="") as limited:
            [withheld] = limited.get(f"{OBJECTS}/emails", params=asked).json()["results"]
        [shown] = client.get(f"{OBJECTS}/emails", params=asked).json()["results"]

        assert withheld["properties"]["hs_email_subject"] is None
        assert withheld["properties"]["hs_email_status"]
        assert shown["properties"]["hs_email_subject"]

    def test_account_details_name_the_host_of_record_urls(self, app: RawApp) -> None:
        with app.client(EU_PORTAL) as client:
            details = client.get("/account-info/2026-09/details").json()
            [record] = client.get(CONTACTS, params={"limit": 1}).json()["results"]

        assert details["uiDomain"] == "app-eu1.hubspot.com"
        assert record["url"] == f"https://app-eu1.hubspot.com/contacts/{EU_PORTAL}/record/0-1/51"
