"""The format of a stored record: a plain header that scripts compare, and the sealed content.

    created   7 bytes   sequence number of the record's creation, written by the script
    kind      1         1 record, 2 tombstone
    format    1         which dictionary compressed the content
    updated   6         milliseconds since 1970, the vendor's clock
    sent      6         milliseconds since 1970, our clock: when the request was sent
    digest   12         keyed hash of the content
    reserved  8         zero; earlier versions had a digest of the associations here
    content             nonce, then the JSON text: zstd with our dictionary, then AES-256-GCM

Everything from `kind` on, the type and the record id are authenticated, so that no record can be moved, changed in
age, or replaced by another. The key is random and belongs to one connection and epoch.
"""

import os
import struct
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.data_keys import DataKey
from errors import CredentialIntegrityError

RECORD, TOMBSTONE = 1, 2
CREATED_BYTES = 7
NONCE_BYTES = 12
DIGEST_BYTES = 12
# kind, format, updated, sent, digest, reserved; see above.
_HEADER = struct.Struct(f">BBHIHI{DIGEST_BYTES}s8x")
HEADER_BYTES = _HEADER.size
# Larger than any item: 65,536 characters in each of hundreds of properties exceed HubSpot's answers.
MAX_CONTENT_BYTES = 32 * 1024 * 1024
LEVEL = 3

DICTIONARY_FILE = Path(__file__).with_name("items.dict")
FORMAT = 1  # of new records; a new dictionary gets the next number, and the old one stays


class Header(msgspec.Struct, frozen=True):
    """The plain part of a record that readers need."""

    created: int
    kind: int
    updated_at_ms: int
    sent_at_ms: int


class Sealer:
    """Seals and opens the records of one connection and epoch."""

    def __init__(self, key: DataKey) -> None:
        self._cipher = AESGCM(key.secret)
        self._hash_key = blake2b(key.secret, person=b"mirror digest").digest()

    def seal(
        self,
        place: str,
        content: bytes,
        *,
        updated_at_ms: int,
        sent_at_ms: int,
        kind: int = RECORD,
        identity: bytes | None = None,
    ) -> bytes:
        """Header (without its first 7 bytes) and sealed content.

        `place` is the type id and the record id: the content can be opened only there. Values with the same `identity`
        count as equal; by default the identity is the whole content.
        """
        digest = blake2b(identity or content, digest_size=DIGEST_BYTES, key=self._hash_key).digest()
        header = _HEADER.pack(kind, FORMAT, *_split(updated_at_ms), *_split(sent_at_ms), digest)
        nonce = os.urandom(NONCE_BYTES)
        packed = _compressor().compress(content)
        return header + nonce + self._cipher.encrypt(nonce, packed, header + place.encode())

    def open(self, place: str, stored: bytes) -> bytes:
        """The content of a stored value. Raises: CredentialIntegrityError if it was not sealed for this place."""
        header = stored[CREATED_BYTES : CREATED_BYTES + HEADER_BYTES]
        nonce = stored[CREATED_BYTES + HEADER_BYTES : CREATED_BYTES + HEADER_BYTES + NONCE_BYTES]
        sealed = stored[CREATED_BYTES + HEADER_BYTES + NONCE_BYTES :]
        try:
            packed = self._cipher.decrypt(nonce, sealed, header + place.encode())
            return _decompressor().decompress(packed, max_output_size=MAX_CONTENT_BYTES)
        except (InvalidTag, ValueError, zstandard.ZstdError):
            raise _untrusted() from None


def parse_header(stored: bytes) -> Header:
    """The plain part of a stored value, or of its beginning. Raises: CredentialIntegrityError when it is too short."""
    if len(stored) < CREATED_BYTES + HEADER_BYTES:
        raise _untrusted()
    created = int.from_bytes(stored[:CREATED_BYTES], "big")
    kind, _format, updated, updated_low, sent, sent_low, _digest = _HEADER.unpack_from(stored, CREATED_BYTES)
    return Header(created, kind, updated << 32 | updated_low, sent << 32 | sent_low)


def _untrusted() -> CredentialIntegrityError:
    return CredentialIntegrityError("A stored record cannot be opened.")


def _split(ms: int) -> tuple[int, int]:
    """A 48-bit number as 16 and 32 bits."""
    return ms >> 32, ms & 0xFFFF_FFFF


# Precomputed once per process: digesting the dictionary takes longer than compressing a record.
@lru_cache(maxsize=1)
def _dictionary() -> zstandard.ZstdCompressionDict:
    dictionary = zstandard.ZstdCompressionDict(DICTIONARY_FILE.read_bytes())
    dictionary.precompute_compress(level=LEVEL)
    return dictionary


@lru_cache(maxsize=1)
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(
        level=LEVEL, dict_data=_dictionary(), write_dict_id=False, write_checksum=False, write_content_size=True
    )


@lru_cache(maxsize=1)
def _decompressor() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor(dict_data=_dictionary())
