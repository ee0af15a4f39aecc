import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubspot.smaller_requests import PageSizes


class TestPageSizes:
    def test_a_page_that_fails_twice_is_halved_down_to_one_record(self) -> None:
        assert PageSizes().attempts("list", 100, most=12) == [100, 100, 50, 25, 12, 6, 3, 1, 1]

    @pytest.mark.parametrize(("most", "sizes"), [(5, [100, 100, 25, 6, 1]), (4, [100, 100, 12, 1]), (1, [100, 100, 1])])
    def test_with_few_attempts_the_steps_are_larger(self, most: int, sizes: list[int]) -> None:
        assert PageSizes().attempts("list", 100, most=most) == sizes

    def test_the_size_that_worked_is_kept_for_the_next_pages(self) -> None:
        sizes = PageSizes()
        sizes.answered("list", 100, 25)

        assert sizes.attempts("list", 100, most=12)[0] == 25
        assert sizes.attempts("search", 100, most=12)[0] == 100

    def test_after_pages_that_worked_it_is_doubled_again(self) -> None:
        sizes = PageSizes()
        sizes.answered("list", 100, 25)

        for _ in range(4):
            sizes.answered("list", 100, 25)

        assert sizes.attempts("list", 100, most=12)[0] == 50

    def test_growing_that_fails_again_and_again_is_tried_less_often(self) -> None:
        """A portal that never answers for more than 50 costs few calls in vain."""
        sizes, in_vain, pages = PageSizes(), 0, 0
        while pages < 1_000:
            attempts = sizes.attempts("list", 100, most=12)
            used = next(size for size in attempts if size <= 50)
            in_vain += attempts.index(used)
            sizes.answered("list", 100, used)
            pages += 1

        assert in_vain < 60

    @given(st.integers(2, 200), st.lists(st.integers(1, 200), max_size=50))
    def test_no_size_is_ever_beyond_what_is_wanted_or_below_one(self, wanted: int, largest: list[int]) -> None:
        sizes = PageSizes()
        for most in largest:
            attempts = sizes.attempts("list", wanted, most=12)
            assert all(1 <= size <= wanted for size in attempts)
            sizes.answered("list", wanted, next(size for size in attempts if size <= most))
