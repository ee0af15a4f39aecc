"""Table cells that no spreadsheet runs as a formula.

Cells are separated by commas, but a spreadsheet may split lines at semicolons or tabs and then ignores quotes. So a
formula can begin not only at the start of a cell, but also after a semicolon, tab or line break inside it.
Source: OWASP, "CSV Injection".
"""

import re
from collections.abc import Callable
from typing import Any, Literal

import msgspec

# Characters that spreadsheets skip before a formula: spaces, control characters and other invisible characters. Tabs
# and line breaks are separators.
UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_TRIGGERS = r"=+\-@\uff0b\uff0d\uff1d\uff20"
# With another separator, a quote before a formula is part of the cell.
_FORMULA = re.compile(rf"(^|[;\t\r\n])([{UNSEEN}\"]*[{_TRIGGERS}][^;\t\r\n]*)")
_FORMULA_IN_JSON = re.compile(rf"(;[{UNSEEN}]*)([{_TRIGGERS}])")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)
_JSON = msgspec.json.Encoder()

Cells = Literal["safe", "raw"]


def raw_cell(value: Any) -> str:
    """The exact value as text. Lists are joined by semicolons, objects are JSON."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list() | tuple():
            return ";".join(str(each) for each in value)
        case dict():
            return _JSON.encode(value).decode() if value else ""
    return str(value)


def safe_cell(value: Any) -> str:
    """The same without formulas; JSON stays JSON with the same values."""
    if isinstance(value, int | float):
        return raw_cell(value)
    text = raw_cell(value)
    if isinstance(value, dict):
        return _FORMULA_IN_JSON.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04x}", text)
    return disarm(text)


def disarm(text: str) -> str:
    """Put an apostrophe before each possible start of a formula; numbers stay numbers."""
    return _FORMULA.sub(_disarm_part, text)


def _disarm_part(found: re.Match[str]) -> str:
    separator, part = found.groups()
    return found[0] if _NUMBER.fullmatch(part) else f"{separator}'{part}"


CELLS: dict[Cells, Callable[[Any], str]] = {"safe": safe_cell, "raw": raw_cell}
