"""Parse property values by their definition: numbers, booleans, lists and ISO dates from HubSpot's strings. Pure.

`""` and null both mean empty. A value that does not parse stays a string: nothing is guessed or lost. Only fraction
digits beyond a double's precision are rounded.
Source: HubSpot properties guide, "Property type and fieldType values"; mixed date formats occur in real accounts.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from hubspot.wire import Property

TypedValue = str | int | float | bool | list[str] | None
Parser = Callable[[str], TypedValue]

RECORD_ID = "hs_object_id"
# JSON readers with JavaScript numbers round larger whole numbers.
LARGEST_EXACT = 2**53 - 1
# Whole numbers with fewer digits are always exact.
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
# Every third character of these two forms, from the first hyphen to the end of the seconds.
_USUAL_SEPARATORS = ("--T::.", "--T::Z")
_BOOLEANS = {"true": True, "false": False}


def parser_of(definition: Property) -> Parser | None:
    """The parser of a property's values; None if they stay strings, as all ids do."""
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
    """A whole number as int, any other number as the nearest double.

    HubSpot calculates in decimals and writes up to 50 digits, so a double may round the last ones. The text is kept
    beyond 2^53 - 1, where rounding would change whole digits (and ids), and if it is not a JSON number.
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
    """The values of a multiple choice; HubSpot joins them with semicolons."""
    return [choice for choice in text.split(";") if choice]


def parse_datetime(text: str) -> str:
    """Like `parse_moment`, but returns the text if it is not a date and time."""
    return parse_moment(text) or text


def parse_moment(text: str) -> str | None:
    """ISO 8601 in UTC with milliseconds, from any ISO form with a time zone or from epoch milliseconds."""
    # HubSpot's two usual forms, at a fifth of the cost of parsing and formatting.
    if text[-1:] == "Z" and (length := len(text)) in _USUAL_LENGTHS and text[4:20:3] in _USUAL_SEPARATORS:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return None
        return text if length == _WITH_MILLISECONDS else f"{text[:-1]}.000Z"
    moment = _moment(text)
    return None if moment is None else iso_moment(moment)


def parse_date(text: str) -> str:
    """`YYYY-MM-DD`: the UTC day of a date and time, or the written day if there is no time zone."""
    if _EPOCH_MS.fullmatch(text):
        # Fewer digits may be a date in another form: `20240101`.
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
    """HubSpot's format of dates and times: `2020-02-29T03:30:17.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(text: str | None) -> int | None:
    """Epoch milliseconds of HubSpot's date and time; None if it is not one."""
    moment = _moment(text) if text else None
    return None if moment is None else round(moment.timestamp() * 1000)


def _moment(text: str) -> datetime | None:
    try:
        if _EPOCH_MS.fullmatch(text):
            seconds, milliseconds = divmod(int(text), 1000)
            return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
        moment = datetime.fromisoformat(text)
        # Without a time zone the time is ambiguous.
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None
