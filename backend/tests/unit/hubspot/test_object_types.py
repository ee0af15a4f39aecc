import pytest

from errors import ScopeMissingError, ServiceError, UnknownObjectTypeError, UpstreamUnavailableError
from hubspot.catalog import CATALOG, CONTACTS, DEFAULT_OBJECT_TYPES, LINE_ITEMS, find_object_type, get_object_type
from hubspot.custom_objects import OBJECTS_SCOPE, SCHEMAS_SCOPE, custom_object_types, resolve_object_types
from hubspot.refusals import RefusedError, UnknownTypeError
from hubspot.wire import Schema, SchemaAssociation, SchemaLabels
from settings import HUBSPOT_OPTIONAL_SCOPES, HUBSPOT_REQUIRED_SCOPES

CAR = Schema(
    object_type_id="2-123456",
    name="car",
    fully_qualified_name="p62515_car",
    labels=SchemaLabels(singular="Company car", plural="Company cars"),
    primary_display_property="model",
    secondary_display_properties=["plate"],
    required_properties=["model"],
    associations=[SchemaAssociation("2-123456", "0-1"), SchemaAssociation("0-5", "2-123456")],
)


async def schemas() -> list[Schema]:
    return [CAR]


async def custom_deals() -> list[Schema]:
    labels = SchemaLabels(singular="Deal", plural="Deals")
    return [Schema(object_type_id="2-4210001", name="deals", fully_qualified_name="p62515_deals", labels=labels)]


async def forbidden() -> list[Schema]:
    raise ScopeMissingError(missing_scopes=[SCHEMAS_SCOPE])


async def unasked() -> list[Schema]:
    raise AssertionError("schemas are not needed for standard types")


class TestCatalog:
    def test_names_ids_and_aliases_are_unique(self) -> None:
        words = [word for kind in CATALOG for word in (kind.name, kind.type_id, *kind.aliases)]

        assert len(words) == len(set(words))
        assert len({kind.id_suffix for kind in CATALOG}) == len(CATALOG)

    @pytest.mark.parametrize("kind", CATALOG, ids=lambda kind: kind.name)
    def test_an_entry_reads_what_it_speaks_of(self, kind: object) -> None:
        assert isinstance(kind, type(CONTACTS))
        read = set(kind.default_properties)

        assert kind.naming <= read
        assert {kind.created_property, kind.modified_property, "hs_object_id"} <= read
        assert {kind.pipeline_property, kind.stage_property} - {None} <= read
        assert all(find_object_type(name) for name in kind.associates_with)
        assert kind.parent_type is None or kind.parent_type in kind.associates_with
        assert len(set(kind.default_properties)) == len(kind.default_properties)

    @pytest.mark.parametrize("name", ["contacts", "Contact", " CONTACTS ", "0-1"])
    def test_a_type_is_found_by_any_of_its_names(self, name: str) -> None:
        assert get_object_type(name) is CONTACTS

    def test_leads_and_activities_are_dated_by_the_newer_property(self) -> None:
        """As recorded answers have it; for contacts see HubSpot's search."""
        by_new_name = {kind.name for kind in CATALOG if kind.created_property == "hs_createdate"}

        assert by_new_name == {"quotes", "leads", "calls", "emails", "meetings", "notes", "tasks"}
        assert {kind.created_property for kind in CATALOG} == {"createdate", "hs_createdate"}
        assert [kind.name for kind in CATALOG if kind.modified_property != "hs_lastmodifieddate"] == ["contacts"]

    def test_an_unknown_name_lists_those_there_are(self) -> None:
        with pytest.raises(UnknownObjectTypeError, match="“widgets”.*contacts, companies"):
            get_object_type("widgets")

    def test_a_long_unprintable_name_is_shown_short_and_harmless(self) -> None:
        with pytest.raises(UnknownObjectTypeError) as told:
            get_object_type("\x1b[31m" + "x" * 500)

        assert "\x1b" not in told.value.detail
        assert len(told.value.detail) < 300

    def test_contacts_companies_and_deals_are_read_by_default(self) -> None:
        assert [kind.name for kind in DEFAULT_OBJECT_TYPES] == ["contacts", "companies", "deals"]

    def test_any_one_of_its_scopes_will_do(self) -> None:
        assert LINE_ITEMS.missing_scopes({"e-commerce"}) == []
        assert LINE_ITEMS.missing_scopes({"oauth"}) == ["crm.objects.line_items.read"]

    def test_a_label_of_two_words_makes_one_word_of_an_id_and_a_mime_type(self) -> None:
        assert LINE_ITEMS.item_id("7") == "7_LineItem"
        assert LINE_ITEMS.mime_type == "application/vnd.hubspot.line-item+json"


class TestCustomObjects:
    @pytest.mark.parametrize("name", ["car", "2-123456", "p62515_car", "P_CAR", "Company cars"])
    async def test_a_custom_object_is_found_by_any_of_its_names(self, name: str) -> None:
        (kind,) = await resolve_object_types([name], schemas)

        assert (kind.type_id, kind.path, kind.item_type) == ("2-123456", "2-123456", "Company car")
        assert kind.item_id("1") == "1_CompanyCar"
        assert kind.name_properties == (("model",), ("plate",))
        assert kind.associates_with == ("contacts", "tickets")

    async def test_types_keep_their_order_and_come_once(self) -> None:
        kinds = await resolve_object_types(["deals", "car", "deal", "0-3", "contacts", "2-123456"], schemas)

        assert [kind.name for kind in kinds] == ["deals", "car", "contacts"]

    async def test_schemas_are_not_read_for_standard_types(self) -> None:
        assert len(await resolve_object_types(["contacts", "0-2"], unasked)) == 2

    async def test_an_unknown_name_is_unknown_with_schemas_and_without(self) -> None:
        for source in (schemas, forbidden):
            with pytest.raises(UnknownObjectTypeError):
                await resolve_object_types(["widgets"], source)

    async def test_an_unknown_type_that_is_kept_is_undefined(self) -> None:
        car, gone = await resolve_object_types(["2-123456", "2-9"], schemas, keep_unknown=True)

        assert (car.name, car.undefined) == ("car", None)
        assert (gone.name, gone.type_id, type(gone.undefined)) == ("2-9", "2-9", UnknownTypeError)

    @pytest.mark.parametrize("name", ["2-123456", "p_car", "p62515_car"])
    async def test_without_the_scope_a_custom_object_says_what_to_grant(self, name: str) -> None:
        with pytest.raises(ScopeMissingError) as told:
            await resolve_object_types([name], forbidden)

        assert told.value.missing_scopes == [SCHEMAS_SCOPE, OBJECTS_SCOPE]

    @pytest.mark.parametrize(
        "refusal", [ScopeMissingError(missing_scopes=[]), RefusedError(), UpstreamUnavailableError()]
    )
    async def test_without_schemas_standard_types_are_still_found(self, refusal: ServiceError) -> None:
        async def failing() -> list[Schema]:
            raise refusal

        kinds = await resolve_object_types(
            ["contacts", "2-123456"], failing, keep_unknown=isinstance(refusal, UpstreamUnavailableError)
        )

        assert [(kind.name, kind.path) for kind in kinds] == [("contacts", "contacts"), ("2-123456", "2-123456")]
        assert kinds[1].missing_scopes([OBJECTS_SCOPE]) == [SCHEMAS_SCOPE]

    @pytest.mark.parametrize(("name", "keep_unknown"), [("machine", False), ("machine", True), ("2-123456", False)])
    async def test_what_may_be_a_custom_one_is_not_unknown_while_schemas_fail(
        self,
        name: str,
        keep_unknown: bool,  # noqa: FBT001 (a parameter of the test)
    ) -> None:
        async def failing() -> list[Schema]:
            raise UpstreamUnavailableError

        with pytest.raises(UpstreamUnavailableError):
            await resolve_object_types(["contacts", name], failing, keep_unknown=keep_unknown)

    def test_two_types_never_share_an_item_type(self) -> None:
        labels = SchemaLabels(singular="Contact")
        same = [Schema(object_type_id=f"2-{number}", name=f"c{number}", labels=labels) for number in (1, 2)]

        kinds = custom_object_types(same)

        assert len({kind.id_suffix.lower() for kind in [*kinds, CONTACTS]}) == 3

    @pytest.mark.parametrize("name", ["deals", "deal", "0-3", "Deals"])
    async def test_a_standard_name_means_the_standard_type_whatever_a_custom_one_is_called(self, name: str) -> None:
        found = await resolve_object_types([name, "2-4210001"], custom_deals)

        assert [kind.type_id for kind in found] == ["0-3", "2-4210001"]

    @pytest.mark.parametrize("name", ["2-4210001", "p62515_deals", "p_deals"])
    async def test_a_custom_object_with_a_standard_name_goes_by_its_qualified_name(self, name: str) -> None:
        (kind,) = await resolve_object_types([name], custom_deals)

        assert (kind.type_id, kind.name, kind.item_type) == ("2-4210001", "p62515_deals", "p62515_deals")
        assert kind.label == "Deals (p62515_deals)"
        assert kind.item_id("7") == "7_P62515Deals"

    async def test_a_custom_name_beats_the_label_of_another_type(self) -> None:
        async def two() -> list[Schema]:
            labels = SchemaLabels(singular="Truck", plural="Car")
            return [CAR, Schema(object_type_id="2-9", name="truck", labels=labels)]

        (kind,) = await resolve_object_types(["car"], two)

        assert kind.type_id == "2-123456"

    async def test_a_label_of_two_types_names_neither(self) -> None:
        async def two() -> list[Schema]:
            labels = SchemaLabels(singular="Vehicle", plural="Vehicles")
            return [Schema(object_type_id=f"2-{value}", name=f"v{value}", labels=labels) for value in (1, 2)]

        with pytest.raises(UnknownObjectTypeError):
            await resolve_object_types(["vehicles"], two)

    def test_names_labels_and_item_types_of_all_types_differ(self) -> None:
        labels = SchemaLabels(singular="Lead", plural="Leads")
        same = [
            Schema(object_type_id=f"2-{number}", name=name, labels=labels)
            for number, name in enumerate(["lead", "LEAD", "leads", "0-136", "Line items", "x"], 1)
        ]

        kinds = [*CATALOG, *custom_object_types(same)]

        words = zip(*((kind.name, kind.label, kind.id_suffix) for kind in kinds), strict=True)
        assert [len({word.lower() for word in same_place}) for same_place in words] == [len(kinds)] * 3

    def test_the_older_type_keeps_the_item_type_that_two_would_share(self) -> None:
        labels = SchemaLabels(singular="Vehicle")
        kinds = custom_object_types(
            [Schema(object_type_id=id_, name=f"v{id_}", labels=labels) for id_ in ("2-10", "2-9")]
        )

        assert [(kind.type_id, kind.item_type) for kind in kinds] == [("2-9", "Vehicle"), ("2-10", "Vehicle 2-10")]

    def test_an_archived_schema_is_left_out(self) -> None:
        assert custom_object_types([Schema(object_type_id="2-1", name="old", archived=True)]) == []

    def test_a_schema_without_labels_goes_by_its_name(self) -> None:
        (kind,) = custom_object_types([Schema(object_type_id="2-1", name="日本")])

        assert (kind.item_type, kind.label) == ("日本", "日本")
        assert kind.mime_type == "application/vnd.hubspot.2-1+json"


def test_every_scope_that_is_missed_is_one_we_ask_for() -> None:
    """Otherwise the way to grant it would be refused."""
    asked = {*HUBSPOT_REQUIRED_SCOPES.split(), *HUBSPOT_OPTIONAL_SCOPES.split()}

    assert {scope for kind in CATALOG for scope in kind.missing_scopes(())} <= asked
