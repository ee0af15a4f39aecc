from typing import Any

import msgspec

from hubspot.associated import Associated
from hubspot.catalog import COMPANIES, CONTACTS, LINE_ITEMS
from hubspot.custom_objects import associated_with, custom_object_types
from hubspot.inline_associations import inline_links, likely_parents, linked_row
from hubspot.records import parse_linked_records, parse_records
from hubspot.wire import Record
from tests.unit.hubspot.samples import answer
from tests.unit.hubspot.test_object_types import CAR


def page(*associations: dict[str, Any] | None) -> bytes:
    """Records 1, 2, … with these links."""
    records = [{"id": str(number), "properties": {}} for number in range(1, len(associations) + 1)]
    given = [{} if association is None else {"associations": association} for association in associations]
    return msgspec.json.encode({"results": [{**record, **one} for record, one in zip(records, given, strict=True)]})


def read(*associations: dict[str, Any] | None) -> list[Record]:
    return parse_linked_records(answer(200, page(*associations))).results


def links(*ids: str | int, more: bool = False, **extra: object) -> dict[str, object]:
    paging = {"paging": {"next": {"after": "MC0yLTc1MDI%3D", "link": "https://api.hubapi.com/x"}}} if more else {}
    return {"results": [{"id": id_, "type": "company_to_contact"} for id_ in ids], **paging, **extra}


class TestInlineLinks:
    def test_each_target_counts_once_in_hubspot_s_order(self) -> None:
        records = read({"contacts": links("7", "5", "7", 5)})

        assert inline_links(COMPANIES, records)["contacts"] == {"1": Associated(["7", "5"])}

    def test_a_record_without_any_is_known_to_have_none(self) -> None:
        records = read(None, {"contacts": links("7")})

        assert inline_links(COMPANIES, records) == {
            "contacts": {"1": Associated([]), "2": Associated(["7"])},
            "deals": {"1": Associated([]), "2": Associated([])},
            "tickets": {"1": Associated([]), "2": Associated([])},
        }

    def test_where_no_record_has_any_they_may_have_been_ignored_and_are_to_be_read(self) -> None:
        assert inline_links(COMPANIES, read(None, None)) == {"contacts": {}, "deals": {}, "tickets": {}}

    def test_a_list_that_is_cut_is_to_be_read(self) -> None:
        records = read({"contacts": links("7", more=True), "deals": links("8")})

        found = inline_links(COMPANIES, records)

        assert (found["contacts"], found["deals"]) == ({}, {"1": Associated(["8"])})

    def test_a_link_with_a_label_is_to_be_read(self) -> None:
        labeled = {"results": [{"id": "7", "type": "company_to_contact"}, {"id": "7", "type": "billing_contact"}]}

        assert inline_links(COMPANIES, read({"contacts": labeled}))["contacts"] == {}

    def test_links_between_records_of_one_type_have_labels_and_are_to_be_read(self) -> None:
        companies = associated_with(COMPANIES, [COMPANIES])

        assert inline_links(companies, read({"companies": links("7")}))["companies"] == {}

    def test_links_to_a_custom_object_come_under_its_qualified_name(self) -> None:
        (car,) = custom_object_types([CAR])

        found = inline_links(associated_with(CONTACTS, [car]), read({"p62515_car": links("7")}))

        assert found == {"car": {"1": Associated(["7"])}}

    def test_which_company_is_the_primary_one_is_to_be_read(self) -> None:
        records = read({"companies": links("7")}, {"deals": links("8")})

        found = inline_links(CONTACTS, records)

        assert found["companies"] == {"2": Associated([])}
        assert found["deals"] == {"1": Associated([]), "2": Associated(["8"])}

    def test_a_type_goes_by_any_of_its_names(self) -> None:
        (record,) = read({"DEAL": links("8"), "quotes": links("9")})

        assert inline_links(LINE_ITEMS, [record])["deals"] == {"1": Associated(["8"])}

    def test_links_to_a_type_of_another_name_leave_the_record_to_be_read(self) -> None:
        records = read({"contacts": links("7"), "p123_machine": links("8")}, None)

        assert inline_links(COMPANIES, records)["contacts"] == {"2": Associated([])}

    def test_a_record_that_is_not_as_documented_is_to_be_read(self) -> None:
        records = read({"contacts": {"results": None}}, None, {"contacts": links("7")})

        assert [record.id for record in records] == ["1", "2", "3"]
        assert inline_links(COMPANIES, records)["contacts"] == {"2": Associated([]), "3": Associated(["7"])}

    def test_where_links_were_not_asked_for_all_are_to_be_read(self) -> None:
        records = parse_records(answer(200, page(None, None))).results

        assert inline_links(COMPANIES, records) == {"contacts": {}, "deals": {}, "tickets": {}}


class TestLinkedRow:
    def test_it_is_the_longest_row_without_a_record_that_is_to_be_read(self) -> None:
        cut = {"contacts": links("7", more=True)}

        assert linked_row(COMPANIES, read(None, cut, None, None, cut, None)) == slice(2, 4)
        assert linked_row(COMPANIES, read(None, {"deals": links("8")})) == slice(0, 2)
        assert linked_row(COMPANIES, read(cut, cut)) == slice(0, 0)


class TestLikelyParents:
    def test_it_is_the_company_that_is_listed_with_a_label_or_the_first(self) -> None:
        plain = [{"id": id_, "type": "contact_to_company_unlabeled"} for id_ in ("7", "8")]
        labelled = [*plain, {"id": "8", "type": "contact_to_company"}]
        records = read({"companies": {"results": labelled}}, {"companies": {"results": plain}}, None)

        assert likely_parents(CONTACTS, records) == {"8", "7"}
        assert likely_parents(COMPANIES, records) == set()
