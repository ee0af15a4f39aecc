"""Search filters: the operators, compared by the property's type, over rows of an index.

Source: HubSpot search. Records without the property match NEQ, NOT_IN and NOT_CONTAINS_TOKEN (capture 2026-10).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import invalid
from simulator.moments import parse_moment
from simulator.records.property_catalog import Definition
from simulator.records.table import Reader, Value

Predicate = Callable[[int], bool]
Key = Callable[[str], Any]
# In the order HubSpot's own error lists them. Source: backlot 2026-10.
OPERATORS = (
    *("IN", "NOT_HAS_PROPERTY", "LT", "EQ", "GT", "NOT_IN", "GTE"),
    *("CONTAINS_TOKEN", "HAS_PROPERTY", "LTE", "NOT_CONTAINS_TOKEN", "BETWEEN", "NEQ"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    property_name: str
    operator: str
    value: str
    high_value: str
    values: tuple[str, ...]


def parse_filter(raw: object) -> Filter:
    """Raises: RefusalError 400 for an unknown operator or a value that is not there."""
    if not isinstance(raw, dict) or not isinstance(raw.get("propertyName"), str):
        raise invalid("Invalid input JSON on line 1, column 1: a filter needs a propertyName")
    operator = raw.get("operator")
    if operator not in OPERATORS:
        raise invalid(f"Invalid input JSON on line 1, column 1: Enum type must be one of: [{', '.join(OPERATORS)}]")
    values = raw.get("values") or []
    if not isinstance(values, list):
        raise invalid("Invalid input JSON on line 1, column 1: values must be a list")
    found = Filter(
        raw["propertyName"], operator, _text(raw.get("value")), _text(raw.get("highValue")), tuple(map(_text, values))
    )
    _check_values(found)
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _check_values(found: Filter) -> None:
    name, operator = found.property_name, found.operator
    if operator in ("IN", "NOT_IN") and not found.values:
        raise invalid(f"operator {operator} of {name} requires values")
    if operator == "BETWEEN" and not (found.value and found.high_value):
        raise invalid(f"operator BETWEEN of {name} requires a value and a highValue")
    alone = ("IN", "NOT_IN", "BETWEEN", "HAS_PROPERTY", "NOT_HAS_PROPERTY")
    if operator not in alone and not found.value:
        raise invalid(f"operator {operator} of {name} requires a value")


def key_of(definition: Definition) -> Key:
    """How values of a property compare: as numbers, as moments, or as text without regard to case.

    The key raises ValueError for a value that is none of its type.
    """
    kind = definition["type"]
    if kind == "number":
        return float
    if kind in ("date", "datetime"):
        return _moment
    return str if kind == "enumeration" else str.lower


def _moment(text: str) -> int:
    moment = parse_moment(text)
    if moment is None:
        raise ValueError(text)
    return moment


def predicate(found: Filter, read: Reader, definition: Definition) -> Predicate:
    """Build the test of one filter. Raises: RefusalError 400 when the filter's value is not of the property's type."""
    match found.operator:
        case "HAS_PROPERTY":
            return lambda row: bool(read(row))
        case "NOT_HAS_PROPERTY":
            return lambda row: not read(row)
        case "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN":
            return _tokens(found, read)
        case "IN" | "NOT_IN":
            return _membership(found, read, definition)
    return _comparison(found, read, definition)


def _tokens(found: Filter, read: Reader) -> Predicate:
    """Every word of the filter, `*` standing for anything, is a word of the value or all of it."""
    patterns = [re.compile(re.escape(word).replace(r"\*", ".*"), re.IGNORECASE) for word in found.value.split()]
    wanted = found.operator == "CONTAINS_TOKEN"

    def contains(text: Value) -> bool:
        if not text:
            return False
        words = [text, *re.split(r"\W+", text), *text.split()]
        return all(any(pattern.fullmatch(word) for word in words) for pattern in patterns)

    return lambda row: contains(read(row)) is wanted


def _membership(found: Filter, read: Reader, definition: Definition) -> Predicate:
    """Text is compared with what the index holds, in lower case: values in upper case match nothing."""
    key = key_of(definition)
    wanted = (
        set(found.values) if key is str.lower else {_filter_key(found, definition, value) for value in found.values}
    )
    is_in = found.operator == "IN"

    def test(row: int) -> bool:
        value = _value_key(key, read(row))
        return (value is not None and value in wanted) is is_in

    return test


def _comparison(found: Filter, read: Reader, definition: Definition) -> Predicate:
    key = key_of(definition)
    value = _filter_key(found, definition, found.value)
    compare = _COMPARISONS[found.operator](value, _high(found, definition))
    without = found.operator == "NEQ"

    def test(row: int) -> bool:
        mine = _value_key(key, read(row))
        return without if mine is None else compare(mine)

    return test


_COMPARISONS: dict[str, Callable[[Any, Any], Callable[[Any], bool]]] = {
    "EQ": lambda value, _: lambda mine: bool(mine == value),
    "NEQ": lambda value, _: lambda mine: bool(mine != value),
    "LT": lambda value, _: lambda mine: bool(mine < value),
    "LTE": lambda value, _: lambda mine: bool(mine <= value),
    "GT": lambda value, _: lambda mine: bool(mine > value),
    "GTE": lambda value, _: lambda mine: bool(mine >= value),
    "BETWEEN": lambda low, high: lambda mine: bool(low <= mine <= high),
}


def _high(found: Filter, definition: Definition) -> Any:
    return _filter_key(found, definition, found.high_value) if found.operator == "BETWEEN" else None


def _value_key(key: Key, text: Value) -> Any:
    """None for an empty value and for one that is not of the property's type: the index does not hold it."""
    if not text:
        return None
    try:
        return key(text)
    except ValueError:
        return None


def _filter_key(found: Filter, definition: Definition, text: str) -> Any:
    try:
        return key_of(definition)(text)
    except ValueError:
        raise invalid(f"{found.property_name} value {text[:100]} is not a valid {definition['type']}") from None


def all_of(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def any_of(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    return lambda row: any(test(row) for test in tests)
