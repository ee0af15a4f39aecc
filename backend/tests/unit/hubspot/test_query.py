from datetime import UTC, datetime

import pytest

from errors import ValidationFailedError
from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.endpoints import Filter
from hubspot.metadata_cache import Definition, TypeNames
from hubspot.query import LONGEST_QUERY, Query
from hubspot.wire import Property, Record

KINDS = (CONTACTS, COMPANIES)
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
NAMES = TypeNames(definitions={n: Definition.from_wire(Property(name=n, type="string")) for n in ("zip", "age")})


class TestWayOfReading:
    @pytest.mark.parametrize(
        ("query", "by_search"),
        [
            (Query(object_types=KINDS), False),
            (Query(object_types=KINDS, q="acme"), True),
            (Query(object_types=KINDS, updated_since=SINCE), True),
            (Query(object_types=KINDS, archived=True), False),
            (Query(object_types=KINDS, archived=True, updated_since=SINCE), False),
        ],
    )
    def test_search_is_used_only_where_a_list_cannot_answer(self, query: Query, *, by_search: bool) -> None:
        assert query.by_search is by_search

    def test_a_search_of_archived_records_is_refused_with_what_to_change(self) -> None:
        with pytest.raises(ValidationFailedError, match="archived"):
            Query(object_types=KINDS, archived=True, q="acme")

    def test_words_too_many_for_a_search_are_refused(self) -> None:
        with pytest.raises(ValidationFailedError, match="500"):
            Query(object_types=KINDS, q="x" * (LONGEST_QUERY + 1))


class TestSearches:
    def test_changes_are_sought_by_the_type_s_own_property_behind_the_last_id(self) -> None:
        query = Query(object_types=KINDS, updated_since=SINCE, q="acme")

        contacts = query.search_after(CONTACTS, "51", properties=("email",), limit=100)
        companies = query.search_after(COMPANIES, None, properties=(), limit=100)

        assert contacts.filters == (
            Filter("lastmodifieddate", "GTE", "1735689600000"),
            Filter("hs_object_id", "GT", "51"),
        )
        assert (contacts.sort_by, contacts.query, contacts.after) == ("hs_object_id", "acme", None)
        assert companies.filters == (Filter("hs_lastmodifieddate", "GTE", "1735689600000"),)

    def test_the_epoch_itself_is_not_asked_for(self) -> None:
        query = Query(object_types=KINDS, updated_since=datetime(1970, 1, 1, tzinfo=UTC))

        assert query.search_after(CONTACTS, None, properties=(), limit=1).filters[0].value == "1"


class TestProperties:
    def test_a_good_set_a_type_is_the_default(self) -> None:
        query = Query(object_types=KINDS)

        assert query.asked_properties(CONTACTS, NAMES) == CONTACTS.default_properties

    def test_a_star_means_all_the_type_has_beside_those_named(self) -> None:
        query = Query(object_types=KINDS, properties=("email", "*", "zip"))

        assert query.needs_definitions
        assert query.asked_properties(CONTACTS, NAMES) == ("age", "zip", "email")

    def test_what_names_the_records_is_read_with_the_rest(self) -> None:
        query = Query(object_types=KINDS, properties=("age", "age"))
        asked = query.asked_properties(COMPANIES, NAMES)

        assert asked == ("age",)
        assert query.read_properties(COMPANIES, asked) == ("age", "domain", "name", "phone", "website")


class TestArchivedSince:
    @pytest.mark.parametrize(
        ("archived_at", "updated_at", "accepted"),
        [
            ("2025-06-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z", True),
            ("2024-12-31T23:59:59.999Z", "2020-01-01T00:00:00.000Z", False),
            (None, "2025-01-01T00:00:00.000Z", True),
            (None, "2024-01-01T00:00:00.000Z", False),
            (None, None, True),
        ],
    )
    def test_records_archived_or_changed_since_are_kept(
        self, archived_at: str | None, updated_at: str | None, *, accepted: bool
    ) -> None:
        query = Query(object_types=KINDS, archived=True, updated_since=SINCE)

        assert query.accepts(Record("1", {}, archived_at=archived_at, updated_at=updated_at)) is accepted
