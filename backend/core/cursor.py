"""Our opaque cursors: a position that is good for one connection and one query only."""

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any

import msgspec

from core import base64_text
from core.crypto import Context, Keyring
from core.progress import Progress
from errors import InvalidCursorError

_TAG_BYTES = 16


def seal_bytes(keyring: Keyring, data: bytes, context: Context) -> str:
    """The bytes as URL-safe text. They are signed, not secret."""
    return base64_text.encode(keyring.sign(data, context) + data)


def open_bytes(keyring: Keyring, text: str, context: Context) -> bytes:
    """Raises: InvalidCursorError when the text was changed, cut, or made for another context."""
    try:
        raw = base64_text.decode(text)
    except ValueError:
        raise InvalidCursorError from None
    tag, data = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if not keyring.verify(data, tag, context):
        raise InvalidCursorError
    return data


class _Page(msgspec.Struct, frozen=True):
    """The content of a page cursor: the vendor's position, and the state that detects circular positions."""

    at: Any
    progress: tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one connection and query."""

    keyring: Keyring
    connection_id: str
    query: str

    def seal(self, position: Any) -> str | None:
        """None, the end, stays None."""
        return None if position is None else self.seal_place(position)

    def seal_place(self, position: Any) -> str:
        """A position that is not the end: anything JSON can hold.

        Compressed, because the position of a load of many object types must fit in a URL.
        """
        return seal_bytes(self.keyring, zlib.compress(msgspec.json.encode(position)), self._context)

    def open(self, cursor: str | None) -> Any:
        """None, the beginning, stays None. Raises: InvalidCursorError."""
        if cursor is None:
            return None
        try:
            return msgspec.json.decode(zlib.decompress(open_bytes(self.keyring, cursor, self._context)))
        except zlib.error:  # from an earlier version that did not compress
            raise InvalidCursorError from None

    def open_page(self, cursor: str | None) -> Any:
        """The position of the requested page. Raises: InvalidCursorError."""
        return None if cursor is None else self._page(cursor).at

    def next_page(self, cursor: str | None, position: Any) -> str | None:
        """The cursor of the page at `position`, which follows the page of `cursor`. None, the end, stays None.

        Raises: RepeatedPageError if the vendor's positions are circular: a caller would follow them forever.
        """
        if position is None:
            return None
        progress = Progress() if cursor is None else Progress.resumed(self._page(cursor).progress)
        progress.check(_digest(position))
        return self.seal_place(_Page(position, progress.checkpoint))

    @property
    def _context(self) -> Context:
        return Context("cursor", self.query, connection_id=self.connection_id)

    def _page(self, cursor: str) -> _Page:
        try:
            return msgspec.convert(self.open(cursor), _Page)
        except msgspec.ValidationError:
            raise InvalidCursorError from None


def _digest(position: Any) -> str:
    return hashlib.blake2b(msgspec.json.encode(position), digest_size=8).hexdigest()
