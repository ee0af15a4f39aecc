"""Members of a token answer as typed values. Vendors may send anything; unusable values raise a ValueError."""

import math
import re
from typing import Any

from pydantic import SecretStr

_LONGEST_LIFETIME_S = 10 * 365 * 86_400  # a longer lifetime counts as unlimited; keeps every sum a safe integer
_LIFETIME_DIGITS = 15
# RFC 6749 appendix A.12 and A.17: printable ASCII. The limit keeps a token within a header line.
_TOKEN = re.compile(r"[\x20-\x7e]{1,8192}")
# RFC 6749 appendix A.4.
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}")
_MAX_SCOPES = 500
_ID = re.compile(r"[\x21-\x7e]{1,100}")
_MAX_NAME = 200


def token_of(value: object) -> SecretStr:
    """Raises: ValueError for text that is not allowed in a header."""
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise ValueError("not a token")
    return SecretStr(value)


def lifetime_of(value: object) -> int | None:
    """RFC 6749 requires a number; some vendors send text, or null for a token that does not expire.

    Raises: ValueError for a number with too many digits or one that is not finite.
    """
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        if len(value) > _LIFETIME_DIGITS:
            raise ValueError("not a lifetime")
        value = int(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a lifetime")
    if not isinstance(value, int | float) or isinstance(value, bool) or value > _LONGEST_LIFETIME_S:
        return None
    return max(0, int(value))


def scopes_of(body: dict[str, Any]) -> tuple[str, ...] | None:
    """HubSpot sends the list `scopes`, the standard is a text `scope`; if both are missing, all requested scopes."""
    listed, text = body.get("scopes"), body.get("scope")
    if not isinstance(listed, list):
        if not isinstance(text, str):
            return None
        listed = text.split()
    scopes = {scope for scope in listed if isinstance(scope, str) and _SCOPE.fullmatch(scope)}
    return tuple(sorted(scopes)[:_MAX_SCOPES])


def id_of(body: dict[str, Any], name: str | None) -> str | None:
    """Raises: ValueError for a value that cannot be an account id."""
    value = body.get(name) if name else None
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not is_id(text):
        raise ValueError("not an id")
    return text


def is_id(text: str) -> bool:
    """Whether it can be an account id, which becomes part of keys and log lines."""
    return _ID.fullmatch(text) is not None


def name_of(body: dict[str, Any], name: str | None) -> str | None:
    value = body.get(name) if name else None
    return shown_name(value) if isinstance(value, str) else None


def shown_name(text: str) -> str | None:
    """A name without control characters, at most 200 characters; None if it is empty."""
    return "".join(character for character in text[:_MAX_NAME] if character.isprintable()).strip() or None
