import json
import re
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubspot.associated import Associated
from hubspot.catalog import CALLS, CATALOG, COMPANIES, CONTACTS, DEALS, NOTES, TASKS
from hubspot.custom_objects import associated_with
from hubspot.mapper import LONGEST_NAME, Associations, Mapper, Portal
from hubspot.metadata_cache import Definition, Names, TypeNames
from hubspot.object_type import ObjectType
from hubspot.records import parse_records
from hubspot.wire import Option, PartialRecord, Property, Record, ValueWithTimestamp
from integrations.integration_item import IntegrationItem, PropertyVersion
from tests.unit.hubspot.samples import answer

PORTAL = Portal("62515", "app-eu1.hubspot.com")
MOMENT = "2025-12-22T18:16:33.376Z"


def definition(name: str, type_: str, field_type: str = "", *, options: dict[str, str] | None = None) -> Definition:
    known = [Option(value, label) for value, label in (options or {}).items()]
    return Definition.from_wire(Property(name=name, type=type_, field_type=field_type, options=known))


NAMES = Names(
    owners={"77": "Ada Former"},
    types={
        CONTACTS.type_id: TypeNames(
            definitions={
                value_.name: value_
                for value_ in (
                    definition("age", "number"),
                    definition("newsletter", "bool", options={"true": "Yes"}),
                    definition("birthday", "date"),
                    definition("createdate", "datetime"),
                    definition("hubspot_owner_id", "enumeration", "select"),
                    definition("colours", "enumeration", "checkbox", options={"uv": "Ultra violet", "red": "Red"}),
                    definition("stage", "enumeration", "select", options={"lead": "Lead", "same": "same"}),
                )
            }
        ),
        DEALS.type_id: TypeNames(pipelines={"default": "Sales"}, stages={"won": "Closed won"}),
    },
)


def to_item(
    record: Record,
    object_type: ObjectType,
    *,
    portal: Portal,
    names: Names,
    associations: Associations | None = None,
    parent_name: str | None = None,
) -> IntegrationItem:
    return Mapper(object_type, portal=portal, names=names).to_item(record, associations, parent_name)


def record(**properties: Any) -> Record:
    return Record("512", properties, created_at=MOMENT, updated_at=MOMENT)


def contact(associations: dict[str, Associated] | None = None, **properties: Any) -> IntegrationItem:
    return to_item(record(**properties), CONTACTS, portal=PORTAL, names=NAMES, associations=associations)


class TestFields:
    def test_a_contact_has_every_field(self) -> None:
        links = {"companies": Associated(["7", "9"], "9"), "deals": Associated([])}

        item = to_item(
            record(firstname="Zoë", lastname="Li", age="42"),
            CONTACTS,
            portal=PORTAL,
            names=NAMES,
            associations=links,
            parent_name="Acme",
        )

        assert msgspec.to_builtins(item) | {"delta": "x"} == {
            "id": "512_Contact",
            "type": "Contact",
            "directory": False,
            "parent_path_or_name": "Acme",
            "parent_id": "9_Company",
            "name": "Zoë Li",
            "creation_time": MOMENT,
            "last_modified_time": MOMENT,
            "url": "https://app-eu1.hubspot.com/contacts/62515/record/0-1/512",
            "children": [],
            "mime_type": "application/vnd.hubspot.contact+json",
            "delta": "x",
            "drive_id": "62515",
            "visibility": True,
            "object_type": "contacts",
            "record_id": "512",
            "properties": {"firstname": "Zoë", "lastname": "Li", "age": 42},
            "labels": {},
            "associations": {"companies": ["7_Company", "9_Company"], "deals": []},
            "association_labels": {},
            "property_history": None,
        }

    def test_a_company_is_a_directory_of_what_it_is_associated_with(self) -> None:
        links = {"contacts": Associated(["1", "2"]), "deals": Associated(["3"]), "tickets": Associated([])}

        item = to_item(record(name="Acme"), COMPANIES, portal=PORTAL, names=NAMES, associations=links)

        assert item.directory
        assert item.children == ["1_Contact", "2_Contact", "3_Deal"]
        assert item.parent_id is None

    def test_without_associations_there_are_none_instead_of_empty_ones(self) -> None:
        item = contact()

        assert (item.associations, item.children, item.parent_id) == (None, None, None)

    def test_a_type_whose_associations_were_not_read_is_left_out(self) -> None:
        item = contact({"companies": Associated([])})

        assert item.associations == {"companies": []}

    def test_a_company_that_is_not_the_primary_one_is_no_parent(self) -> None:
        assert contact({"companies": Associated(["7"])}).parent_id is None

    def test_labels_of_associations_are_by_type_and_item_id(self) -> None:
        links = {"companies": Associated(["7", "9"], "9", {"7": ["Billing contact"]}), "deals": Associated(["3"])}

        assert contact(links).association_labels == {"companies": {"7_Company": ["Billing contact"]}}

    def test_other_companies_are_no_children_of_a_company(self) -> None:
        kind = associated_with(COMPANIES, [CONTACTS, COMPANIES])
        links = {"contacts": Associated(["1"]), "companies": Associated(["9"], None, {"9": ["Parent Company"]})}

        item = to_item(record(name="Acme"), kind, portal=PORTAL, names=NAMES, associations=links)

        assert item.children == ["1_Contact"]
        assert item.associations == {"contacts": ["1_Contact"], "companies": ["9_Company"]}

    def test_earlier_values_are_typed_like_the_property(self) -> None:
        told = record(age="42")
        told.properties_with_history = {
            "age": [
                ValueWithTimestamp("42", "2026-01-02T03:04:05Z", "CRM_UI", "userId:7", None, 7),
                ValueWithTimestamp(""),
            ]
        }

        assert to_item(told, CONTACTS, portal=PORTAL, names=NAMES).property_history == {
            "age": [
                PropertyVersion(
                    value=42,
                    changed_at="2026-01-02T03:04:05.000Z",
                    source="CRM_UI",
                    source_id="userId:7",
                    user_id="7",
                ),
                PropertyVersion(value=None),
            ]
        }

    def test_earlier_values_have_labels_like_present_ones(self) -> None:
        moved = record(dealstage="won")
        moved.properties_with_history = {
            "dealstage": [ValueWithTimestamp("won"), ValueWithTimestamp("deleted-stage"), ValueWithTimestamp("")]
        }
        painted = record(colours="uv;blue")
        painted.properties_with_history = {"colours": [ValueWithTimestamp("uv;blue")]}

        stages = to_item(moved, DEALS, portal=PORTAL, names=NAMES).property_history
        colours = to_item(painted, CONTACTS, portal=PORTAL, names=NAMES).property_history

        assert stages == {
            "dealstage": [
                PropertyVersion(value="won", label="Closed won"),
                PropertyVersion(value="deleted-stage"),
                PropertyVersion(value=None),
            ]
        }
        assert colours == {"colours": [PropertyVersion(value=["uv", "blue"], label=["Ultra violet", "blue"])]}

    def test_an_archived_record_is_invisible(self) -> None:
        archived = Record("5", {}, archived=True)

        assert to_item(archived, CONTACTS, portal=PORTAL, names=NAMES).visibility is False

    @pytest.mark.parametrize(
        ("told", "shown"),
        [
            (
                "https://app-eu1.hubspot.com/contacts/62515/contact/5",
                "https://app-eu1.hubspot.com/contacts/62515/contact/5",
            ),
            ("http://app-eu1.hubspot.com/contacts/62515/contact/5", None),
            ("https://evil.example/app-eu1.hubspot.com/", None),
            ("https://app-eu1.hubspot.com.evil.example/", None),
            ("javascript:alert(1)", None),
            (None, None),
        ],
    )
    def test_the_url_leads_to_the_portal_s_own_host(self, told: str | None, shown: str | None) -> None:
        item = to_item(Record("5", {}, url=told), CONTACTS, portal=PORTAL, names=NAMES)

        assert item.url == (shown or "https://app-eu1.hubspot.com/contacts/62515/record/0-1/5")

    @pytest.mark.parametrize(
        ("kind", "path"),
        [
            (TASKS, "tasks/62515/view/all/task/5"),
            (
                NOTES,
                "contacts/62515/objects/0-46/views/all/list?filters="
                + quote('[{"property":"hs_object_id","operator":"EQ","value":"5"}]'),
            ),
            (CALLS, "contacts/62515/record/0-48/5"),
        ],
    )
    def test_without_one_the_url_is_where_hubspot_has_the_type(self, kind: ObjectType, path: str) -> None:
        assert to_item(Record("5", {}), kind, portal=PORTAL, names=NAMES).url == f"https://app-eu1.hubspot.com/{path}"

    def test_times_fall_back_on_the_properties_and_then_on_none(self) -> None:
        dated = Record("5", {"createdate": "1735689600000", "lastmodifieddate": "soon"})

        item = to_item(dated, CONTACTS, portal=PORTAL, names=NAMES)

        assert (item.creation_time, item.last_modified_time) == ("2025-01-01T00:00:00.000Z", None)

    def test_the_documented_record_becomes_an_item(self) -> None:
        listed = parse_records(answer(200, "list-page.json")).results[0]

        item = to_item(listed, CONTACTS, portal=PORTAL, names=NAMES)

        assert (item.id, item.name) == ("513881705057_Contact", "Contact 513881705057")
        assert item.last_modified_time == MOMENT


class TestNames:
    @pytest.mark.parametrize(
        ("properties", "name"),
        [
            ({"firstname": "Ada", "lastname": "Li"}, "Ada Li"),
            ({"firstname": "", "lastname": "Li"}, "Li"),
            ({"firstname": "  ", "lastname": "\t\n", "email": "a@example.org"}, "a@example.org"),
            ({"firstname": "\u200b\u200f", "email": "a@example.org"}, "a@example.org"),
            ({"firstname": "Line\u2028Break", "lastname": " Li "}, "Line Break Li"),
            ({"firstname": "👩\u200d🚀"}, "👩\u200d🚀"),
            ({"phone": "+1 555"}, "+1 555"),
            ({"firstname": None, "email": 5}, "Contact 512"),
            ({}, "Contact 512"),
        ],
    )
    def test_the_best_human_name_is_found(self, properties: dict[str, Any], name: str) -> None:
        assert contact(**properties).name == name

    def test_a_note_is_named_by_its_text_without_markup(self) -> None:
        note = record(hs_note_body="<p>Called <b>Ada</b>&nbsp;&amp; Li</p>" + "x" * 5_000)

        name = to_item(note, NOTES, portal=PORTAL, names=NAMES).name

        assert name.startswith("Called Ada & Li x")
        assert len(name) == LONGEST_NAME

    @pytest.mark.parametrize(
        "body",
        [
            "<div>" + "<br>" * 500 + "<p>after many blank lines</p></div>",
            "<style>" + "p { margin: 0 }" * 200 + "</style><p>after many blank lines</p>",
            f'<img src="data:image/png;base64,{"A" * 5_000}"><p>after many blank lines</p>',
        ],
    )
    def test_a_note_is_named_by_its_text_however_much_markup_comes_first(self, body: str) -> None:
        assert to_item(record(hs_note_body=body), NOTES, portal=PORTAL, names=NAMES).name == "after many blank lines"


class TestValuesAndLabels:
    def test_values_are_typed_by_their_definitions(self) -> None:
        item = contact(
            age="42", newsletter="true", birthday="1735689600000", createdate="2025-01-01T00:00:00Z", colours="red;uv"
        )

        assert item.properties == {
            "age": 42,
            "newsletter": True,
            "birthday": "2025-01-01",
            "createdate": "2025-01-01T00:00:00.000Z",
            "colours": ["red", "uv"],
        }

    def test_what_does_not_parse_stays_and_empty_is_null(self) -> None:
        item = contact(age="twelve", birthday="", newsletter=None, unknown="5")

        assert item.properties == {"age": "twelve", "birthday": None, "newsletter": None, "unknown": "5"}

    def test_labels_are_only_where_the_words_differ(self) -> None:
        item = contact(hubspot_owner_id="77", colours="red;mauve;uv", stage="lead", newsletter="true", age="1")

        assert item.labels == {
            "hubspot_owner_id": "Ada Former",
            "colours": ["Red", "mauve", "Ultra violet"],
            "stage": "Lead",
        }

    def test_an_id_nobody_knows_has_no_label(self) -> None:
        assert contact(hubspot_owner_id="404", stage="same", colours="mauve").labels == {}

    def test_pipelines_and_stages_have_names_without_definitions(self) -> None:
        item = to_item(record(pipeline="default", dealstage="won"), DEALS, portal=PORTAL, names=NAMES)

        assert item.labels == {"pipeline": "Sales", "dealstage": "Closed won"}

    def test_what_only_names_a_record_is_not_delivered(self) -> None:
        mapper = Mapper(CONTACTS, portal=PORTAL, names=NAMES, properties=("age", "email"))

        item = mapper.to_item(record(firstname="Ada", email="a@example.org", age="3", createdate="x"))

        assert item.name == "Ada"
        assert item.properties == {"email": "a@example.org", "age": 3, "createdate": "x"}

    def test_the_record_is_left_as_it_was(self) -> None:
        one = record(age="3", birthday="")

        to_item(one, CONTACTS, portal=PORTAL, names=NAMES)

        assert one.properties == {"age": "3", "birthday": ""}


class TestDelta:
    LINKS = {"companies": Associated(["7", "9"], "9")}  # noqa: RUF012 (read only)

    def test_it_does_not_depend_on_order_or_on_how_empty_is_written(self) -> None:
        one = contact(self.LINKS, a="1", b="2", c=None)
        other = contact({"deals": Associated([]), "companies": Associated(["9", "7"], "9")}, b="2", a="1", d="")

        assert one.delta == other.delta

    def test_the_labels_of_an_association_have_no_order(self) -> None:
        both = [{"companies": Associated(["7"], None, {"7": labels})} for labels in (["a", "b"], ["b", "a"])]

        assert contact(both[0]).delta == contact(both[1]).delta

    @pytest.mark.parametrize(
        "changed",
        [
            Record("512", {"a": "2"}, updated_at=MOMENT),
            Record("512", {"b": "1"}, updated_at=MOMENT),
            Record("512", {"a": "1"}, updated_at="2025-12-22T18:16:33.377Z"),
            Record("512", {"a": "1"}, updated_at=MOMENT, archived=True),
        ],
    )
    def test_it_changes_when_the_record_does(self, changed: Record) -> None:
        before = to_item(Record("512", {"a": "1"}, updated_at=MOMENT), CONTACTS, portal=PORTAL, names=NAMES)
        after = to_item(changed, CONTACTS, portal=PORTAL, names=NAMES)

        assert before.delta != after.delta

    @pytest.mark.parametrize(
        "links",
        [
            {"companies": Associated(["7"], None)},
            {"companies": Associated(["7", "9"], "7")},
            {"deals": Associated(["7", "9"])},
            {"companies": Associated(["7", "9"], "9", {"7": ["Billing contact"]})},
        ],
    )
    def test_it_changes_when_an_association_does(self, links: dict[str, Associated]) -> None:
        assert contact(self.LINKS).delta != contact(links).delta

    def test_which_of_a_companys_contacts_comes_first_is_no_change_of_the_company(self) -> None:
        company, mapper = Record("5", {"name": "Ada"}), Mapper(COMPANIES, portal=PORTAL, names=NAMES)
        read = [Associated(["1", "2"], "1"), Associated(["2", "1"], "2"), Associated(["1", "2"])]

        deltas = {mapper.to_item(company, {"contacts": contacts}).delta for contacts in read}

        assert len(deltas) == 1

    def test_it_does_not_change_with_the_words_of_others(self) -> None:
        renamed = Names(owners={"77": "Ada Now"}, types=NAMES.types)
        one = record(hubspot_owner_id="77")

        before = to_item(one, CONTACTS, portal=PORTAL, names=NAMES)
        after = to_item(one, CONTACTS, portal=PORTAL, names=renamed)

        assert before.labels != after.labels
        assert before.delta == after.delta


texts = st.text(max_size=40)
scalars = st.none() | texts | st.booleans() | st.integers() | st.floats(allow_nan=False)
names_of_properties = st.sampled_from(
    sorted({name for kind in CATALOG for name in kind.default_properties} | {"age", "colours", "birthday"})
)
odd_records = st.builds(
    PartialRecord,
    id=st.text(min_size=1, max_size=20),
    properties=st.dictionaries(names_of_properties | texts, scalars, max_size=12),
    created_at=st.none() | texts,
    updated_at=st.none() | texts,
    archived=st.booleans(),
    archived_at=st.none() | texts,
    url=st.none() | texts,
)
links = st.none() | st.dictionaries(
    st.sampled_from([kind.name for kind in CATALOG]),
    st.builds(Associated, st.lists(texts, max_size=4), st.none() | texts),
)


class TestNeverRaises:
    @given(odd_records, st.sampled_from(CATALOG), links, st.none() | texts)
    def test_any_record_becomes_an_item_that_json_can_carry(
        self, odd: Record, kind: Any, associations: Any, parent_name: str | None
    ) -> None:
        item = to_item(odd, kind, portal=PORTAL, names=NAMES, associations=associations, parent_name=parent_name)

        assert item.id == f"{odd.id}_{kind.id_suffix}"
        assert item.name.strip()
        assert item.url is not None
        assert item.url.startswith("https://app-eu1.hubspot.com/")
        for moment in (item.creation_time, item.last_modified_time):
            assert moment is None or re.match(r"\d{4}-\d\d-\d\d.*Z", moment)
        json.loads(msgspec.json.encode(item))
