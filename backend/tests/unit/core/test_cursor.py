"""A cursor belongs to one connection and one query, and cannot be made by a caller."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import Context, Keyring
from core.cursor import Cursors
from errors import InvalidCursorError, RepeatedPageError

KEYRING = Keyring({"k1": bytes(range(32))})
POSITION = ["contacts", "after-12", 3]


def sealed(keyring: Keyring = KEYRING) -> str:
    return Cursors(keyring, "c1", "q1").seal_place(POSITION)


def walk(positions: Iterable[Any]) -> int:
    """How many pages a caller reads who follows each `next`, from a vendor that names these positions."""
    cursors, after, pages = Cursors(KEYRING, "c1", "q1"), None, 0
    for position in positions:
        assert pages == 0 or cursors.open_page(after) is not None
        after = cursors.next_page(after, position)
        pages += 1
        if after is None:
            break
        assert cursors.open_page(after) == position
    return pages


class TestPages:
    def test_positions_that_lead_on_are_followed_to_the_end(self) -> None:
        assert walk([*([0, str(number)] for number in range(500)), None]) == 501

    @pytest.mark.parametrize("length", [1, 2, 3, 7, 40])
    def test_positions_that_go_around_in_a_circle_are_refused_after_a_few_rounds(self, length: int) -> None:
        with pytest.raises(RepeatedPageError):
            walk(islice(cycle([[1, f"page-{number}"] for number in range(length)]), 5 * length + 5))

    def test_a_page_can_be_asked_for_again(self) -> None:
        cursors = Cursors(KEYRING, "c1", "q1")
        second = cursors.next_page(None, "a")

        assert cursors.next_page(second, "b") == cursors.next_page(second, "b")

    def test_a_cursor_stays_short_however_many_pages_came_before(self) -> None:
        cursors, after = Cursors(KEYRING, "c1", "q1"), None
        lengths = []
        for number in range(300):
            after = cursors.next_page(after, [0, str(1_000_000 + number)])
            lengths.append(len(after or ""))

        assert max(lengths) < 160

    @pytest.mark.parametrize("position", [[0, "7"], "text", 5, {"at": 1}, {"at": 1, "progress": ["x"]}])
    def test_a_sealed_position_of_another_form_is_refused(self, position: Any) -> None:
        cursors = Cursors(KEYRING, "c1", "q1")

        with pytest.raises(InvalidCursorError):
            cursors.open_page(cursors.seal(position))


class TestCursor:
    def test_it_gives_back_the_position(self) -> None:
        assert Cursors(KEYRING, "c1", "q1").open(sealed()) == POSITION

    def test_one_of_an_earlier_version_is_refused(self) -> None:
        data = b"[1]"
        tag = KEYRING.sign(data, Context("cursor", "q1", connection_id="c1"))

        with pytest.raises(InvalidCursorError):
            Cursors(KEYRING, "c1", "q1").open(urlsafe_b64encode(tag + data).decode())

    def test_it_is_url_safe(self) -> None:
        assert set(sealed()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    @pytest.mark.parametrize(("connection_id", "query"), [("c2", "q1"), ("c1", "q2"), ("", "")])
    def test_another_connection_or_query_is_refused(self, connection_id: str, query: str) -> None:
        with pytest.raises(InvalidCursorError):
            Cursors(KEYRING, connection_id, query).open(sealed())

    @pytest.mark.parametrize("cursor", ["", "a", "====", "äöü", "12", sealed()[:-4], sealed()[4:], sealed() + "AAAA"])
    def test_what_was_changed_or_cut_is_refused(self, cursor: str) -> None:
        with pytest.raises(InvalidCursorError):
            Cursors(KEYRING, "c1", "q1").open(cursor)

    @pytest.mark.parametrize("extra", ["=", "==", "\n", " ", "!"])
    def test_the_same_bytes_written_otherwise_are_refused(self, extra: str) -> None:
        with pytest.raises(InvalidCursorError):
            Cursors(KEYRING, "c1", "q1").open(sealed() + extra)

    @given(st.text(max_size=200))
    def test_no_text_is_more_than_invalid(self, cursor: str) -> None:
        with pytest.raises(InvalidCursorError):
            Cursors(KEYRING, "c1", "q1").open(cursor)

    def test_it_lives_through_a_rotation_and_ends_with_its_key(self) -> None:
        cursor = sealed()
        rotated, later = Keyring({"k2": bytes(32), "k1": bytes(range(32))}), Keyring({"k2": bytes(32)})

        assert Cursors(rotated, "c1", "q1").open(cursor) == POSITION
        with pytest.raises(InvalidCursorError):
            Cursors(later, "c1", "q1").open(cursor)
