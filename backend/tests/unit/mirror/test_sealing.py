import hashlib
import os

import pytest

from core.data_keys import DataKey
from errors import CredentialIntegrityError
from mirror.records import format_ms, item_json, updated_at_ms
from mirror.sealing import CREATED_BYTES, DICTIONARY_FILE, HEADER_BYTES, RECORD, TOMBSTONE, Sealer, parse_header
from tests.unit.mirror.items import make_contact

KEY = DataKey(1, bytes(range(32)))
NOON_MS = 1_790_000_000_123
CREATED = (812).to_bytes(CREATED_BYTES, "big")


def sealed(content: bytes = b'{"id":"512_Contact"}', *, place: str = "0-1:512", kind: int = RECORD) -> bytes:
    body = Sealer(KEY).seal(place, content, updated_at_ms=NOON_MS, sent_at_ms=NOON_MS + 1, kind=kind)
    return CREATED + body


class TestSealer:
    @pytest.mark.parametrize("content", [b"", b"x", os.urandom(70_000), "öäü\u2028".encode() * 500])
    def test_what_is_sealed_opens_at_its_place(self, content: bytes) -> None:
        assert Sealer(KEY).open("0-1:512", sealed(content)) == content

    @pytest.mark.parametrize("place", ["0-1:513", "0-2:512", "0-1:5", ""])
    def test_it_opens_at_no_other_place(self, place: str) -> None:
        with pytest.raises(CredentialIntegrityError):
            Sealer(KEY).open(place, sealed())

    def test_it_opens_with_no_other_key(self) -> None:
        with pytest.raises(CredentialIntegrityError):
            Sealer(DataKey(1, bytes(32))).open("0-1:512", sealed())

    def test_a_tombstone_is_no_record(self) -> None:
        record, tombstone = sealed(), sealed(kind=TOMBSTONE)
        swapped = record[:CREATED_BYTES] + tombstone[CREATED_BYTES : CREATED_BYTES + 1] + record[CREATED_BYTES + 1 :]

        with pytest.raises(CredentialIntegrityError):
            Sealer(KEY).open("0-1:512", swapped)

    def test_the_header_is_readable_without_the_key(self) -> None:
        header = parse_header(sealed()[: CREATED_BYTES + HEADER_BYTES])

        assert (header.created, header.kind) == (812, RECORD)
        assert (header.updated_at_ms, header.sent_at_ms) == (NOON_MS, NOON_MS + 1)

    def test_equal_content_has_equal_digests_and_different_texts(self) -> None:
        first, second = sealed(), sealed()

        digest = slice(CREATED_BYTES + 14, CREATED_BYTES + 26)
        assert first[digest] == second[digest]
        assert first != second

    def test_another_connections_digest_of_it_is_another_one(self) -> None:
        digest = slice(14, 26)
        bodies = [Sealer(key).seal("p", b"x", updated_at_ms=0, sent_at_ms=0) for key in (KEY, DataKey(1, bytes(32)))]

        assert bodies[0][digest] != bodies[1][digest]

    def test_the_dictionary_is_the_one_that_stored_records_were_compressed_with(self) -> None:
        """A new one gets the next format number, beside this one."""
        digest = hashlib.sha256(DICTIONARY_FILE.read_bytes()).hexdigest()

        assert digest == "3e76a9580210c92f37132b35e782ea86b8f620530d022dca111b1a0936a1582d"

    def test_an_item_of_the_usual_size_takes_a_third_of_its_json(self) -> None:
        json = item_json(make_contact())

        assert len(sealed(json)) < len(json) / 3


class TestItemJson:
    def test_the_order_of_ids_and_names_does_not_matter(self) -> None:
        one = make_contact(associations={"deals": ["2", "1"], "companies": ["3"]}, children=["b", "a"])
        other = make_contact(associations={"companies": ["3"], "deals": ["1", "2"]}, children=["a", "b"])

        assert item_json(one) == item_json(other)

    def test_times_are_read_as_they_are_written(self) -> None:
        assert updated_at_ms(make_contact(last_modified_time=format_ms(NOON_MS))) == NOON_MS
