"""Header fields that all vendors' responses share, parsed in one place. A vendor may send anything in them."""

import re
from collections.abc import Mapping

# No vendor makes a client wait longer; a larger value is an error, and obeying it would block the account.
LONGEST_WAIT_S = 3_600.0

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Seconds in `Retry-After`, at most an hour; None when it is missing or a date, which our vendors do not send."""
    text = headers.get("Retry-After", "")
    return min(float(text), LONGEST_WAIT_S) if _SECONDS.fullmatch(text) else None


def correlation_id_of(text: str | None) -> str | None:
    """The vendor's reference for a call, when it looks like one."""
    return text if text and _CORRELATION_ID.fullmatch(text) else None
