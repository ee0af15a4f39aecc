"""A cursor belongs to one connection and one query, and cannot be made by a caller."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import Context, Keyring
from core.cursor import open_cursor, seal_cursor
from errors import InvalidCursorError

KEYRING = Keyring({"k1": bytes(range(32))})
POSITION = ["contacts", "after-12", 3]


def sealed(keyring: Keyring = KEYRING) -> str:
    return seal_cursor(keyring, POSITION, connection_id="c1", query="q1")


class TestCursor:
    def test_it_gives_back_the_position(self) -> None:
        assert open_cursor(KEYRING, sealed(), connection_id="c1", query="q1") == POSITION

    def test_one_of_an_earlier_version_is_refused(self) -> None:
        data = b"[1]"
        tag = KEYRING.sign(data, Context("cursor", "q1", connection_id="c1"))

        with pytest.raises(InvalidCursorError):
            open_cursor(KEYRING, urlsafe_b64encode(tag + data).decode(), connection_id="c1", query="q1")

    def test_it_is_url_safe(self) -> None:
        assert set(sealed()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    @pytest.mark.parametrize(("connection_id", "query"), [("c2", "q1"), ("c1", "q2"), ("", "")])
    def test_another_connection_or_query_is_refused(self, connection_id: str, query: str) -> None:
        with pytest.raises(InvalidCursorError):
            open_cursor(KEYRING, sealed(), connection_id=connection_id, query=query)

    @pytest.mark.parametrize("cursor", ["", "a", "====", "äöü", "12", sealed()[:-4], sealed()[4:], sealed() + "AAAA"])
    def test_what_was_changed_or_cut_is_refused(self, cursor: str) -> None:
        with pytest.raises(InvalidCursorError):
            open_cursor(KEYRING, cursor, connection_id="c1", query="q1")

    @given(st.text(max_size=200))
    def test_no_text_is_more_than_invalid(self, cursor: str) -> None:
        with pytest.raises(InvalidCursorError):
            open_cursor(KEYRING, cursor, connection_id="c1", query="q1")

    def test_it_lives_through_a_rotation_and_ends_with_its_key(self) -> None:
        cursor = sealed()
        rotated, later = Keyring({"k2": bytes(32), "k1": bytes(range(32))}), Keyring({"k2": bytes(32)})

        assert open_cursor(rotated, cursor, connection_id="c1", query="q1") == POSITION
        with pytest.raises(InvalidCursorError):
            open_cursor(later, cursor, connection_id="c1", query="q1")
