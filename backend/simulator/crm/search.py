"""Search: filters, one sort, a free text, and a window of 10,000 results.

Order of events: read and check the body; find the matching rows (narrowed by record id first, then row by row);
sort; cut the page.
Source: HubSpot search, POST /crm/objects/{version}/{objectType}/search.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from simulator.call import Call, Reply, readable_type
from simulator.crm.filters import Filter, Predicate, all_of, any_of, key_of, parse_filter, predicate
from simulator.crm.rendering import Json, View, table_of
from simulator.errors import RefusalError, invalid
from simulator.records.object_types import ObjectType
from simulator.records.portal import Portal
from simulator.records.table import Table

DEFAULT_LIMIT = 10
MAX_LIMIT = 200
# Source: HubSpot search, limits.
WINDOW = 10_000
MAX_BODY_CHARACTERS = 3_000
MAX_GROUPS, MAX_FILTERS_A_GROUP, MAX_FILTERS = 5, 6, 18
_ASSOCIATIONS = "associations."
_ID_RANGE = frozenset({"GT", "GTE", "LT", "LTE", "BETWEEN", "EQ"})


@dataclass(frozen=True, slots=True)
class Question:
    """A checked body, without its page."""

    groups: tuple[tuple[Filter, ...], ...]
    query: str
    sort_property: str | None
    descending: bool


def search_records(call: Call) -> Reply:
    object_type = readable_type(call, call.path["object_type"])
    if len(call.raw_body.decode("utf-8", "replace")) > MAX_BODY_CHARACTERS:
        raise invalid(f"The request body must be at most {MAX_BODY_CHARACTERS} characters.")
    body = call.body()
    question = _question(body)
    offset, limit = _page(body)
    properties = _strings(body, "properties")
    table = table_of(call, object_type)
    rows = _remembered(call.portal, table, question)
    answer: Json = {"total": len(rows), "results": View(call, table, properties).records(rows[offset : offset + limit])}
    if offset + limit < len(rows):
        answer["paging"] = {"next": {"after": str(offset + limit)}}
    return 200, answer


def _page(body: dict[str, Any]) -> tuple[int, int]:
    limit = _integer(body, "limit", DEFAULT_LIMIT)
    if limit > MAX_LIMIT:
        raise invalid(f"You can only request at most {MAX_LIMIT} objects in one request.")
    if limit < 1:
        raise invalid("limit must be greater than 0", {"limit": [str(limit)]})
    offset = _integer(body, "after", 0)
    if offset < 0:
        raise invalid("after must not be negative", {"after": [str(offset)]})
    if offset + limit > WINDOW:
        # The text of this refusal is not documented; its status is.
        raise RefusalError(400, "There was a problem with the request.")
    return offset, limit


def _integer(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(f"Invalid input JSON on line 1, column 1: {name} must be an integer") from None


def _strings(body: dict[str, Any], name: str) -> list[str]:
    values = body.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise invalid(f"Invalid input JSON on line 1, column 1: {name} must be a list of strings")
    return values


def _question(body: dict[str, Any]) -> Question:
    groups = _groups(body)
    query = body.get("query") or ""
    if not isinstance(query, str):
        raise invalid("Invalid input JSON on line 1, column 1: query must be a string")
    sort_property, descending = _sort(body.get("sorts") or [])
    return Question(groups, query, sort_property, descending)


def _groups(body: dict[str, Any]) -> tuple[tuple[Filter, ...], ...]:
    """OR across groups, AND inside one; a top-level `filters` is a group of its own."""
    raw_groups = list(body.get("filterGroups") or [])
    if body.get("filters"):
        raw_groups.append({"filters": body["filters"]})
    if not all(isinstance(group, dict) and isinstance(group.get("filters", []), list) for group in raw_groups):
        raise invalid("Invalid input JSON on line 1, column 1: filterGroups must be a list of groups")
    groups = tuple(tuple(map(parse_filter, group.get("filters", []))) for group in raw_groups)
    if len(groups) > MAX_GROUPS:
        raise invalid(f"The maximum number of filter groups is {MAX_GROUPS}.")
    if any(len(group) > MAX_FILTERS_A_GROUP for group in groups) or sum(map(len, groups)) > MAX_FILTERS:
        raise invalid(f"The maximum number of filters is {MAX_FILTERS_A_GROUP} in a group and {MAX_FILTERS} in all.")
    return tuple(group for group in groups if group)


def _sort(sorts: object) -> tuple[str | None, bool]:
    """Read the one sort, given as an object or as a property's name."""
    if not isinstance(sorts, list):
        raise invalid("Invalid input JSON on line 1, column 1: sorts must be a list")
    if not sorts:
        return None, False
    if len(sorts) > 1:
        raise invalid("Only one sort is allowed.")
    first = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": sorts[0]}
    direction = first.get("direction", "ASCENDING")
    if direction not in ("ASCENDING", "DESCENDING") or not isinstance(first.get("propertyName"), str):
        raise invalid("Invalid input JSON on line 1, column 1: a sort needs a propertyName and a direction")
    return first["propertyName"], direction == "DESCENDING"


def _remembered(portal: Portal, table: Table, question: Question) -> Sequence[int]:
    """Answer the pages of one query from one pass over the records, as long as nothing changes."""
    if _is_plain(question):
        return _rows(portal, table, question)
    key = (table.object_type.plural, table.version, msgspec.json.encode(question))
    found = portal.searches.get(key)
    if found is None:
        found = portal.searches.put(key, _rows(portal, table, question))
    return found


def _is_plain(question: Question) -> bool:
    """Whether the answer is one run of record ids, which costs nothing to find again."""
    return len(question.groups) <= 1 and not question.query and all(map(_narrows, *question.groups[:1] or [()]))


def _narrows(found: Filter) -> bool:
    return found.property_name == "hs_object_id" and found.operator in _ID_RANGE


def _rows(portal: Portal, table: Table, question: Question) -> Sequence[int]:
    finder = _Finder(portal, table)
    rows = finder.matching(question.groups) if question.groups else table.live
    if question.query:
        matches = finder.full_text(question.query)
        rows = array("l", filter(matches, rows))
    return finder.sorted(rows, question)


@dataclass(frozen=True, slots=True)
class _Finder:
    portal: Portal
    table: Table

    @property
    def object_type(self) -> ObjectType:
        return self.table.object_type

    def matching(self, groups: Sequence[Sequence[Filter]]) -> Sequence[int]:
        if len(groups) > 1:
            return array("l", filter(any_of([all_of(self.tests(group)) for group in groups]), self.table.live))
        rows = self.run_of_ids([one for one in groups[0] if _narrows(one)])
        tests = self.tests([one for one in groups[0] if not _narrows(one)])
        return array("l", filter(all_of(tests), rows)) if tests else rows

    def run_of_ids(self, filters: Sequence[Filter]) -> Sequence[int]:
        """Cut the live records to the ids that all of these allow."""
        ids = self.table.live_ids
        low, high = 0, len(ids)
        for one in filters:
            first, last = _id_bounds(one)
            low, high = max(low, bisect_left(ids, first)), min(high, bisect_right(ids, last))
        return self.table.live[low:high]

    def tests(self, filters: Sequence[Filter]) -> list[Predicate]:
        return [self.test(one) for one in filters]

    def test(self, found: Filter) -> Predicate:
        if found.property_name.startswith(_ASSOCIATIONS):
            return self.association(found)
        definition = self.portal.catalog(self.object_type).get(found.property_name)
        if definition is None:
            raise invalid(f"Property with name {found.property_name} does not exist for {self.object_type.type_id}")
        read = self.table.reader(found.property_name) or (lambda _row: None)
        return predicate(found, read, definition)

    def association(self, found: Filter) -> Predicate:
        """`associations.{type}` EQ a record id; not for custom objects. Source: HubSpot search."""
        name = found.property_name.removeprefix(_ASSOCIATIONS)
        target = self.portal.find_type(name)
        if target is None or target.type_id.startswith("2-") or found.operator != "EQ" or not found.value.isdigit():
            raise invalid(f"{found.property_name} can only be compared for equality with a record id")
        row = self.portal.tables[target.plural].find(int(found.value))
        links = self.portal.links.get((target.plural, self.object_type.plural))
        rows = frozenset(links.of(row)[0]) if links is not None and row is not None else frozenset()
        return rows.__contains__

    def full_text(self, query: str) -> Predicate:
        """Every word of the query begins or is inside some searchable property."""
        words = query.lower().split()
        readers = [read for name in self.object_type.searchable if (read := self.table.reader(name))]

        def matches(row: int) -> bool:
            text = "\n".join(value for read in readers if (value := read(row))).lower()
            return all(word in text for word in words)

        return matches

    def sorted(self, rows: Sequence[int], question: Question) -> Sequence[int]:
        """By one property, records without it last; by creation, oldest first, without a sort."""
        name = question.sort_property
        if name in (None, "hs_object_id", self.object_type.created_property):
            return rows[::-1] if question.descending else rows
        definition = self.portal.catalog(self.object_type).get(str(name))
        read = self.table.reader(str(name))
        if definition is None:
            raise invalid(f"Property with name {name} does not exist for {self.object_type.type_id}")
        if read is None:
            return rows
        return array(
            "l", _in_order(rows, lambda row: _sort_key(key_of(definition), read(row)), descending=question.descending)
        )


def _in_order(rows: Sequence[int], key: Callable[[int], Any], *, descending: bool) -> list[int]:
    keyed = [(key(row), row) for row in rows]
    present = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in present] + [row for found, row in keyed if found is None]


def _sort_key(key: Callable[[str], Any], value: str | None) -> Any:
    if not value:
        return None
    try:
        return key(value)
    except ValueError:
        return None


def _id_bounds(found: Filter) -> tuple[int, int]:
    """The first and the last id that a filter on `hs_object_id` allows."""
    first, last = 0, 1 << 62
    value = _id(found, found.value)
    match found.operator:
        case "GT":
            first = value + 1
        case "GTE":
            first = value
        case "LT":
            last = value - 1
        case "LTE":
            last = value
        case "EQ":
            first = last = value
        case "BETWEEN":
            first, last = value, _id(found, found.high_value)
    return first, last


def _id(found: Filter, text: str) -> int:
    try:
        return min(max(int(text), 0), 1 << 61)
    except ValueError:
        raise invalid(f"{found.property_name} value {text[:100]} is not a valid number") from None
