import json

import httpx
import msgspec
import pytest

from errors import UpstreamQuotaExhaustedError
from hubspot.catalog import CONTACTS, DEALS
from hubspot.metadata_cache import OUTAGE_LIFETIME_S, Definition, MetadataCache, NamesLeftOut, owner_name
from hubspot.wire import Owner, Property
from tests.unit.hubspot.samples import sample
from tests.unit.hubspot.test_client import Portal as ClientPortal

PROPERTY = msgspec.json.decode(sample("property.json"))


class Hub:
    """Owners, pipelines and properties, some of which may be refused."""

    def __init__(self, **refused: int) -> None:
        self.listed_pipelines: dict[str, object] = json.loads(sample("pipelines.json"))
        self.refused = refused
        self.portal = ClientPortal(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        part = request.url.path.split("/")[2]
        if status := self.refused.get(part):
            body = sample("errors/403-missing-scopes.json") if status == 403 else b"{}"
            return httpx.Response(status, content=body)
        match part:
            case "owners" if request.url.params["archived"] == "true":
                return httpx.Response(200, content=sample("owners-archived.json"))
            case "owners":
                return httpx.Response(200, json={"results": [{"id": "77", "firstName": "Ada", "lastName": "Li"}]})
            case "pipelines":
                return httpx.Response(200, json=self.listed_pipelines)
            case _:
                return httpx.Response(200, json={"results": [PROPERTY]})


class TestMetadataCache:
    async def test_owners_pipelines_stages_and_options_have_names(self) -> None:
        names = await MetadataCache().get(Hub().portal.client, "key", [DEALS])

        assert names.owners == {"77": "Ada Li", "41629779": "Erin Former"}
        assert names.of(DEALS).pipelines == {"default": "Sales Pipeline"}
        assert names.of(DEALS).stages == {"appointmentscheduled": "Appointment Scheduled"}
        assert names.of(DEALS).definitions["favourite_colours"].options == {
            "red": "Red",
            "ultra_violet": "Ultra violet",
        }

    async def test_pipelines_and_their_stages_are_in_the_order_of_the_account(self) -> None:
        hub = Hub()
        stages = [{"id": "won", "displayOrder": 2}, {"id": "new", "displayOrder": 0}, {"id": "sent", "displayOrder": 1}]
        late = {"id": "late", "displayOrder": 1}
        hub.listed_pipelines = {"results": [late, {"id": "first", "displayOrder": 0, "stages": stages}]}

        names = await MetadataCache().get(hub.portal.client, "key", [DEALS])

        assert list(names.of(DEALS).stages_of.items()) == [("first", ("new", "sent", "won")), ("late", ())]

    async def test_names_are_read_once_for_each_key(self) -> None:
        hub, book = Hub(), MetadataCache()

        await book.get(hub.portal.client, "key", [DEALS])
        await book.get(hub.portal.client, "key", [DEALS])
        first = len(hub.portal.requests)
        await book.get(hub.portal.client, "another", [DEALS])

        assert (first, len(hub.portal.requests)) == (4, 8)

    async def test_pipelines_are_not_asked_for_where_there_are_none(self) -> None:
        hub = Hub()

        await MetadataCache().get(hub.portal.client, "key", [CONTACTS])

        assert not any("pipelines" in path for path in hub.portal.paths)

    async def test_a_missing_scope_leaves_ids_and_fails_nothing(self) -> None:
        names = await MetadataCache().get(Hub(owners=403, properties=403, pipelines=403).portal.client, "key", [DEALS])

        assert (names.owners, names.of(DEALS).definitions, names.of(DEALS).stages) == ({}, {}, {})
        assert names.owners_left_out == NamesLeftOut(
            refused=True, missing_scopes=("crm.schemas.deals.read", "crm.objects.deals.read")
        )
        assert names.of(DEALS).left_out == {"properties", "pipelines"}

    @pytest.mark.parametrize(
        "answer", [(403, b"<html>"), (403, b'{"category":"FORBIDDEN"}'), (404, b"<html>"), (400, b"{}"), (500, b"{}")]
    )
    async def test_names_that_are_refused_or_fail_in_any_way_are_left_out_and_named(
        self, answer: tuple[int, bytes]
    ) -> None:
        portal = ClientPortal(lambda _request: httpx.Response(answer[0], content=answer[1]))

        names = await MetadataCache().get(portal.client, "key", [DEALS])

        assert names.owners_left_out is not None
        assert names.of(DEALS).left_out == {"properties", "pipelines"}

    async def test_one_odd_definition_does_not_lose_the_others(self) -> None:
        hub = Hub()
        odd = {"name": "tone", "type": "enumeration", "options": [{"label": None, "value": "a"}]}
        hub.portal.router.route().mock(
            side_effect=lambda _request: httpx.Response(200, json={"results": [odd, PROPERTY, None]})
        )

        names = await MetadataCache().get(hub.portal.client, "key", [CONTACTS])

        assert names.of(CONTACTS).definitions.keys() == {"tone", PROPERTY["name"]}

    @pytest.mark.parametrize("status", [400, 404])
    async def test_a_type_without_pipelines_has_none(self, status: int) -> None:
        names = await MetadataCache().get(Hub(pipelines=status).portal.client, "key", [DEALS])

        assert names.of(DEALS).pipelines == {}
        assert names.of(DEALS).definitions

    async def test_an_outage_leaves_names_out_for_a_short_time(self) -> None:
        now_s = [0.0]
        hub, book = Hub(properties=503, owners=500), MetadataCache(lambda: now_s[0])

        during = await book.get(hub.portal.client, "key", [DEALS])
        hub.refused.clear()
        soon = await book.get(hub.portal.client, "key", [DEALS])
        now_s[0] = OUTAGE_LIFETIME_S
        later = await book.get(hub.portal.client, "key", [DEALS])

        assert during.of(DEALS).left_out == {"properties"}
        assert list(during.of(DEALS).stages) == ["appointmentscheduled"]
        assert during.owners_left_out == soon.owners_left_out == NamesLeftOut(refused=False)
        assert (later.of(DEALS).left_out, later.owners_left_out) == (frozenset(), None)
        assert later.owners

    async def test_asking_for_another_type_does_not_prolong_an_outage(self) -> None:
        now_s = [0.0]
        hub, book = Hub(owners=500), MetadataCache(lambda: now_s[0])

        await book.get(hub.portal.client, "key", [DEALS])
        hub.refused.clear()
        now_s[0] = OUTAGE_LIFETIME_S - 1
        await book.get(hub.portal.client, "key", [CONTACTS])
        now_s[0] = OUTAGE_LIFETIME_S
        later = await book.get(hub.portal.client, "key", [DEALS])

        assert later.owners_left_out is None

    async def test_an_account_s_used_up_limit_is_no_reason_to_leave_names_out(self) -> None:
        portal = ClientPortal(lambda _request: httpx.Response(429, json={"policyName": "DAILY"}))

        with pytest.raises(UpstreamQuotaExhaustedError):
            await MetadataCache().get(portal.client, "key", [DEALS])


class TestDefinitions:
    def test_the_documented_property_is_a_multiple_choice(self) -> None:
        definition = Definition.from_wire(msgspec.json.decode(sample("property.json"), type=Property))

        assert definition.parse is not None
        assert definition.parse("red;ultra_violet") == ["red", "ultra_violet"]

    @pytest.mark.parametrize(
        ("name", "reference", "is_owner"),
        [("hubspot_owner_id", None, True), ("backup_owner", "OWNER", True), ("owner", None, False)],
    )
    def test_owners_are_known_by_name_or_by_reference(
        self, name: str, reference: str | None, *, is_owner: bool
    ) -> None:
        one = Property(name=name, type="enumeration", referenced_object_type=reference)

        assert Definition.from_wire(one).is_owner is is_owner


class TestOwnerName:
    @pytest.mark.parametrize(
        ("owner", "name"),
        [
            (Owner("1", first_name="Ada", last_name="Li"), "Ada Li"),
            (Owner("1", first_name="", last_name="Li"), "Li"),
            (Owner("1", first_name=" ", email="a@example.org"), "a@example.org"),
            (Owner("1"), "1"),
        ],
    )
    def test_it_is_a_name_or_an_address_or_the_id(self, owner: Owner, name: str) -> None:
        assert owner_name(owner) == name
