"""A request's JSON body, and where in it HubSpot finds a mistake: line and column of a value, in bytes of UTF-8.

Source: measured answers of `search` and `batch/read`, October 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from simulator.errors import RefusalError

Path = Sequence[str | int]
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
# Strings are matched so that a token inside one is passed over.
_NUMBER_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')


def read_object(raw: bytes) -> dict[str, Any]:
    """Raises: RefusalError 400 with HubSpot's text when the body is not a JSON object."""
    try:
        decoded = msgspec.json.decode(raw)
    except msgspec.DecodeError as exc:
        raise _not_json(raw, str(exc)) from None
    if not isinstance(decoded, dict):
        raise refusal_at(raw, (), "Expected an object")
    return decoded


def refusal_at(raw: bytes, path: Path, message: str, *, at_end: bool = False, colon: str = ": ") -> RefusalError:
    """Name the value at `path`: where it starts, or its last character."""
    text = raw.decode("utf-8", "replace")
    start, end = _span(text, path)
    return _refusal(text, end - 1 if at_end else start, f"{colon}{message}", category="VALIDATION_ERROR")


def _refusal(text: str, place: int, message: str, category: str | None) -> RefusalError:
    line, column = _position(text, place)
    return RefusalError(400, f"Invalid input JSON on line {line}, column {column}{message}", category=category)


def _not_json(raw: bytes, problem: str) -> RefusalError:
    """A token that JSON does not have is named, and the column just past it; no category then."""
    text = raw.decode("utf-8", "replace")
    for found in _NUMBER_TOKEN.finditer(text):
        if token := found[1]:
            hint = "enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
            return _refusal(text, found.end(), f": Non-standard token '{token}': {hint}", category=None)
    try:
        json.loads(text)
    except json.JSONDecodeError as exc:
        return _refusal(text, exc.pos, f": {problem}", category="VALIDATION_ERROR")
    return _refusal(text, 0, f": {problem}", category="VALIDATION_ERROR")


def _span(text: str, path: Path) -> tuple[int, int]:
    """Start and end of the value at `path`; of a repeated key the last one counts, as in decoding."""
    start = _after_space(text, 0)
    for step in path:
        start = _member(text, start, step) if isinstance(step, str) else _element(text, start, step)
    return start, _DECODER.raw_decode(text, start)[1]


def _member(text: str, start: int, name: str) -> int:
    found, place = start, _after_space(text, start + 1)
    while text[place] != "}":
        key, place = _DECODER.raw_decode(text, place)
        value = _after_space(text, _after_space(text, place) + 1)
        if key == name:
            found = value
        place = _next(text, value)
    return found


def _element(text: str, start: int, index: int) -> int:
    place = _after_space(text, start + 1)
    for _ in range(index):
        place = _next(text, place)
    return place


def _next(text: str, value: int) -> int:
    """The next value or key, past the comma; the closing bracket when there is none."""
    place = _after_space(text, _DECODER.raw_decode(text, value)[1])
    return _after_space(text, place + 1) if text[place] == "," else place


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _position(text: str, place: int) -> tuple[int, int]:
    ends = [found.end() for found in _LINE_END.finditer(text[:place])]
    line_start = ends[-1] if ends else 0
    return len(ends) + 1, len(text[line_start:place].encode()) + 1
