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
from simulator.crm.filters import (
    Field,
    Filter,
    Predicate,
    UnknownOperatorError,
    all_of,
    any_of,
    keys_of_text,
    parse_filter,
    predicate,
)
from simulator.crm.rendering import Json, View, table_of
from simulator.errors import RefusalError, invalid
from simulator.json_body import Path, refusal_at
from simulator.records.index import Index
from simulator.records.portal import Portal

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
    question = _question(call, body)
    offset, limit = _page(body)
    properties = _strings(body, "properties")
    delay_ms = call.state.settings.index_delay_ms
    index = Index(table_of(call, object_type), call.state.now_ms() - delay_ms if delay_ms else None)
    rows = _remembered(call.portal, index, question)
    answer: Json = {"total": len(rows), "results": View(call, index, properties).records(rows[offset : offset + limit])}
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


def _question(call: Call, body: dict[str, Any]) -> Question:
    groups = _groups(call, body)
    query = body.get("query") or ""
    if not isinstance(query, str):
        raise invalid("Invalid input JSON on line 1, column 1: query must be a string")
    sort_property, descending = _sort(body.get("sorts") or [])
    return Question(groups, query, sort_property, descending)


def _groups(call: Call, body: dict[str, Any]) -> tuple[tuple[Filter, ...], ...]:
    """OR across groups, AND inside one; a top-level `filters` is a group of its own."""
    raw_groups: list[tuple[Path, Any]] = [
        (("filterGroups", place), group) for place, group in enumerate(body.get("filterGroups") or [])
    ]
    if body.get("filters"):
        raw_groups.append(((), {"filters": body["filters"]}))
    if not all(isinstance(group, dict) and isinstance(group.get("filters", []), list) for _, group in raw_groups):
        raise invalid("Invalid input JSON on line 1, column 1: filterGroups must be a list of groups")
    groups = tuple(_filters(call, (*path, "filters"), group.get("filters", [])) for path, group in raw_groups)
    if len(groups) > MAX_GROUPS:
        raise invalid(f"The maximum number of filter groups is {MAX_GROUPS}.")
    if any(len(group) > MAX_FILTERS_A_GROUP for group in groups) or sum(map(len, groups)) > MAX_FILTERS:
        raise invalid(f"The maximum number of filters is {MAX_FILTERS_A_GROUP} in a group and {MAX_FILTERS} in all.")
    return tuple(group for group in groups if group)


def _filters(call: Call, path: Path, raw_filters: list[Any]) -> tuple[Filter, ...]:
    found = []
    for place, raw in enumerate(raw_filters):
        try:
            found.append(parse_filter(raw))
        except UnknownOperatorError as exc:
            where = (*path, place, *(("operator",) if "operator" in raw else ()))
            raise refusal_at(call.raw_body, where, exc.message) from None
    return tuple(found)


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


def _remembered(portal: Portal, index: Index, question: Question) -> Sequence[int]:
    """Answer the pages of one query from one pass over the records, as long as nothing changes."""
    finder = _Finder(portal, index)
    if _is_plain(question) or not index.is_current:
        return finder.rows(question)
    key = (index.object_type.plural, index.table.version, msgspec.json.encode(question))
    found = portal.searches.get(key)
    return found if found is not None else portal.searches.put(key, finder.rows(question))


def _is_plain(question: Question) -> bool:
    """Whether the answer is one run of record ids, which costs nothing to find again."""
    return len(question.groups) <= 1 and not question.query and all(map(_narrows, *question.groups[:1] or [()]))


def _narrows(found: Filter) -> bool:
    return found.property_name == "hs_object_id" and found.operator in _ID_RANGE


@dataclass(frozen=True, slots=True)
class _Finder:
    portal: Portal
    index: Index

    def rows(self, question: Question) -> Sequence[int]:
        rows = self.matching(question.groups) if question.groups else self.index.live
        if question.query:
            rows = array("l", filter(self.full_text(question.query), rows))
        return self.sorted(rows, question)

    def matching(self, groups: Sequence[Sequence[Filter]]) -> Sequence[int]:
        if len(groups) > 1:
            return array("l", filter(any_of([all_of(self.tests(group)) for group in groups]), self.index.live))
        rows = self.run_of_ids([group_ for group_ in groups[0] if _narrows(group_)])
        tests = self.tests([group_ for group_ in groups[0] if not _narrows(group_)])
        return array("l", filter(all_of(tests), rows)) if tests else rows

    def run_of_ids(self, filters: Sequence[Filter]) -> Sequence[int]:
        """Cut the live records to the ids that all of these allow."""
        ids = self.index.live_ids
        low, high = 0, len(ids)
        for filter_ in filters:
            first, last = _id_bounds(filter_)
            low, high = max(low, bisect_left(ids, first)), min(high, bisect_right(ids, last))
        return self.index.live[low:high]

    def tests(self, filters: Sequence[Filter]) -> list[Predicate]:
        return [
            self.association(filter_)
            if filter_.property_name.startswith(_ASSOCIATIONS)
            else predicate(filter_, self.field(filter_.property_name))
            for filter_ in filters
        ]

    def field(self, name: str) -> Field:
        """Raises: RefusalError 400 for a property that does not exist."""
        index, object_type = self.index, self.index.object_type
        definition = self.portal.catalog(object_type).get(name)
        if definition is None:
            raise invalid(f"Property with name {name} does not exist for {object_type.type_id}")
        read = index.reader(name) or (lambda _row: None)
        if name == "hs_object_id":
            return Field(definition, read, index.ids.__getitem__)
        if name == object_type.created_property:
            return Field(definition, read, index.created.__getitem__)
        if name == object_type.modified_property:
            return Field(definition, read, index.modified_ms)
        return Field(definition, read, keys_of_text(definition, read))

    def association(self, found: Filter) -> Predicate:
        """`associations.{type}` EQ a record id; not for custom objects. Source: HubSpot search."""
        target = self.portal.find_type(found.property_name.removeprefix(_ASSOCIATIONS))
        if target is None or target.type_id.startswith("2-") or found.operator != "EQ" or not found.value.isdigit():
            raise invalid(f"{found.property_name} can only be compared for equality with a record id")
        row = self.portal.table(target).find(int(found.value))
        links = self.portal.links.get((target.plural, self.index.object_type.plural))
        rows = frozenset(links.of(row)[0]) if links is not None and row is not None else frozenset()
        return rows.__contains__

    def full_text(self, query: str) -> Predicate:
        """Every word of the query is in some searchable property."""
        words = query.lower().split()
        readers = [read for name in self.index.object_type.searchable if (read := self.index.reader(name))]

        def matches(row: int) -> bool:
            text = "\n".join(value for read in readers if (value := read(row))).lower()
            return all(word in text for word in words)

        return matches

    def sorted(self, rows: Sequence[int], question: Question) -> Sequence[int]:
        """By one property, records without it last; by creation, oldest first, without a sort."""
        name = question.sort_property
        if name in (None, "hs_object_id", self.index.object_type.created_property):
            return rows[::-1] if question.descending else rows
        return array("l", _in_order(rows, self.field(str(name)).read_key, descending=question.descending))


def _in_order(rows: Sequence[int], key: Callable[[int], Any], *, descending: bool) -> list[int]:
    keyed = [(key(row), row) for row in rows]
    present = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in present] + [row for found, row in keyed if found is None]


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
