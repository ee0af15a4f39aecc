"""What a load of one object type leaves out: the `skipped` of its receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubspot.notices import NAMES_UNAVAILABLE, RECORD_UNREADABLE

RECORD_WITHOUT_ID = "record_without_id"
# Entries that count records that came without being delivered.
_RECORDS = frozenset({RECORD_WITHOUT_ID, RECORD_UNREADABLE})
# A receipt, and the cursor of a load, names this many records of an entry.
MOST_IDS = 10


@dataclass(slots=True)
class Skipped:
    """The entries, each once.

    Args:
        kept: what delivered records lack. It travels with the load's cursor, so that a later receipt shows it too.
    """

    kept: list[dict[str, Any]]
    _found: list[dict[str, Any]] = field(init=False, default_factory=list)
    _ids: dict[str, set[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = {_described(entry): set(entry["ids"]) for entry in self.kept if "ids" in entry}

    def add(self, code: str, **more: object) -> None:
        """Add what a load that resumes from this one finds again by itself."""
        self._found.append({"code": code, **more})

    def keep(self, code: str, **more: object) -> bool:
        """Add what delivered records lack; returns whether it is new."""
        entry = {"code": code, **more}
        if entry in self.kept:
            return False
        self.kept.append(entry)
        return True

    def keep_records(self, code: str, ids: Sequence[str], **key: object) -> list[str]:
        """Count records under the entry of this code and key; returns those that were not counted before."""
        described = _described({"code": code, **key})
        known = self._ids.setdefault(described, set())
        fresh = [id_ for id_ in ids if id_ not in known]
        if not fresh:
            return []
        known.update(fresh)
        entry = next((one for one in self.kept if _described(one) == described), None)
        if entry is None:
            entry = {"code": code, **key, "count": 0, "ids": []}
            self.kept.append(entry)
        entry["count"] += len(fresh)
        entry["ids"] = [*entry["ids"], *fresh][:MOST_IDS]
        return fresh

    @property
    def all(self) -> list[dict[str, Any]]:
        return [*self._found, *self.kept]

    @property
    def records(self) -> int:
        """How many records came and were not delivered."""
        return sum(entry["count"] for entry in self.all if entry["code"] in _RECORDS)

    @property
    def is_complete(self) -> bool:
        """Whether neither records nor links nor values are missing. Names alone are not part of a record."""
        return all(entry["code"] == NAMES_UNAVAILABLE for entry in self.all)


def _described(entry: Mapping[str, Any]) -> str:
    """What an entry is about, without which records it is about."""
    return repr(sorted((name, value) for name, value in entry.items() if name not in {"count", "ids"}))
