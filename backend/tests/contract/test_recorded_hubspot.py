"""Every recorded answer of HubSpot through our decoders and mapper: nothing is dropped, no value is lost."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from core.api_client import AccessTokenRejectedError
from errors import ScopeMissingError, ServiceError, UpstreamRateLimitedError
from hubspot.association_batches import BatchAssociationReader
from hubspot.catalog import CATALOG, find_object_type
from hubspot.custom_objects import custom_object_types
from hubspot.mapper import Mapper, Portal
from hubspot.metadata_cache import Definition, Names, TypeNames, owner_name
from hubspot.object_type import ObjectType
from hubspot.protocol import error_of
from hubspot.records import parse_linked_records, parse_records
from hubspot.values import parse_moment
from hubspot.wire import PartialRecord, Property, Record
from tests.contract.recorded_answers import Recorded, needs_recordings, recorded
from tests.unit.hubspot.test_client import Portal as ClientPortal

pytestmark = needs_recordings

ALL = tuple(
    answer
    for folder in ("hubspot", "hubspot-errors", "more")
    for answer in recorded(folder)
    if not answer.name.startswith(("airtable__", "notion__"))
)
# What the service does not read, each with the reason.
NOT_READ = {
    r"nango-delete-.*": "a deletion, without a body",
    r"(nango|hubspot__)-?create-association": "what a write of associations answers",
    r"amp.*contact-to-company-resp|amp.*err-contact-to-contact": "what a write of associations answers",
    r"amp.*property-group.*": "a group of properties",
    r".*marketing.*|.*campaigns.*": "marketing, not the CRM",
    r"nango-(users|change-user-role)": "the account's users",
    r"(nango-|hubspot__)whoami": "token details of v1; the service asks the token endpoint",
    r"associations__v3_batch_read": "associations of v3; the service reads the dated version",
    r"inline_associations.*": "a part of a record",
}
_TYPE_WORDS = ("contact", "compan", "deal", "ticket", "product", "quote", "line_item", "lead", "task", "note")


def answers(kind: str) -> list[Recorded]:
    return [answer for answer in ALL if kind_of(answer) == kind]


def kind_of(answer: Recorded) -> str | None:
    """What an answer holds, by its members; None for what the service does not read."""
    if answer.status >= 400:
        return "refusal"
    if any(re.fullmatch(pattern, answer.name) for pattern in NOT_READ):
        return None
    if answer.body.get("portalId"):
        return "account"
    if "objectTypeId" in answer.body or answer.path.endswith("/schemas") or "custom-objects" in answer.name:
        return "schema"
    found = answer.results[0] if answer.results else {}
    kinds = {"fieldType": "definition", "stages": "pipeline", "from": "association", "userId": "owner"}
    for member, kind in kinds.items():
        if member in found:
            return kind
    return "record" if isinstance(found.get("properties"), dict) or not answer.results else "unknown"


def type_of(answer: Recorded) -> ObjectType:
    """The object type of records, by the request's path or the file's name."""
    in_path = re.search(r"/objects/(\w+)", answer.path)
    words = [word for word in _TYPE_WORDS if word in (in_path[1] if in_path else answer.name)]
    named = {"deal_probability": "deals"}.get(answer.name)
    [found] = [kind for kind in CATALOG if kind.name == named or (words and words[0] in kind.name)]
    return found


def response_of(answer: Recorded) -> httpx.Response:
    """A refusal as it is, anything else as a list: what failed beside it concerns a write."""
    body = answer.body if answer.status >= 400 else {"results": answer.results}
    return httpx.Response(answer.status, content=json.dumps(body).encode())


def client_of(answer: Recorded, body: Any = None) -> ClientPortal:
    """A client that is answered so, whatever it asks."""
    content = json.dumps(answer.body if body is None else body).encode()
    return ClientPortal(lambda _request: httpx.Response(answer.status, content=content))


def definitions_of(kind: ObjectType) -> dict[str, Definition]:
    """The recorded definitions of a type, where there are any."""
    parts = {"contacts": "contacts-properties", "companies": "fetch-properties", "deals": "deals-properties"}
    found: dict[str, Definition] = {}
    for answer in answers("definition"):
        if parts.get(kind.name, "none") in answer.name:
            read = msgspec.json.decode(json.dumps(answer.results), type=list[Property])
            found |= {entry.name: Definition.from_wire(entry) for entry in read}
    return found


def test_every_recorded_answer_has_its_reader_or_a_reason() -> None:
    assert [answer.name for answer in ALL if kind_of(answer) == "unknown"] == []
    named = [answer.name for answer in ALL if kind_of(answer) is None]
    unused = [pattern for pattern in NOT_READ if not any(re.fullmatch(pattern, name) for name in named)]
    assert unused == []


@pytest.mark.parametrize("answer", answers("record"), ids=str)
class TestRecords:
    def test_each_is_read_as_documented(self, answer: Recorded) -> None:
        found = parse_records(response_of(answer))

        assert [record.id for record in found.results] == [str(raw["id"]) for raw in answer.results]
        assert not any(isinstance(record, PartialRecord) for record in found.results)
        assert found.without_id == ()

    def test_each_becomes_an_item_with_all_its_values(self, answer: Recorded) -> None:
        kind = type_of(answer)
        names = Names(types={kind.name: TypeNames(definitions=definitions_of(kind))})
        for record, raw in zip(parse_records(response_of(answer)).results, answer.results, strict=True):
            item = Mapper(kind, portal=portal_of(record), names=names).to_item(record)

            values = {name: value for name, value in raw["properties"].items() if value not in (None, "")}
            assert item.properties.keys() >= values.keys()
            assert [name for name in values if item.properties[name] is None] == []
            assert item.name.strip()
            assert item.creation_time == parse_moment(raw["createdAt"])
            assert item.last_modified_time == parse_moment(raw["updatedAt"])

    def test_its_page_is_the_recorded_one(self, answer: Recorded) -> None:
        kind = type_of(answer)
        for record in parse_records(response_of(answer)).results:
            if record.url is None:
                continue
            mapper = Mapper(kind, portal=portal_of(record), names=Names())
            theirs = record.url
            record.url = None

            assert mapper.to_item(record).url == theirs

    def test_created_and_modified_are_among_its_properties(self, answer: Recorded) -> None:
        """The catalog names the property that HubSpot sends whatever was asked for."""
        kind = type_of(answer)
        for raw in answer.results:
            if "propertiesWithHistory" in raw:  # put together by a connector, from several answers
                continue
            assert kind.created_property in raw["properties"]
            if "partial-success" not in answer.name:  # a write answers what was written
                assert kind.modified_property in raw["properties"]

    def test_inline_links_name_known_types(self, answer: Recorded) -> None:
        for record in parse_linked_records(response_of(answer)).results:
            for name, links in (record.associations or {}).items():
                assert find_object_type(name) is not None
                assert links.results


def portal_of(record: Record) -> Portal:
    """The account and host in a record's address."""
    found = re.match(r"https://([^/]+)/(?:contacts|tasks)/(\d+)/", record.url or "")
    return Portal(found[2], found[1]) if found else Portal("62515", "app.hubspot.com")


@pytest.mark.parametrize("answer", answers("definition"), ids=str)
class TestDefinitions:
    async def test_each_is_read_and_its_options_are_kept(self, answer: Recorded) -> None:
        found = await client_of(answer, {"results": answer.results}).client.properties("contacts")

        assert [match.name for match in found] == [raw["name"] for raw in answer.results]
        for one, raw in zip(found, answer.results, strict=True):
            options = Definition.from_wire(one).options
            differing = {option["value"]: option["label"] for option in raw["options"]}
            assert options == {value: label for value, label in differing.items() if label and label != value}


@pytest.mark.parametrize("answer", answers("pipeline"), ids=str)
class TestPipelines:
    async def test_each_is_read_with_its_stages(self, answer: Recorded) -> None:
        found = await client_of(answer).client.pipelines("deals")

        assert [match.id for match in found] == [raw["id"] for raw in answer.results]
        for one, raw in zip(found, answer.results, strict=True):
            assert {stage.id: stage.label for stage in one.stages} == {
                stage["id"]: stage["label"] for stage in raw["stages"]
            }


@pytest.mark.parametrize("answer", answers("owner"), ids=str)
class TestOwners:
    async def test_each_is_read_and_named(self, answer: Recorded) -> None:
        portal = client_of(answer, {"results": answer.results})

        found = await portal.client.owners()

        assert {match.id for match in found} == {raw["id"] for raw in answer.results}
        assert all(owner_name(match).strip() for match in found)


@pytest.mark.parametrize("answer", answers("account"), ids=str)
async def test_account_details_name_portal_and_host(answer: Recorded) -> None:
    found = await client_of(answer).client.account_details()

    assert (found.portal_id, found.ui_domain) == (answer.body["portalId"], answer.body["uiDomain"])


@pytest.mark.parametrize("answer", answers("schema"), ids=str)
async def test_a_schema_becomes_an_object_type(answer: Recorded) -> None:
    """As if it were a custom one: recorded is that of contacts, and an account without custom objects."""
    custom = {"objectTypeId": "2-4711", "name": "machine", "fullyQualifiedName": "p1_machine"}
    listed = [raw | custom for raw in answer.results]

    kinds = custom_object_types(await client_of(answer, {"results": listed}).client.schemas())

    expected = [("2-4711", "machine", (raw["primaryDisplayProperty"],)) for raw in answer.results]
    assert [(kind.type_id, kind.name, kind.name_properties[0]) for kind in kinds] == expected


@pytest.mark.parametrize("answer", answers("association"), ids=str)
async def test_links_are_read_with_their_primary_one(answer: Recorded) -> None:
    expected = {raw["from"]["id"]: [str(to["toObjectId"]) for to in raw["to"]] for raw in answer.results}

    reader = BatchAssociationReader(client_of(answer).client, "contacts", "companies")
    found = (await reader.read(expected)).by_id

    assert {id_: sorted(found[id_].ids) for id_ in expected} == {id_: sorted(ids) for id_, ids in expected.items()}
    for raw in answer.results:
        primary = [str(to["toObjectId"]) for to in raw["to"] if has_label(to, "Primary")]
        assert found[raw["from"]["id"]].primary_id == (primary[0] if primary else None)


def has_label(target: dict[str, Any], label: str) -> bool:
    return any(kind["label"] == label for kind in target["associationTypes"])


def scopes_in(body: Any) -> Iterator[str]:
    """Everything in a body that looks like a scope."""
    yield from re.findall(r"[a-z][a-z0-9_]*(?:[-.][a-z0-9_]+)+|contacts", json.dumps(body))


@pytest.mark.parametrize("answer", answers("refusal"), ids=str)
class TestRefusals:
    def test_it_is_the_error_of_its_status(self, answer: Recorded) -> None:
        error = error_of(response_of(answer))

        expected: dict[int, type[ServiceError]] = {
            401: AccessTokenRejectedError,
            403: ScopeMissingError,
            429: UpstreamRateLimitedError,
        }
        assert isinstance(error, expected.get(answer.status, ServiceError))
        assert error.retryable is (answer.status == 429)

    def test_a_403_names_the_scopes_of_its_body(self, answer: Recorded) -> None:
        if answer.status != 403:
            return
        error = error_of(response_of(answer))

        assert isinstance(error, ScopeMissingError)
        assert error.missing_scopes
        assert set(error.missing_scopes) <= set(scopes_in(answer.body))

    def test_nothing_of_its_text_is_shown(self, answer: Recorded) -> None:
        shown = str(error_of(response_of(answer)))

        assert answer.body["message"] not in shown
