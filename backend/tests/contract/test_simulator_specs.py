"""The simulator's answers against HubSpot's published OpenAPI documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.contract import published_documents as documents
from tests.raw_app import RawApp
from tests.servers import Simulator

pytestmark = [
    pytest.mark.specs,
    pytest.mark.skipif(
        not documents.FOLDER.is_dir(), reason="HubSpot's OpenAPI documents are not beside the repository"
    ),
]


@dataclass(frozen=True)
class Case:
    """A request, the status it is to have, and where its answer is described."""

    document: str
    template: str
    path: str
    method: str = "get"
    status: int = 200
    json: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status} {self.document}"


OBJECTS = "/crm/objects/2026-09/{objectType}"
RECORD = f"{OBJECTS}/{{objectId}}"
BETA_CONTACTS = "/crm/objects/2026-09-beta/contacts"
BETA_LINKS = "/crm/associations/2026-09-beta/{fromObjectType}/{toObjectType}"
SCHEMAS = "/crm-object-schemas/2026-09/schemas"
PIPELINES = "/crm/pipelines/2026-09/{objectType}"
PROPERTIES = "/crm/properties/2026-09/{objectType}"
V3 = "/crm/v3/objects/{objectType}"
EVERY_TYPE = (
    *("contacts", "companies", "deals", "tickets", "products", "line_items", "quotes", "leads"),
    *("calls", "emails", "meetings", "notes", "tasks", "machine", "2-3456789", "0-1"),
)
A_SEARCH = {
    "filterGroups": [{"filters": [{"propertyName": "createdate", "operator": "GT", "value": "1"}]}],
    "sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
    "limit": 2,
}

CASES = [
    *(Case("objects.2026-09", OBJECTS, f"/crm/objects/2026-09/{name}?limit=100") for name in EVERY_TYPE),
    Case("objects.2026-09", OBJECTS, "/crm/objects/2026-09/companies?limit=9&associations=contacts,deals,nonsense"),
    Case("objects.2026-09", OBJECTS, "/crm/objects/2026-09/contacts?limit=9&propertiesWithHistory=firstname,city"),
    Case("objects.2026-09", OBJECTS, "/crm/objects/2026-09/contacts?archived=true"),
    Case("objects.2026-09", OBJECTS, "/crm/objects/2026-09/contacts?limit=101", status=400),
    Case("objects.2026-09", OBJECTS, "/crm/objects/2026-09/widgets", status=400),
    Case("objects.2026-09", RECORD, "/crm/objects/2026-09/contacts/51?associations=companies"),
    Case("objects.2026-09", RECORD, "/crm/objects/2026-09/contacts/abc", status=404),
    Case(
        "objects.2026-09",
        f"{OBJECTS}/batch/read",
        "/crm/objects/2026-09/deals/batch/read",
        "post",
        json={"inputs": [{"id": "51"}, {"id": "101"}], "properties": ["dealname"], "propertiesWithHistory": []},
    ),
    Case(
        "contacts.2026-09-beta",
        f"{BETA_CONTACTS}/batch/read",
        "/crm/objects/2026-09/contacts/batch/read",
        "post",
        207,
        {"inputs": [{"id": "51"}, {"id": "7"}], "properties": [], "propertiesWithHistory": ["firstname"]},
    ),
    Case("objects.2026-09", f"{OBJECTS}/search", "/crm/objects/2026-09/tickets/search", "post", json=A_SEARCH),
    Case("objects.v3", f"{V3}/search", "/crm/v3/objects/tickets/search", "post", json=A_SEARCH),
    Case("objects.v3", V3, "/crm/v3/objects/deals?limit=3&associations=contacts"),
    Case(
        "contacts.2026-09-beta",
        f"{BETA_CONTACTS}/{{contactId}}/associations/{{toObjectType}}",
        "/crm/objects/2026-09/contacts/51/associations/companies",
    ),
    Case(
        "associations.2026-09-beta",
        f"{BETA_LINKS}/batch/read",
        "/crm/associations/2026-09/companies/contacts/batch/read",
        "post",
        207,
        {"inputs": [{"id": "51"}, {"id": "7"}]},
    ),
    Case(
        "associations.2026-09",
        "/crm/associations/2026-09/{fromObjectType}/{toObjectType}/batch/read",
        "/crm/associations/2026-09/companies/contacts/batch/read",
        "post",
        json={"inputs": [{"id": "51"}]},
    ),
    Case(
        "associations.v4",
        "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read",
        "/crm/v4/associations/deals/contacts/batch/read",
        "post",
        207,
        {"inputs": [{"id": "51"}, {"id": "7"}]},
    ),
    Case(
        "associations-schema.2026-09",
        "/crm/associations/2026-09/{fromObjectType}/{toObjectType}/labels",
        "/crm/associations/2026-09/contacts/companies/labels",
    ),
    Case("properties.2026-09", PROPERTIES, "/crm/properties/2026-09/contacts"),
    Case("properties.2026-09", f"{PROPERTIES}/{{propertyName}}", "/crm/properties/2026-09/deals/dealstage"),
    Case("properties.2026-09", f"{PROPERTIES}/{{propertyName}}", "/crm/properties/2026-09/deals/nothing", status=404),
    Case("properties.2026-09", f"{PROPERTIES}/groups", "/crm/properties/2026-09/deals/groups"),
    Case(
        "properties.2026-09",
        f"{PROPERTIES}/batch/read",
        "/crm/properties/2026-09/deals/batch/read",
        "post",
        json={"archived": False, "dataSensitivity": "non_sensitive", "inputs": [{"name": "dealname"}]},
    ),
    Case("schemas.2026-09", SCHEMAS, SCHEMAS),
    Case("schemas.2026-09", f"{SCHEMAS}/{{objectType}}", f"{SCHEMAS}/2-3456789"),
    Case("owners.2026-09", "/crm/owners/2026-09", "/crm/owners/2026-09?limit=7"),
    Case("owners.2026-09", "/crm/owners/2026-09", "/crm/owners/2026-09?archived=true"),
    Case("owners.2026-09", "/crm/owners/2026-09/{ownerId}", "/crm/owners/2026-09/70000001"),
    Case("pipelines.2026-09", PIPELINES, "/crm/pipelines/2026-09/deals"),
    Case("pipelines.2026-09", PIPELINES, "/crm/pipelines/2026-09/tickets"),
    Case("pipelines.2026-09", f"{PIPELINES}/{{pipelineId}}", "/crm/pipelines/2026-09/deals/default"),
    Case("pipelines.2026-09", f"{PIPELINES}/{{pipelineId}}/stages", "/crm/pipelines/2026-09/deals/default/stages"),
    Case("account-info.2026-09", "/account-info/2026-09/details", "/account-info/2026-09/details"),
]


@pytest.fixture(scope="module")
def client(_simulator_process: Simulator) -> Iterator[httpx.Client]:
    """One connection for all cases, which change nothing."""
    _simulator_process.reset()
    with RawApp(_simulator_process).client() as connected:
        yield connected


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_is_as_documented(client: httpx.Client, case: Case) -> None:
    answer = client.request(case.method, case.path, json=case.json)

    assert answer.status_code == case.status, answer.text[:500]
    found = documents.violations(case.document, case.template, case.method, answer.status_code, answer.json())
    assert found == []


class TestOAuth:
    def test_the_token_answer_is_as_documented(self, simulator: Simulator) -> None:
        app = RawApp(simulator, version="2026-03")

        body = app.exchange(app.code()).json()

        assert documents.violations("oauth.2026-03", "/oauth/2026-03/token", "post", 200, body) == []

    @pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
    def test_the_introspection_of_a_token_is_as_documented(self, simulator: Simulator, kind: str) -> None:
        app = RawApp(simulator, version="2026-03")
        token = app.connect()[kind]

        body = app.introspect(token, token_type_hint=kind).json()

        assert body["token_use"] == kind
        assert documents.violations("oauth.2026-03", "/oauth/2026-03/token/introspect", "post", 200, body) == []

    def test_v1_token_details_are_as_documented(self, simulator: Simulator) -> None:
        app = RawApp(simulator, version="v1")
        tokens = app.connect()

        for kind in ("access", "refresh"):
            path = f"/oauth/v1/{kind}-tokens/"
            body = httpx.get(f"{simulator.url}{path}{tokens[f'{kind}_token']}", trust_env=False).json()
            assert documents.violations("oauth.v1", f"{path}{{token}}", "get", 200, body) == []


class TestTheCheckItself:
    def test_a_wrong_type_a_missing_and_an_unknown_field_are_found(self) -> None:
        body = {"results": [{"id": 51, "properties": {}, "createdAt": "soon", "archived": False, "colour": "red"}]}

        found = documents.violations("objects.2026-09", OBJECTS, "get", 200, body)

        for part in (
            "51 is not of type 'string'",
            "'colour' was unexpected",
            "'updatedAt' is a required",
            "'soon' is not",
        ):
            assert any(part in match for match in found), found
