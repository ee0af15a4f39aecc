"""The values of a rate limit: who calls, at what rate, what is granted, how much is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

# A person waits, or a signal; whole loads and polls; nobody waits.
Priority = Literal["interactive", "bulk", "background"]
# Names in the scripts.
_PREFIXES: Mapping[Priority, str] = MappingProxyType({"interactive": "i:", "bulk": "b:", "background": "b:~"})


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a call: interactive before bulk before background; callers of one priority take turns."""

    priority: Priority
    name: str

    def __str__(self) -> str:
        return f"{_PREFIXES[self.priority]}{self.name}"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `window_ms`, until another limit is learned.

    Args:
        slack_ms: added to the window, for calls that reach the vendor closer together than they were sent.
        burst: share of the calls that bulk callers may make at once; they spread the rest over the window.
    """

    calls: int
    window_ms: int
    slack_ms: int
    burst: float


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for one call, now.

    Args:
        used: calls of all workers in the window (without its slack), including this one.
        calls: the limit last learned by any worker.
        others: calls of other clients in the window, as last learned.
        note: a worker's note about the bucket for all workers; empty if there is none or it has expired.
        call: its name in Redis; empty if it could not be counted.
        asked_at: time of the request to Redis, on the limiter's clock.
    """

    waited_s: float
    used: int
    calls: int
    window_ms: int
    others: int
    note: str = ""
    call: str = ""
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a limit is used now.

    Args:
        calls: the limit as last learnt, within `window_ms`.
        used: our calls in the window, of all workers.
        others: calls of others in it, as last learnt.
        paused_s: nothing is granted for this long.
    """

    calls: int
    window_ms: int
    used: int
    others: int
    paused_s: float
