"""A vendor's time, from its answers."""

from email.utils import formatdate

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vendor_clock import FURTHEST_APART_S, VendorClock

# 2026-11-24T12:00:00Z
NOON_S = 1_795_521_600.0
NINETY_MINUTES_S = 5_400.0


class Machine:
    """Our machine; `ahead_s` is the error of its clock."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self.ahead_s = ahead_s
        self.passed_s = 0.0
        self.clock = VendorClock(lambda: NOON_S + self.passed_s + self.ahead_s, lambda: self.passed_s)


def answer(date: str | None, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers if date is None else {"Date": date, **headers})


def http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


@pytest.mark.parametrize("ahead_s", [NINETY_MINUTES_S, -NINETY_MINUTES_S])
class TestTime:
    def test_it_is_ours_before_the_first_answer(self, ahead_s: float) -> None:
        assert Machine(ahead_s).clock.now_s() == NOON_S + ahead_s

    def test_it_is_that_of_the_last_answer_and_what_has_passed_since(self, ahead_s: float) -> None:
        machine = Machine(ahead_s)
        machine.clock.see(answer(http_date(NOON_S)))

        machine.passed_s = 10.0

        assert machine.clock.now_s() == NOON_S + 10
        assert machine.clock.now_ms() == int((NOON_S + 10) * 1000)

    def test_setting_our_clock_does_not_change_it(self, ahead_s: float) -> None:
        machine = Machine(ahead_s)
        machine.clock.see(answer(http_date(NOON_S)))

        machine.ahead_s = 0.0

        assert machine.clock.now_s() == NOON_S


class TestAnswers:
    @pytest.mark.parametrize(
        "other",
        [
            answer(None),
            answer(""),
            answer("yesterday"),
            answer(str(NOON_S)),
            answer("2026-11-24T12:00:00Z"),
            answer("Tue, 24 Nov 2026 12:00:00 +0100"),
            answer("Tue, 31 Nov 2026 12:00:00 GMT"),
            answer(http_date(0)),
            answer("Fri, 31 Dec 9999 23:59:59 GMT"),
            answer("Mon, 01 Jan 0001 00:00:00 GMT"),
            answer(http_date(NOON_S - 3_600), Age="3600"),
            answer(http_date(NOON_S + 3_600), status=502),
            answer(http_date(NOON_S + 3_600), status=429),
        ],
        ids=lambda response: f"{response.status_code} {response.headers.get('Date')}",
    )
    def test_one_that_does_not_show_the_vendors_time_changes_nothing(self, other: httpx.Response) -> None:
        machine = Machine(NINETY_MINUTES_S)
        machine.clock.see(answer(http_date(NOON_S)))

        machine.clock.see(other)

        assert machine.clock.now_s() == NOON_S

    @given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
    def test_any_text_leaves_a_time_that_is_possible(self, text: str) -> None:
        machine = Machine()

        machine.clock.see(httpx.Response(200, headers=[(b"Date", text.encode("latin-1"))]))

        assert abs(machine.clock.now_s() - NOON_S) < FURTHEST_APART_S
