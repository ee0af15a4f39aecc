from collections.abc import Iterable
from itertools import chain, cycle, islice

from hypothesis import given
from hypothesis import strategies as st

from core.progress import MOST_BARREN_PAGES, Progress
from errors import RepeatedPageError


def is_stopped(progress: Progress, cursors: Iterable[object], *, is_new: bool = True) -> bool:
    try:
        for cursor in cursors:
            progress.check(cursor, is_new=is_new)
    except RepeatedPageError:
        return True
    return False


class TestProgress:
    @given(st.lists(st.integers(0, 10**6), unique=True, max_size=200))
    def test_cursors_that_never_repeat_are_accepted(self, cursors: list[int]) -> None:
        progress = Progress()

        for cursor in cursors:
            progress.check(cursor)

    @given(st.integers(0, 40), st.integers(1, 40))
    def test_a_circle_of_any_length_is_noticed_within_a_few_rounds(self, before: int, length: int) -> None:
        cursors = chain(range(before), cycle(range(before, before + length)))
        progress = Progress()

        assert is_stopped(progress, map(str, islice(cursors, 4 * (before + length) + 4)))

    def test_pages_that_bring_nothing_new_come_to_an_end(self) -> None:
        progress = Progress()
        for cursor in range(MOST_BARREN_PAGES):
            progress.check(cursor, is_new=False)
        progress.check("x", is_new=True)

        assert is_stopped(progress, range(1_000, 2_000), is_new=False)
