"""Decisions about the association limit, on a clock of the tests and a HubSpot that counts exactly."""

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import pytest

from hubspot.association_limit import AssociationLimit, AssociationLimits, SentCall, Verdict

LIMIT, WINDOW_S = 110, 10.0


@dataclass
class HubSpot:
    """Counts calls as they arrive, in a rolling window, and answers each a moment later."""

    world: Literal["own", "shared"]
    now: float = 1_000.0
    elsewhere: int = 0
    arrived: deque[float] = field(default_factory=deque)
    ours: list[float] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limit = AssociationLimit(lambda: self.now)

    def used(self) -> int:
        """What our own count holds against the general limit."""
        return sum(sent_at > self.now - WINDOW_S for sent_at in self.ours)

    def leave(self, *, is_association: bool = False) -> tuple[SentCall, int]:
        """A call leaves; with it what our count was."""
        in_general = not is_association or self.limit.counting != "exempt"
        if in_general:
            self.ours.append(self.now)
        call = self.limit.send(is_association=is_association, in_general=in_general, sent_at=self.now)
        return call, self.used()

    def arrive(self, call: SentCall) -> int:
        """It reaches HubSpot; how many general calls HubSpot then counts."""
        if self.world == "shared" or not call.is_association:
            self.arrived.append(self.now)
        return self.elsewhere + sum(moment > self.now - WINDOW_S for moment in self.arrived)

    def answer(self, call: SentCall, used: int, counted: int) -> None:
        self.limit.count(call)
        if call.is_association:
            return
        remaining = max(LIMIT - counted, 0)
        verdict = self.limit.judge(call, calls=LIMIT, remaining=remaining, used=used, window_s=WINDOW_S)
        self.limit.see_note(verdict or self.limit._note, self.now)
        self.verdicts += [verdict] if verdict else []

    def call(self, *, is_association: bool = False, after_s: float = 0.1) -> None:
        """One call that is answered before anything else happens."""
        call, used = self.leave(is_association=is_association)
        counted = self.arrive(call)
        self.now += after_s
        self.answer(call, used, counted)

    def page(self) -> None:
        """A list page and the associations of its records."""
        self.call()
        self.call(is_association=True)


@pytest.fixture(params=["own", "shared"])
def either(request: pytest.FixtureRequest) -> HubSpot:
    return HubSpot(request.param)


class TestLearning:
    def test_nothing_is_known_before_the_first_answers(self, either: HubSpot) -> None:
        either.page()

        assert either.limit.counting == "unknown"
        assert either.verdicts == []

    def test_the_world_is_known_after_a_few_pages(self, either: HubSpot) -> None:
        for _ in range(7):
            either.page()

        assert either.verdicts == [either.world]
        assert either.limit.counting == ("exempt" if either.world == "own" else "counted")

    def test_lists_alone_say_nothing(self, either: HubSpot) -> None:
        for _ in range(50):
            either.call()

        assert either.verdicts == []

    @pytest.mark.parametrize("seed", range(20))
    def test_many_calls_in_flight_never_lead_to_a_wrong_exemption(self, seed: int) -> None:
        """Calls overtake one another, are lost, and answers come late: associations that count are always counted."""
        rng, hub = random.Random(seed), HubSpot("shared")
        busy = rng.choice((0.15, 0.2, 0.4))  # at the first, HubSpot's limit is exceeded
        hub.elsewhere = rng.choice((0, 0, 5))
        flying: list[tuple[SentCall, int]] = []
        arrived: list[tuple[SentCall, int, int]] = []
        for _ in range(600):
            hub.now += rng.uniform(0, busy)
            flying.append(hub.leave(is_association=rng.random() < 0.3))
            while len(flying) > rng.randrange(12):
                call, used = flying.pop(rng.randrange(len(flying)))
                if rng.random() > 0.05:  # else it is lost
                    arrived.append((call, used, hub.arrive(call)))
            while len(arrived) > rng.randrange(6):
                hub.answer(*arrived.pop(rng.randrange(len(arrived))))
            assert hub.limit.counting != "exempt"

    def test_other_traffic_of_the_app_may_hide_the_exemption_but_never_makes_one(self) -> None:
        hub = HubSpot("shared", elsewhere=30)

        for _ in range(40):
            hub.page()

        assert "own" not in hub.verdicts

    def test_many_association_calls_show_the_exemption_despite_calls_in_flight(self) -> None:
        hub = HubSpot("own")
        for _ in range(5):
            calls = [hub.leave() for _ in range(6)]
            arrivals = [(call, used, hub.arrive(call)) for call, used in calls]
            for _ in range(6):
                hub.call(is_association=True)
            for arrival in arrivals:
                hub.answer(*arrival)

        assert hub.verdicts == ["own"]

    def test_a_window_that_starts_over_is_no_evidence(self) -> None:
        """A count below our general calls alone means that HubSpot's window is not the one we assume."""
        hub = HubSpot("shared")
        for _ in range(10):
            hub.page()
        hub.arrived.clear()

        for _ in range(5):
            hub.call()

        assert "own" not in hub.verdicts


class TestChange:
    def test_a_shared_limit_is_noticed_while_there_is_room(self) -> None:
        hub = HubSpot("own")
        for _ in range(8):
            hub.page()
        assert hub.limit.counting == "exempt"

        hub.world, hub.now = "shared", hub.now + WINDOW_S
        for _ in range(6):
            hub.page()

        assert hub.verdicts == ["own", "shared"]
        assert hub.limit.counting != "exempt"

    def test_an_exemption_is_noticed_after_a_shared_limit(self) -> None:
        hub = HubSpot("shared")
        for _ in range(8):
            hub.page()

        hub.world, hub.now = "own", hub.now + WINDOW_S
        for _ in range(8):
            hub.page()

        assert hub.verdicts == ["shared", "own"]

    def test_an_unexplained_refusal_ends_the_exemption_whatever_later_counts_say(self) -> None:
        hub = HubSpot("own")
        for _ in range(8):
            hub.page()

        verdict = hub.limit.judge_refusal(WINDOW_S)
        for _ in range(20):
            hub.page()

        assert verdict == "refused"
        assert hub.verdicts == ["own"]
        assert hub.limit.counting != "exempt"

    def test_a_refusal_without_associations_says_nothing_of_them(self) -> None:
        hub = HubSpot("own")
        for _ in range(8):
            hub.page()
        hub.now += WINDOW_S + 1
        hub.call()

        assert hub.limit.judge_refusal(WINDOW_S) is None

    def test_a_refusal_is_explained_where_associations_were_counted(self) -> None:
        hub = HubSpot("shared")
        for _ in range(8):
            hub.page()

        assert hub.limit.judge_refusal(WINDOW_S) is None


class TestNote:
    def test_what_another_worker_learnt_holds_here(self) -> None:
        now = 50.0
        limit = AssociationLimit(lambda: now)

        limit.see_note("own", 49.9)

        assert limit.counting == "exempt"

    def test_a_note_that_was_not_seen_for_a_while_may_be_out_of_date(self) -> None:
        now = 50.0
        limit = AssociationLimit(lambda: now)
        limit.see_note("own", 47.0)

        assert limit.counting == "unknown"

    def test_it_is_learnt_again_when_the_note_has_expired(self) -> None:
        hub = HubSpot("own")
        for _ in range(8):
            hub.page()
        hub.limit.see_note("", hub.now)
        assert hub.limit.counting != "exempt"

        hub.page()

        assert hub.verdicts == ["own", "own"]

    def test_a_note_asked_for_before_our_own_verdict_does_not_undo_it(self) -> None:
        hub = HubSpot("own")
        for _ in range(8):
            hub.page()
        hub.limit.judge_refusal(WINDOW_S)

        hub.limit.see_note("own", hub.now - 0.1)

        assert hub.limit.counting != "exempt"


class TestAllPortals:
    def test_each_portal_has_one_and_the_least_recently_used_is_forgotten(self) -> None:
        limits = AssociationLimits(max_portals=2)
        first, second = limits.get("first"), limits.get("second")

        assert limits.get("first") is first
        limits.get("third")

        assert limits.get("first") is first
        assert limits.get("second") is not second
