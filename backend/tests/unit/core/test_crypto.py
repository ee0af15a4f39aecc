"""A sealed text opens for what it was sealed for, and for nothing else."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from core.crypto import Context, Keyring
from core.encryption_keys import KEY_FILE, load_keyring
from errors import CredentialIntegrityError, KeyUnknownError
from settings import ConfigurationError, Settings

KEYRING = Keyring({"k1": bytes(range(32))})
CONTEXT = Context("tokens", "hubspot", "acme", "ann", "c1")


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def trailing_bits_set(sealed: str) -> str:
    """The last letter with a bit beyond the last byte."""
    text = sealed.rstrip("=")
    return text[:-1] + LETTERS[LETTERS.index(text[-1]) | 1] + "=" * (len(sealed) - len(text))


class TestSealing:
    def test_it_opens_in_its_own_context_and_generation(self) -> None:
        sealed = KEYRING.seal(b"data", CONTEXT, generation=3)

        assert KEYRING.open(sealed, CONTEXT, generation=3) == b"data"

    def test_the_text_names_its_format_and_key_and_hides_the_data(self) -> None:
        sealed = KEYRING.seal(b"access-token", CONTEXT)

        assert sealed.startswith("v1.k1.")
        assert "access-token" not in sealed
        assert sealed != KEYRING.seal(b"access-token", CONTEXT)

    @pytest.mark.parametrize(
        "other",
        [
            replace(CONTEXT, org_id="other"),
            replace(CONTEXT, user_id="bob"),
            replace(CONTEXT, provider="notion"),
            replace(CONTEXT, purpose="oauth_state"),
            replace(CONTEXT, connection_id="c2"),
        ],
        ids=["owner", "user", "provider", "purpose", "connection"],
    )
    def test_a_text_moved_elsewhere_is_refused(self, other: Context) -> None:
        sealed = KEYRING.seal(b"data", CONTEXT)

        with pytest.raises(CredentialIntegrityError):
            KEYRING.open(sealed, other)

    def test_a_text_of_another_generation_is_refused(self) -> None:
        with pytest.raises(CredentialIntegrityError):
            KEYRING.open(KEYRING.seal(b"data", CONTEXT, generation=1), CONTEXT, generation=2)

    @pytest.mark.parametrize("sealed", ["", "v1", "v1.k1", "v1.k1.", "v2.k1.abc", "v1.k1.!!", "v1.k1.äö"])
    def test_what_is_no_sealed_text_is_refused(self, sealed: str) -> None:
        with pytest.raises(CredentialIntegrityError):
            KEYRING.open(sealed, CONTEXT)

    @pytest.mark.parametrize("length", [3, 4, 5, 20, 21])
    def test_every_changed_character_is_noticed(self, length: int) -> None:
        sealed = KEYRING.seal(bytes(length), CONTEXT)
        start = len("v1.k1.")

        for position in range(start, len(sealed)):
            changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
            with pytest.raises(CredentialIntegrityError):
                KEYRING.open(changed, CONTEXT)

    @pytest.mark.parametrize(
        "written_otherwise",
        [
            lambda sealed: sealed + "=",
            lambda sealed: sealed + "====",
            lambda sealed: sealed.rstrip("="),
            lambda sealed: sealed[:20] + "\n" + sealed[20:],
            lambda sealed: sealed[:20] + "!" + sealed[20:],
            lambda sealed: sealed.replace("-", "+").replace("_", "/"),
            trailing_bits_set,
        ],
    )
    def test_the_same_bytes_written_otherwise_are_refused(self, written_otherwise: Callable[[str], str]) -> None:
        sealed = next(
            text
            for size in range(100)
            for text in [KEYRING.seal(bytes(size), CONTEXT)]
            if written_otherwise(text) != text and text.endswith("=")
        )

        with pytest.raises(CredentialIntegrityError):
            KEYRING.open(written_otherwise(sealed), CONTEXT)

    def test_the_right_name_with_the_wrong_key_is_refused(self) -> None:
        sealed = KEYRING.seal(b"data", CONTEXT)

        with pytest.raises(CredentialIntegrityError):
            Keyring({"k1": bytes(32)}).open(sealed, CONTEXT)

    def test_a_key_that_is_not_there_is_named_as_such(self) -> None:
        with pytest.raises(KeyUnknownError):
            Keyring({"k2": bytes(32)}).open(KEYRING.seal(b"data", CONTEXT), CONTEXT)

    def test_the_first_key_seals_and_the_others_still_open(self) -> None:
        rotated = Keyring({"k2": bytes(32), "k1": bytes(range(32))})

        assert rotated.open(KEYRING.seal(b"data", CONTEXT), CONTEXT) == b"data"
        assert rotated.seal(b"data", CONTEXT).startswith("v1.k2.")

    def test_it_does_not_print_its_keys(self) -> None:
        key = b"0123456789abcdefghijklmnopqrstuv"
        keyring = Keyring({"k1": key})

        assert key.decode() not in f"{keyring!r} {keyring} {vars(Keyring)}"


class TestContext:
    @given(st.lists(st.text(max_size=4), min_size=5, max_size=5), st.lists(st.text(max_size=4), min_size=5, max_size=5))
    def test_no_two_contexts_share_an_encoding(self, one: list[str], two: list[str]) -> None:
        assert (Context(*one).encode() == Context(*two).encode()) == (one == two)


class TestKeyFile:
    def test_it_is_made_once_for_this_user_alone(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "data")

        first, second = load_keyring(settings), load_keyring(settings)

        assert second.open(first.seal(b"data", CONTEXT), CONTEXT) == b"data"
        assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600

    def test_workers_that_start_together_get_the_same_key(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path)

        with ThreadPoolExecutor(8) as pool:
            keyrings = list(pool.map(lambda _: load_keyring(settings), range(8)))

        sealed = keyrings[0].seal(b"data", CONTEXT)
        assert [keyring.open(sealed, CONTEXT) for keyring in keyrings] == [b"data"] * 8

    @pytest.mark.parametrize("content", ["", "garbage", "k1:c2hvcnQ="])
    def test_a_damaged_file_stops_the_start_and_stays(self, tmp_path: Path, content: str) -> None:
        (tmp_path / KEY_FILE).write_text(content)

        with pytest.raises(ConfigurationError, match="damaged"):
            load_keyring(Settings(data_dir=tmp_path))
        assert (tmp_path / KEY_FILE).read_text() == content

    def test_the_setting_beats_the_file(self, tmp_path: Path) -> None:
        key = SecretStr("k7:" + "A" * 42 + "E=")

        assert load_keyring(Settings(data_dir=tmp_path, encryption_keys=key)).primary == "k7"
        assert not (tmp_path / KEY_FILE).exists()
