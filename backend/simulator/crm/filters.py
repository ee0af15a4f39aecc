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
from simulator.records.columns import Reader, Value
from simulator.records.property_catalog import Definition

Predicate = Callable[[int], bool]
Key = Callable[[str], Any]
KeyReader = Callable[[int], Any]
# In the order HubSpot's own error lists them. Source: backlot 2026-10.
OPERATORS = (
    *("IN", "NOT_HAS_PROPERTY", "LT", "EQ", "GT", "NOT_IN", "GTE"),
    *("CONTAINS_TOKEN", "HAS_PROPERTY", "LTE", "NOT_CONTAINS_TOKEN", "BETWEEN", "NEQ"),
)


# What is cut off both ends of an operator. Source: measured answers, 2026-10-06.
_TRIMMED = "".join(map(chr, range(0x21)))


class UnknownOperatorError(Exception):
    """HubSpot names the place in the body, which only the whole body tells."""

    message = f"Enum type must be one of: [{', '.join(OPERATORS)}]"


@dataclass(frozen=True, slots=True)
class Filter:
    property_name: str
    operator: str
    value: str
    high_value: str
    values: tuple[str, ...]


def parse_filter(raw: object) -> Filter:
    """Raises: RefusalError 400 for a value that is not there; UnknownOperatorError."""
    if not isinstance(raw, dict) or not isinstance(raw.get("propertyName"), str):
        raise invalid("Invalid input JSON on line 1, column 1: a filter needs a propertyName")
    operator = raw.get("operator")
    operator = operator.strip(_TRIMMED) if isinstance(operator, str) else operator
    if operator not in OPERATORS:
        raise UnknownOperatorError
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


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an index: its values as text, and as keys that compare.

    The key is None for an empty value and for one that is not of the property's type: the index does not hold it.
    """

    definition: Definition
    read: Reader
    read_key: KeyReader

    def key_of_filter(self, text: str) -> Any:
        """Raises: RefusalError 400 when the filter's value is not of the property's type."""
        try:
            return key_of(self.definition)(text)
        except ValueError:
            name, kind = self.definition["name"], self.definition["type"]
            raise invalid(f"{name} value {text[:100]} is not a valid {kind}") from None


def keys_of_text(definition: Definition, read: Reader) -> KeyReader:
    """Compare by what the text says."""
    key = key_of(definition)

    def read_key(row: int) -> Any:
        text = read(row)
        if not text:
            return None
        try:
            return key(text)
        except ValueError:
            return None

    return read_key


def predicate(found: Filter, of: Field) -> Predicate:
    """Build the test of one filter. Raises: RefusalError 400 when a value is not of the property's type."""
    read = of.read
    match found.operator:
        case "HAS_PROPERTY":
            return lambda row: bool(read(row))
        case "NOT_HAS_PROPERTY":
            return lambda row: not read(row)
        case "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN":
            return _tokens(found, read)
        case "IN" | "NOT_IN":
            return _membership(found, of)
    return _comparison(found, of)


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


def _membership(found: Filter, of: Field) -> Predicate:
    """Text is compared with what the index holds, in lower case: values in upper case match nothing."""
    is_text = key_of(of.definition) is str.lower
    wanted = set(found.values) if is_text else {of.key_of_filter(value) for value in found.values}
    is_in = found.operator == "IN"
    read_key = of.read_key
    return lambda row: (read_key(row) in wanted) is is_in


def _comparison(found: Filter, of: Field) -> Predicate:
    value = of.key_of_filter(found.value)
    high = of.key_of_filter(found.high_value) if found.operator == "BETWEEN" else None
    read_key, compare = of.read_key, _COMPARISONS[found.operator]
    without = found.operator == "NEQ"

    def test(row: int) -> bool:
        mine = read_key(row)
        return without if mine is None else compare(mine, value, high)

    return test


_COMPARISONS: dict[str, Callable[[Any, Any, Any], bool]] = {
    "EQ": lambda mine, value, _: bool(mine == value),
    "NEQ": lambda mine, value, _: bool(mine != value),
    "LT": lambda mine, value, _: bool(mine < value),
    "LTE": lambda mine, value, _: bool(mine <= value),
    "GT": lambda mine, value, _: bool(mine > value),
    "GTE": lambda mine, value, _: bool(mine >= value),
    "BETWEEN": lambda mine, low, high: bool(low <= mine <= high),
}


def all_of(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def any_of(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    return lambda row: any(test(row) for test in tests)
