"""Shapes that recorded answers of HubSpot show and its documents do not."""

import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.raw_app import EU_PORTAL, FIRST_PORTAL, RawApp
from tests.servers import Simulator

OBJECTS = "/crm/objects/2026-09"


def first(client: httpx.Client, path: str, **params: str) -> dict[str, Any]:
    record: dict[str, Any] = client.get(path, params={"limit": "1", **params}).json()["results"][0]
    return record


class TestRecords:
    def test_a_lead_has_another_created_property_and_no_createdate(self, client: httpx.Client) -> None:
        lead = first(client, f"{OBJECTS}/leads", properties="createdate,hs_createdate")
        search = {"filterGroups": [{"filters": [{"propertyName": "createdate", "operator": "GT", "value": "1"}]}]}

        assert "createdate" not in lead["properties"]
        assert lead["properties"]["hs_createdate"] == lead["createdAt"]
        assert client.post(f"{OBJECTS}/leads/search", json=search).status_code == 400

    def test_calculated_numbers_have_all_digits_of_their_binary_fraction(self, client: httpx.Client) -> None:
        asked = {"limit": "100", "properties": "amount,hs_deal_stage_probability,hs_projected_amount"}
        deals = [result["properties"] for result in client.get(f"{OBJECTS}/deals", params=asked).json()["results"]]
        written = {deal["hs_deal_stage_probability"] for deal in deals}

        assert "0.200000000000000011102230246251565404236316680908203125" in written
        assert any(len(deal["hs_projected_amount"]) > 40 for deal in deals)

    @pytest.mark.parametrize(
        ("object_type", "place"),
        [
            ("contacts", r"contacts/{portal}/record/0-1/\d+"),
            ("tasks", r"tasks/{portal}/view/all/task/\d+"),
            ("notes", r"contacts/{portal}/objects/0-46/views/all/list\?filters=%5B%7B%22property%22%3A%22hs_.+"),
        ],
    )
    @pytest.mark.parametrize("version", ["crm/objects/2026-09", "crm/v3/objects"])
    def test_each_type_has_its_own_address(
        self, client: httpx.Client, version: str, object_type: str, place: str
    ) -> None:
        url = first(client, f"/{version}/{object_type}")["url"]

        assert re.fullmatch(f"https://app.hubspot.com/{place.replace('{portal}', FIRST_PORTAL)}", url)

    @pytest.mark.parametrize("path", ["contacts", "companies", "owners", "pipelines"])
    def test_a_time_on_the_second_has_no_fraction(self, client: httpx.Client, simulator: Simulator, path: str) -> None:
        simulator.settings(limits_enabled=False)
        address = {"owners": "/crm/owners/2026-09", "pipelines": "/crm/pipelines/2026-09/deals"}

        text = client.get(address.get(path, f"{OBJECTS}/{path}"), params={"limit": "100"}).text

        assert ".000Z" not in text

    def test_a_live_record_comes_with_the_archived_ones_by_id(self, client: httpx.Client) -> None:
        batch = client.post(f"{OBJECTS}/contacts/batch/read?archived=true", json={"inputs": [{"id": "51"}]})

        assert [result["id"] for result in batch.json()["results"]] == ["51"]
        assert client.get(f"{OBJECTS}/contacts/51", params={"archived": "true"}).json()["archived"] is False


class TestAssociations:
    def test_line_items_are_spelled_with_a_space(self, client: httpx.Client) -> None:
        asked = {"limit": "5", "associations": "line_items"}
        deals = client.get(f"{OBJECTS}/deals", params=asked).json()["results"]

        linked = [deal["associations"] for deal in deals if "associations" in deal]
        assert {name for entry in linked for name in entry} == {"line items"}
        assert linked[0]["line items"]["results"][0]["type"] == "deal_to_line_item"

    def test_v3_names_targets_by_id_and_type_and_forgets_the_cursor(self, client: httpx.Client) -> None:
        path = "/crm/v3/associations/companies/contacts/batch/read"
        [result] = client.post(path, json={"inputs": [{"id": "51"}]}).json()["results"]
        following = result["paging"]["next"]
        [again] = client.post(path, json={"inputs": [{"id": "51", "after": following["after"]}]}).json()["results"]

        assert result["to"][0].keys() == {"id", "type"}
        assert result["to"][0]["type"] == "company_to_contact"
        assert (len({entry["id"] for entry in result["to"]}), again["to"]) == (100, result["to"])
        assert f"/crm/v3/objects/0-2/51/associations/0-1?portalId={FIRST_PORTAL}&after=" in following["link"]

    def test_the_list_of_v3_names_them_so_too(self, client: httpx.Client) -> None:
        found = client.get("/crm/v3/objects/contacts/51/associations/companies").json()["results"]

        assert [match["type"] for match in found[:2]] == ["contact_to_company", "contact_to_company_unlabeled"]


class TestDefinitions:
    def test_contacts_have_a_pipeline_of_lifecycle_stages(self, client: httpx.Client) -> None:
        [pipeline] = client.get("/crm/pipelines/2026-09/contacts").json()["results"]

        assert pipeline["id"] == "contacts-lifecycle-pipeline"
        assert [stage["metadata"]["state"] for stage in pipeline["stages"]] == ["OPEN"] * 7 + ["CLOSED"]
        assert pipeline["createdAt"] == "1970-01-01T00:00:00Z"

    def test_what_hubspot_counts_up_is_read_only_and_not_calculated(self, client: httpx.Client) -> None:
        found = client.get("/crm/properties/2026-09/companies/num_associated_contacts").json()

        assert (found["fieldType"], found["calculated"]) == ("calculation_rollup", False)
        assert found["modificationMetadata"]["readOnlyValue"]


class TestHeaders:
    @pytest.mark.parametrize("path", [f"{OBJECTS}/contacts", f"{OBJECTS}/nothing", "/nowhere"])
    def test_the_date_is_the_simulators_time(self, client: httpx.Client, simulator: Simulator, path: str) -> None:
        simulator.settings(clock_offset_s=-600)

        [date] = client.get(path).headers.get_list("Date")

        assert time.time() - parsedate_to_datetime(date).timestamp() == pytest.approx(600, abs=10)


class TestRefusals:
    def test_the_schemas_name_their_scope_beside_the_message(self, app: RawApp) -> None:
        with app.client(optional_scope="") as client:
            answer = client.get("/crm-object-schemas/2026-09/schemas")

        assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
        assert answer.json()["context"]["requiredGranularScopes"] == ["custom-object-read"]

    def test_the_properties_of_leads_name_theirs_in_words(self, app: RawApp) -> None:
        with app.client(EU_PORTAL, optional_scope="") as client:
            answer = client.get("/crm/properties/2026-09/leads")

        assert answer.status_code == 403
        assert answer.json()["message"] == (
            "You do not have permissions to view_schema object type ObjectTypeId{legacyObjectType=LEAD}"
            f" in portal {EU_PORTAL} (requires one of [leads-read])"
        )
        assert "category" not in answer.json()

    @pytest.mark.parametrize(
        ("wording", "part"),
        [
            ("granular", '"requiredGranularScopes":["tickets"]'),
            ("required", '"requiredScopes":["tickets"]'),
            ("context", '"context":{"requiredGranularScopes":["tickets"]'),
            ("view_schema", "(requires one of [tickets])"),
            ("oauth_token", "does not have proper permissions! (requires any of [tickets])"),
            ("auth_request", "auth request is missing required 'tickets' scope"),
            ("forbidden", '"category":"FORBIDDEN"'),
            ("page", "<title>Error 403 Forbidden</title>"),
        ],
    )
    def test_a_403_can_be_ordered_in_every_wording(
        self, client: httpx.Client, simulator: Simulator, wording: str, part: str
    ) -> None:
        simulator.fault("/tickets$", "status", status=403, wording=wording, scopes=["tickets"])

        answer = client.get(f"{OBJECTS}/tickets")

        assert answer.status_code == 403
        assert part in answer.text

    def test_a_write_is_refused_for_want_of_its_scope(self, client: httpx.Client) -> None:
        answer = client.patch(f"{OBJECTS}/contacts/51", json={"properties": {"city": "Ghent"}})

        assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.write"]
