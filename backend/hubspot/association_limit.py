"""Which rate limit HubSpot counts association calls against, learnt from its answers. Pure.

HubSpot documents that association calls are exempt from the general limit and have their own, but this has not been
measured. Until answers confirm it, we also count them against the general limit: slower at worst, but never refused.

    own      HubSpot counts fewer calls than it has answered: it does not count association calls
    shared   HubSpot counts more calls than all workers sent: it also counts association calls
    refused  HubSpot refused a call although our count had room; counts are ignored until this expires

    A worker shares its verdict with all workers. A verdict expires and is then determined again.
Sources: HubSpot usage guidelines (headers); `x-hubspot-rate-limit-exemptions` in HubSpot's specifications.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["own", "shared", "refused"]
AssociationCounting = Literal["unknown", "exempt", "counted"]

# Lifetime of a verdict, in seconds.
VERDICT_LIFETIME_S = 600.0
# A stored verdict older than this, in seconds, is read again: another worker may have replaced it.
NOTE_FRESH_S = 2.0
# HubSpot may count a call late, so this many association calls must be missing in this many consecutive answers.
CERTAIN_CALLS, CERTAIN_ANSWERS = 3, 3
# Calls kept for each portal: more than the largest limit allows in a window.
MOST_CALLS = 500
MOST_PORTALS = 10_000


@dataclass(slots=True, eq=False)
class SentCall:
    """A general or association call.

    Args:
        is_association: HubSpot may count it against another limit.
        in_general: we count it against the general limit.
        sent_at: when the budget was requested; the call left then or later.
        counted_at: when HubSpot's answer arrived; None without a successful answer.
    """

    is_association: bool
    in_general: bool
    sent_at: float
    counted_at: float | None = None


class AssociationLimit:
    """What one process knows about the association limit of one (app, portal)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: deque[SentCall] = deque(maxlen=MOST_CALLS)
        self._note = ""
        self._noted_at = float("-inf")
        self._seen_at = float("-inf")
        self._in_a_row = 0

    @property
    def counting(self) -> AssociationCounting:
        """Whether association calls count against the general limit, by the last verdict of all workers."""
        if self._note == "own":
            return "exempt" if self._clock() - self._seen_at <= NOTE_FRESH_S else "unknown"
        return "counted" if self._note else "unknown"

    def see_note(self, note: str, asked_at: float) -> None:
        """Adopt the workers' verdict, unless it was read before this process changed it."""
        if asked_at >= self._noted_at:
            self._note, self._seen_at = note, asked_at

    def send(self, *, is_association: bool, in_general: bool, sent_at: float) -> SentCall:
        """Record a call that is about to be sent."""
        call = SentCall(is_association, in_general, sent_at)
        self._calls.append(call)
        return call

    def count(self, call: SentCall) -> None:
        """Record that HubSpot answered the call and has therefore counted it."""
        call.counted_at = self._clock()

    def judge(self, call: SentCall, *, calls: int, remaining: int, used: int, window_s: float) -> Verdict | None:
        """Compare HubSpot's count with ours.

        Args:
            call: a general call that was just answered.
            calls: the general limit.
            remaining: HubSpot's count of remaining calls; 0 may mean less.
            used: calls that all workers had counted against the general limit when this one was sent.
            window_s: HubSpot's window.

        Returns: a verdict when it changes.
        """
        counted = calls - remaining
        general, associations = self._certainly_counted(call, window_s)
        surplus = counted - (used - self._associations_in_general(call, window_s))
        if associations >= CERTAIN_CALLS and surplus >= associations:
            self._in_a_row = 0
            return self._decide("shared")
        least, most = general - CERTAIN_CALLS + 1, general + associations - CERTAIN_CALLS
        if remaining > 0 and least <= counted <= most:
            self._in_a_row += 1
            return self._decide("own") if self._in_a_row >= CERTAIN_ANSWERS else None
        if associations:
            self._in_a_row = 0
        return None

    def judge_refusal(self, window_s: float) -> Verdict | None:
        """Judge a 429 that arrived although our count, without association calls, had room.

        Returns: a verdict when it changes.
        """
        since = self._clock() - window_s
        if self._note != "own" or not any(call.is_association and call.sent_at >= since for call in self._calls):
            return None
        self._in_a_row = 0
        return self._decide("refused")

    def _certainly_counted(self, call: SentCall, window_s: float) -> tuple[int, int]:
        """General and association calls of this process that HubSpot has counted and that are still in its window.

        They were answered before this call was sent, and sent less than a window before its answer arrived.
        """
        since = self._clock() - window_s
        known = [
            sent
            for sent in self._calls
            if sent.sent_at >= since and sent.counted_at is not None and sent.counted_at <= call.sent_at
        ]
        associations = sum(sent.is_association for sent in known)
        return len(known) - associations + 1, associations

    def _associations_in_general(self, call: SentCall, window_s: float) -> int:
        since = call.sent_at - window_s
        return sum(
            sent.is_association and sent.in_general and since <= sent.sent_at <= call.sent_at for sent in self._calls
        )

    def _decide(self, verdict: Verdict) -> Verdict | None:
        if self._note in {verdict, "refused"}:
            return None
        self._note, self._noted_at, self._seen_at = verdict, self._clock(), self._clock()
        return verdict


class AssociationLimits:
    """The association limits of all portals, one for the process; the least recently used are forgotten."""

    def __init__(self, max_portals: int = MOST_PORTALS) -> None:
        self._limits: OrderedDict[Hashable, AssociationLimit] = OrderedDict()
        self._max_portals = max_portals

    def get(self, portal: Hashable) -> AssociationLimit:
        """The limit of a portal; `portal` identifies app and portal."""
        limit = self._limits.setdefault(portal, AssociationLimit())
        self._limits.move_to_end(portal)
        if len(self._limits) > self._max_portals:
            self._limits.popitem(last=False)
        return limit
