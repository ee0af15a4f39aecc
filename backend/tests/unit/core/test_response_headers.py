"""Headers that vendors share, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.response_headers import LONGEST_WAIT_S, correlation_id_of, retry_after_of


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("0", 0.0),
            ("17", 17.0),
            ("1.5", 1.5),
            ("1000000000000", LONGEST_WAIT_S),
            ("9" * 400, LONGEST_WAIT_S),
            ("9" * 5_000, LONGEST_WAIT_S),
            ("-1", None),
            ("1e9", None),
            ("nan", None),
            ("٣", None),
            ("²", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
            ("", None),
        ],
    )
    def test_it_is_a_number_of_seconds_up_to_an_hour(self, text: str, seconds: float | None) -> None:
        assert retry_after_of({"Retry-After": text}) == seconds

    def test_a_missing_one_is_none(self) -> None:
        assert retry_after_of({}) is None

    @given(st.text())
    def test_any_text_is_a_wait_within_bounds_or_none(self, text: str) -> None:
        seconds = retry_after_of({"Retry-After": text})

        assert seconds is None or 0 <= seconds <= LONGEST_WAIT_S


class TestCorrelationId:
    @pytest.mark.parametrize("text", ["a b", "<script>", "x" * 101, "a\r\nb", "", None])
    def test_what_does_not_look_like_one_is_left_out(self, text: str | None) -> None:
        assert correlation_id_of(text) is None
