"""A vendor's clock, as the `Date` of its answers shows it.

A vendor compares modification times by its own clock. This machine's clock may be wrong, so the times that a vendor is
asked about come from here.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

# Source: CA/Browser Forum, baseline requirements: no certificate is valid for longer. Were this machine's clock further
# off, there would be no connection, so such a `Date` is wrong.
FURTHEST_APART_S = 398 * 86_400
# Source: RFC 9110, 5.6.7: the only form that servers may send.
_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"


class VendorClock:
    """The time at one vendor: the `Date` of its last answer, and what has passed since.

    Never ahead of the vendor by more than its own `Date`: seconds are rounded down, and travel time is not added.
    Before the first answer it is this machine's time.

    Args:
        now_s: this machine's time in seconds since the epoch.
        passed_s: seconds that no change of this machine's time affects.
    """

    def __init__(self, now_s: Callable[[], float] = time.time, passed_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._passed_s = passed_s
        self._zero_s: float | None = None

    def see(self, response: httpx.Response) -> None:
        """Set the clock by an answer. An error may be a proxy's; what has an `Age` comes from a cache (RFC 9111)."""
        if not response.is_success or "Age" in response.headers:
            return
        date_s = _seconds(response.headers.get("Date", ""))
        if date_s is not None and abs(date_s - self._now_s()) < FURTHEST_APART_S:
            self._zero_s = date_s - self._passed_s()

    def now_s(self) -> float:
        """Seconds since the epoch."""
        return self._now_s() if self._zero_s is None else self._zero_s + self._passed_s()

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.now_s() * 1000)


def _seconds(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date; None for another text."""
    try:
        return datetime.strptime(text, _HTTP_DATE).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
