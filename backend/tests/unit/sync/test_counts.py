"""The windows of modification in which a type is counted."""

import pytest

from sync.counts import HOUR_MS, MODIFIED_WINDOWS, _Stored

SETTLED_MS = 1_790_000_000_000
STORED = _Stored(SETTLED_MS, [], [])


@pytest.mark.parametrize("age_ms", [1, HOUR_MS, HOUR_MS + 1, 3 * HOUR_MS, 3 * HOUR_MS + 1, 200 * HOUR_MS])
def test_a_record_is_counted_by_the_vendor_in_the_window_where_it_is_stored(age_ms: int) -> None:
    updated_at_ms = SETTLED_MS - age_ms

    since_ms, before_ms = STORED.moments(STORED.window_of(updated_at_ms))

    assert since_ms <= updated_at_ms < before_ms


def test_windows_follow_on_each_other_and_reach_back_for_longer_than_a_verification_takes() -> None:
    windows = [STORED.moments(window) for window in range(MODIFIED_WINDOWS)]

    assert windows[0][1] == SETTLED_MS
    assert [since_ms for since_ms, _ in windows[:-1]] == [before_ms for _, before_ms in windows[1:]]
    assert SETTLED_MS - windows[-1][0] > 7 * 24 * HOUR_MS


def test_what_is_not_settled_is_in_no_window() -> None:
    assert STORED.window_of(SETTLED_MS) == -1
