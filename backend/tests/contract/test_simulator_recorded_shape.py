"""The simulator's answers against recorded ones, member by member: names and types of values."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.contract.recorded_answers import Recorded, needs_recordings, recorded
from tests.integration.siblings.test_simulated_vendors import Airtable, Notion
from tests.raw_app import RawApp
from tests.servers import Simulator

pytestmark = needs_recordings

V3 = "/crm/v3/objects"
# Maps whose keys are data: of a record, of inline associations, of a Notion object.
OPEN_MAPS = re.compile(r"(^|\.)(properties|propertiesWithHistory|associations|context)$")
Shape = dict[str, set[str]]


@dataclass(frozen=True)
class Case:
    """A recorded answer, and the request that the simulator answers so.

    Args:
        lacks: members that only the recorded answer has, as a pattern, each with the reason.
        adds: members that only the simulator's has.
    """

    name: str
    path: str
    method: str = "GET"
    folder: str = "hubspot"
    json: Any = None
    lacks: dict[str, str] = field(default_factory=dict)
    adds: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


ONE_PAGE = {r"paging.*": "the recorded account has one page"}
OWN_PROPERTIES = {r"results\[\]\.(archived|(created|updated)UserId)": "only one of the two has properties of its own"}
NO_TEAMS = {r".*teams.*": "nobody in the recorded account is in a team"}
CASES = [
    *(Case(f"nango-{name}", f"{V3}/{name}?limit=100", adds=ONE_PAGE) for name in ("companies", "contacts", "deals")),
    Case("nango-list-tickets", f"{V3}/tickets?limit=50", adds=ONE_PAGE),
    Case("nango-tasks", f"{V3}/tasks?limit=50&associations=contacts,companies,deals"),
    *(
        Case(f"nango-get-{name}", f"{V3}/{plural}/51")
        for name, plural in (
            ("contact", "contacts"),
            ("company", "companies"),
            ("deal", "deals"),
            ("ticket", "tickets"),
        )
    ),
    *(
        Case(f"nango-search-{name}", f"{V3}/{name}/search", "POST", json={"limit": 5}, adds=ONE_PAGE)
        for name in ("companies", "deals", "tickets")
    ),
    Case(
        "amp-test__read__objects-api__contacts-batch",
        f"{V3}/contacts/batch/read",
        "POST",
        json={"inputs": ["51", "101"]},
    ),
    Case("nango-owners", "/crm/v3/owners?limit=100", adds=ONE_PAGE | NO_TEAMS),
    Case("nango-get-owner", "/crm/v3/owners/70000001", adds=NO_TEAMS),
    Case("nango-fetch-pipelines", "/crm/v3/pipelines/deals"),
    Case("amp-test__metadata-contacts-external-pipelines", "/crm/v3/pipelines/contacts"),
    Case("nango-fetch-properties", "/crm/v3/properties/companies", lacks=OWN_PROPERTIES),
    Case("estuary-contacts-properties", "/crm/v3/properties/contacts", adds=OWN_PROPERTIES),
    Case(
        "amp-internal__associations__test__contacts-schema-resp",
        "/crm/v3/schemas/contacts?includePropertyDefinitions=false",
    ),
    Case(
        "nango-fetch-account-information",
        "/account-info/v3/details",
        adds={r"additionalCurrencies\[\]": "the recorded account has one currency"},
    ),
    Case(
        "amp-test__search__contacts__contacts-to-companies",
        "/crm/v4/associations/contacts/companies/batch/read",
        "POST",
        json={"inputs": [{"id": "51"}, {"id": "7"}]},
    ),
    Case(
        "associations__v3_batch_read",
        "/crm/v3/associations/companies/contacts/batch/read",
        "POST",
        "more",
        {"inputs": [{"id": "51"}]},
    ),
    Case("amp-test__search__error-invalid-object", f"{V3}/butterflies/search", "POST", json={}),
    Case("400-archived-meetings", f"{V3}/meetings?archived=true", folder="hubspot-errors"),
]


def shape_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each member's path and the type of its value; lists and open maps count as one member of each."""
    if isinstance(value, dict):
        yield path, "object"
        for name, part in value.items():
            key = "*" if OPEN_MAPS.search(path) else name
            yield from shape_of(part, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        yield path, "list"
        for part in value:
            yield from shape_of(part, f"{path}[]")
    else:
        yield path, {str: "text", bool: "flag", int: "number", float: "number", type(None): "null"}[type(value)]


def shape(*values: Any) -> Shape:
    found: Shape = defaultdict(set)
    for value in values:
        for path, kind in shape_of(value):
            found[path].add(kind)
    return found


def differences(case: Case, theirs: Any, *ours: Any) -> list[str]:
    """What the simulator's answers lack, add, or write as another type; what a case explains is left out."""
    real, played = shape(theirs), shape(*ours)
    found = [f"lacks {path}" for path in real.keys() - played.keys() if not explained(path, case.lacks)]
    found += [f"adds {path}" for path in played.keys() - real.keys() if not explained(path, case.adds)]
    for path in real.keys() & played.keys():
        kinds = [kinds - {"null"} for kinds in (real[path], played[path])]
        if kinds[0] and kinds[1] and kinds[0] != kinds[1]:
            found.append(f"{path} is {kinds[0]}, not {kinds[1]}")
    return sorted(found)


def explained(path: str, reasons: dict[str, str]) -> bool:
    return any(re.fullmatch(pattern, path) for pattern in reasons)


@pytest.fixture(scope="module")
def client(_simulator_process: Simulator) -> Iterator[httpx.Client]:
    _simulator_process.reset()
    _simulator_process.settings(limits_enabled=False)
    with RawApp(_simulator_process).client() as connected:
        yield connected


def answer_of(folder: str, name: str) -> Recorded:
    [found] = [answer for answer in recorded(folder) if answer.name == name]
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_has_the_members_of_the_recorded_one(client: httpx.Client, case: Case) -> None:
    answer = answer_of(case.folder, case.name)

    played = client.request(case.method, case.path, json=case.json)

    assert played.status_code == answer.status, played.text[:300]
    found = differences(case, answer.body, played.json())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "object_type"),
    [
        ("nango-fetch-properties", "companies"),
        ("estuary-contacts-properties", "contacts"),
        ("amp-test__metadata-deals-properties-sampled", "deals"),
    ],
)
def test_a_definition_is_the_recorded_one(client: httpx.Client, name: str, object_type: str) -> None:
    """Of every property that both have: what it is, and what may be done with it."""
    real = {result["name"]: result for result in answer_of("hubspot", name).results}
    played = {result["name"]: result for result in client.get(f"/crm/v3/properties/{object_type}").json()["results"]}
    members = (
        *("type", "fieldType", "calculated", "externalOptions", "hasUniqueValue", "hidden", "hubspotDefined"),
        *("formField", "dataSensitivity", "referencedObjectType", "showCurrencySymbol", "dateDisplayHint"),
    )

    for common in sorted(real.keys() & played.keys()):
        theirs, ours = real[common], played[common]
        assert (common, [ours.get(member) for member in members]) == (
            common,
            [theirs.get(member) for member in members],
        )
        assert {option["value"] for option in ours["options"]} <= {option["value"] for option in theirs["options"]}


NOTION_LACKS = {r"results\[\]\.parent\.page_id": "the recorded database lies in a page"}
NOTION_ADDS = {
    r"results\[\]\.(icon|parent)\..*": "the recorded objects have no icon and one kind of parent",
    r"results\[\]\.properties\.\*\..*": "the recorded pages have no property but a title, and that is empty",
}
AIRTABLE_LACKS = {r"tables\[\]\.fields\[\]\.(options|description).*": "the service reads no fields"}
NOTION_CASES = [
    ("nango-search", "2022-06-28", {"filter": {"property": "object", "value": "page"}}),
    ("nango-content-metadata", "2022-06-28", {}),
    ("nango-data-sources", "2022-06-28", {"filter": {"property": "object", "value": "data_source"}}),
    ("sdk-test_collect_paginated_api-0", "2025-09-03", {"filter": {"property": "object", "value": "page"}}),
]


@pytest.fixture
def notion(simulator: Simulator) -> Iterator[Notion]:
    client = Notion(simulator)
    yield client
    client.http.close()


@pytest.fixture
def airtable(simulator: Simulator) -> Iterator[Airtable]:
    client = Airtable(simulator)
    yield client
    client.http.close()


class TestNotion:
    @pytest.mark.parametrize(("name", "version", "body"), NOTION_CASES, ids=str)
    def test_a_search_has_the_members_of_the_recorded_one(
        self, notion: Notion, name: str, version: str, body: dict[str, Any]
    ) -> None:
        token = str(notion.exchange().json()["access_token"])

        played = notion.search(token, version=version, **body).json()

        case = Case(name, "", lacks=NOTION_LACKS, adds=NOTION_ADDS)
        found = differences(case, answer_of("notion", name).body, played)
        assert not found, "\n".join(found)


class TestAirtable:
    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("nango-get-user-info", "/v0/meta/whoami"),
            ("nango-list-bases", "/v0/meta/bases"),
            ("nango-get-base-schema", "/v0/meta/bases/{base}/tables"),
        ],
    )
    def test_an_answer_has_the_members_of_the_recorded_one(self, airtable: Airtable, name: str, path: str) -> None:
        token = str(airtable.exchange().json()["access_token"])
        bases = [base["id"] for base in airtable.get("/v0/meta/bases", token).json()["bases"]]
        paths = sorted({path.replace("{base}", base) for base in bases})

        played = [answer.json() for answer in (airtable.get(path_, token) for path_ in paths) if answer.is_success]

        case = Case(name, "", lacks=AIRTABLE_LACKS, adds=ONE_PAGE)
        found = differences(case, answer_of("airtable", name).body, *played)
        assert not found, "\n".join(found)
