"""What goes back as `after`."""

import random

import msgspec

from core.crypto import Keyring
from core.cursor import Cursors
from hubspot.catalog import CATALOG
from hubspot.id_range import IdRange
from hubspot.load_position import LoadPosition, RecordProgress
from hubspot.loader import TYPES_AT_ONCE
from routes.middleware.limits import MAX_QUERY_BYTES
from routes.parameters import MAX_CURSOR_LENGTH

STARTED_MS = 1_795_854_807_731
CUSTOM_TYPES = 50
PARTS_OF_A_LARGE_TYPE = 6


def a_part(rng: random.Random) -> IdRange:
    """With ids as long as HubSpot's are."""
    last = rng.randrange(10**11, 10**12)
    return IdRange(str(last + 1), last, rng.randrange(10**11, 10**12))


def a_type(rng: random.Random, parts: list[IdRange]) -> RecordProgress:
    total = rng.randrange(10**6, 10**7)
    return RecordProgress(
        parts=parts,
        delivered=rng.randrange(total),
        total=total,
        live=total,
        counted_ms=STARTED_MS + rng.randrange(1_000),
    )


class TestLongestPlace:
    def test_the_place_of_a_load_of_very_many_types_is_taken_back(self) -> None:
        rng = random.Random(1)
        custom = [f"p{rng.randrange(10**8)}_{rng.randbytes(8).hex()}" for _ in range(CUSTOM_TYPES)]
        names = [*(kind.name for kind in CATALOG), *custom]
        parts = {name: [a_part(rng) for _ in range(PARTS_OF_A_LARGE_TYPE)] for name in names[:TYPES_AT_ONCE]}
        position = LoadPosition(STARTED_MS, {name: a_type(rng, parts.get(name, [IdRange()])) for name in names})
        cursors = Cursors(Keyring({"k1": bytes(32)}), "a-connection", "a-query")

        place = cursors.seal_place(position)

        assert len(place) <= MAX_CURSOR_LENGTH
        assert len(f"object_types={','.join(names)}&after={place}") <= MAX_QUERY_BYTES
        assert msgspec.convert(cursors.open(place), LoadPosition).types.keys() == set(names)
