"""Property values: HubSpot's strings as numbers, booleans, lists and ISO dates, by the property's definition. Pure.

`""` and null both mean empty. What does not parse stays the string it is: nothing is guessed or lost. Only the digits
of a fraction that a double cannot hold are rounded.
Source: HubSpot properties guide, "Property type and fieldType values"; mixed date formats are seen in the field.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from hubspot.wire import Property

TypedValue = str | int | float | bool | list[str] | None
Parser = Callable[[str], TypedValue]

RECORD_ID = "hs_object_id"
# Beyond this JSON readers (JavaScript's numbers) round a whole number.
LARGEST_EXACT = 2**53 - 1
# Whole numbers of fewer digits are certainly exact.
_SAFE_DIGITS = 15
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,4})?", re.ASCII)
_EPOCH_MS = re.compile(r"-?\d{1,15}", re.ASCII)
_DAY_MS = 86_400_000
# From 1970-04-26 on, and before 1969-09-08.
_MOMENT_DIGITS = 11
_DAY_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]", re.ASCII)
_WITH_MILLISECONDS = len("2020-02-29T03:30:17.000Z")
_WHOLE_SECOND = len("2020-02-29T03:30:17Z")
_USUAL_LENGTHS = (_WITH_MILLISECONDS, _WHOLE_SECOND)
_BOOLEANS = {"true": True, "false": False}


def parser_of(definition: Property) -> Parser | None:
    """How values of a property read; None where they are strings as they stand, as every id is."""
    if definition.name == RECORD_ID:
        return None
    match definition.type, definition.field_type:
        case ("bool", _) | ("enumeration", "booleancheckbox"):
            return parse_bool
        case "number", _:
            return parse_number
        case "datetime", _:
            return parse_datetime
        case "date", _:
            return parse_date
        case "enumeration", "checkbox":
            return parse_choices
        case _:
            return None


def parse_number(text: str) -> int | float | str:
    """A whole number as int, any other as the double nearest to it, so that a column has one type.

    HubSpot calculates in decimals and writes up to 50 digits; what a double drops is less than its last digit. The text
    stays as it is beyond 2^53 - 1, where rounding would change whole digits (and ids), and for what is no JSON number.
    """
    if len(text) < _SAFE_DIGITS and text.isascii() and text.isdigit() and (text[0] != "0" or text == "0"):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return text
    exact, number = Decimal(text), float(text)
    if exact == exact.to_integral_value():
        return int(exact) if abs(exact) <= LARGEST_EXACT else text
    return number if 0.0 < abs(number) <= LARGEST_EXACT else text


def parse_bool(text: str) -> bool | str:
    return _BOOLEANS.get(text.lower(), text)


def parse_choices(text: str) -> list[str]:
    """The values of a multiple choice, which HubSpot joins by semicolons."""
    return [choice for choice in text.split(";") if choice]


def parse_datetime(text: str) -> str:
    """Like `parse_moment`; the text itself where that is none."""
    return parse_moment(text) or text


def parse_moment(text: str) -> str | None:
    """ISO 8601 in UTC with milliseconds, from any ISO form with a zone or from epoch milliseconds."""
    # HubSpot's two usual forms, at a fifth of the cost of formatting the moment again.
    if text[-1:] == "Z" and (length := len(text)) in _USUAL_LENGTHS:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return None
        return text if length == _WITH_MILLISECONDS else f"{text[:-1]}.000Z"
    moment = _moment(text)
    return None if moment is None else iso_moment(moment)


def parse_date(text: str) -> str:
    """`YYYY-MM-DD`: of a moment its day in UTC, without a zone the day that is written."""
    if _EPOCH_MS.fullmatch(text):
        # Fewer digits may be a day in some other form: `20240101`.
        is_moment = int(text) % _DAY_MS == 0 or len(text.lstrip("-")) >= _MOMENT_DIGITS
        moment = _moment(text) if is_moment else None
        return text if moment is None else moment.date().isoformat()
    if not _DAY_AND_TIME.match(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()
    except (ValueError, OverflowError):
        return text


def iso_moment(moment: datetime) -> str:
    """As HubSpot writes moments: `2020-02-29T03:30:17.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(text: str | None) -> int | None:
    """Milliseconds of a moment as HubSpot writes it; None when it is none."""
    moment = _moment(text) if text else None
    return None if moment is None else round(moment.timestamp() * 1000)


def _moment(text: str) -> datetime | None:
    try:
        if _EPOCH_MS.fullmatch(text):
            seconds, milliseconds = divmod(int(text), 1000)
            return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
        moment = datetime.fromisoformat(text)
        # Without a zone it is not known which moment is meant.
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None
