"""Cursors of the change feed: authenticated, valid for one connection, epoch and set of object types."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from core.crypto import Context, Keyring
from core.cursor import open_bytes, seal_bytes
from errors import CursorExpiredError, InvalidCursorError

PREFIX = "c1."
_POSITION = struct.Struct(">QQQ")
# The epoch of a cursor that was given out before the first one: its reader has nothing yet.
NOT_BEGUN = 0


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a reader of the feed.

    Args:
        reached: the last sequence number read; 0 at the beginning.
        base: the last assigned number when the reader began. It never had records deleted before that.
    """

    reached: int = 0
    base: int = 0


class FeedCursors:
    """Seals and opens positions."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, connection_id: str, types: Sequence[str], epoch: int, position: Position) -> str:
        data = _POSITION.pack(epoch, position.reached, position.base)
        return PREFIX + seal_bytes(self._keyring, data, _context(connection_id, types))

    def open(self, cursor: str, connection_id: str, types: Sequence[str], epoch: int) -> Position:
        """The position inside.

        Raises:
            InvalidCursorError: it was changed, or belongs to another connection or other types.
            CursorExpiredError: it belongs to an earlier epoch.
        """
        data = open_bytes(self._keyring, cursor.removeprefix(PREFIX), _context(connection_id, types))
        if not cursor.startswith(PREFIX) or len(data) != _POSITION.size:
            raise InvalidCursorError
        its_epoch, reached, base = _POSITION.unpack(data)
        if its_epoch not in {epoch, NOT_BEGUN}:
            raise CursorExpiredError
        return Position(reached, base)


def _context(connection_id: str, types: Sequence[str]) -> Context:
    return Context("changes", ",".join(sorted(types)), connection_id=connection_id)
