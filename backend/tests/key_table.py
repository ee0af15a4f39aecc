"""The table of keys in docs/operations.md, and the keys of a Redis held against it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import redis

from settings import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"
UNITS_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000}
LASTING = "lasting"
# What PTTL answers for a key without an end, and for one that has just gone.
NO_END_MS, GONE_MS = -1, -2


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One row."""

    key: str
    type: str
    owner: str
    lives: str
    reason: str

    def matches(self, key: str) -> bool:
        """`<word>` stands for anything without a colon, brace or slash."""
        return _pattern(self.key).fullmatch(key) is not None

    def allows(self, left_ms: int) -> bool:
        """Whether a key of this kind may live on for so long."""
        if self.lives == LASTING:
            return left_ms == NO_END_MS
        number, unit = self.lives.split()
        return 0 <= left_ms <= int(number) * UNITS_MS[unit]


@cache
def _pattern(key: str) -> re.Pattern[str]:
    escaped = re.escape(key.replace("{owner}", "{<org>/<user>}"))
    return re.compile(re.sub(r"<[^>]+>", "[^:{}/]+", escaped))


@cache
def read_key_table() -> tuple[KeyKind, ...]:
    """Every row, in the table's order."""
    _, _, section = OPERATIONS.read_text(encoding="utf-8").partition("### Keys\n")
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \| (.+) \| (.+) \| (.+) \|$", section.partition("\n## ")[0], re.MULTILINE)
    return tuple(KeyKind(*row) for row in rows)


def key_faults(client: redis.Redis, table: Sequence[KeyKind]) -> list[str]:
    """Keys that no row describes, or that are not as their row says."""
    keys = list(client.scan_iter(count=1_000))
    with client.pipeline(transaction=False) as pipe:
        for key in keys:
            pipe.type(key)
            pipe.pttl(key)
        answers = pipe.execute()
    faults = []
    for key, kind, left_ms in zip(keys, answers[::2], answers[1::2], strict=True):
        rows = [row for row in table if row.matches(key)]
        if left_ms == GONE_MS or any(row.type == kind and row.allows(left_ms) for row in rows):
            continue
        faults.append(f"{key}: a {kind} that lives for {left_ms} ms; the table has {[row.key for row in rows]}")
    return faults
