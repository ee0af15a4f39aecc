"""What a load of one object type leaves out: the `skipped` of its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hubspot.notices import NAMES_UNAVAILABLE, RECORD_UNREADABLE
from integrations.load_events import Skipped

RECORD_WITHOUT_ID = "record_without_id"
# Entries that count records that came without being delivered.
_RECORDS = frozenset({RECORD_WITHOUT_ID, RECORD_UNREADABLE})
# A receipt, and the cursor of a load, names this many records of an entry.
MOST_IDS = 10


@dataclass(slots=True)
class SkippedEntries:
    """The entries, each once.

    Args:
        kept: what delivered records lack. It travels with the load's cursor, so that a later receipt shows it too.
    """

    kept: list[Skipped]
    _found: list[Skipped] = field(init=False, default_factory=list)
    _ids: dict[str, set[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = {_subject(entry): set(entry["ids"]) for entry in self.kept if "ids" in entry}

    def add(self, entry: Skipped) -> None:
        """Add what a load that resumes from this one finds again by itself."""
        self._found.append(entry)

    def keep(self, entry: Skipped) -> bool:
        """Add what delivered records lack; returns whether it is new."""
        if entry in self.kept:
            return False
        self.kept.append(entry)
        return True

    def keep_records(self, subject: Skipped, ids: Sequence[str]) -> list[str]:
        """Count records under the entry of this subject; returns those that were not counted before."""
        known = self._ids.setdefault(_subject(subject), set())
        fresh = [id_ for id_ in ids if id_ not in known]
        if not fresh:
            return []
        known.update(fresh)
        entry = next((entry for entry in self.kept if _subject(entry) == _subject(subject)), None)
        if entry is None:
            entry = subject
            self.kept.append(entry)
        entry["count"] = entry.get("count", 0) + len(fresh)
        entry["ids"] = [*entry.get("ids", ()), *fresh][:MOST_IDS]
        return fresh

    def copy_kept(self) -> list[Skipped]:
        """What delivered records lack so far."""
        return [entry.copy() for entry in self.kept]

    @property
    def all(self) -> list[Skipped]:
        return [*self._found, *self.kept]

    @property
    def records(self) -> int:
        """How many records came and were not delivered."""
        return sum(entry["count"] for entry in self.all if entry["code"] in _RECORDS)

    @property
    def is_complete(self) -> bool:
        """Whether neither records nor links nor values are missing. Names alone are not part of a record."""
        return all(entry["code"] == NAMES_UNAVAILABLE for entry in self.all)


def _subject(entry: Skipped) -> str:
    """What an entry is about, without which records it is about."""
    return repr(sorted((name, value) for name, value in entry.items() if name not in {"count", "ids"}))
