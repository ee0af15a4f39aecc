"""Data that a load of one object type leaves out: the `skipped` of its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hubspot.notices import NAMES_UNAVAILABLE, RECORD_UNREADABLE
from integrations.load_events import Skipped

RECORD_WITHOUT_ID = "record_without_id"
# Entries that count records that were read but not delivered.
_RECORDS = frozenset({RECORD_WITHOUT_ID, RECORD_UNREADABLE})
# A receipt and the cursor of a load name this many records of an entry.
MOST_IDS = 10


@dataclass(slots=True)
class SkippedEntries:
    """The entries, each once.

    Args:
        kept: data missing from delivered records. It is part of the load's cursor, so a later receipt shows it, too.
    """

    kept: list[Skipped]
    _found: list[Skipped] = field(init=False, default_factory=list)
    _ids: dict[str, set[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = {_subject(entry): set(entry["ids"]) for entry in self.kept if "ids" in entry}

    def add(self, entry: Skipped) -> None:
        """Add an entry that a resumed load will find again by itself."""
        self._found.append(entry)

    def keep(self, entry: Skipped) -> bool:
        """Add data missing from delivered records; return whether it is new."""
        if entry in self.kept:
            return False
        self.kept.append(entry)
        return True

    def keep_records(self, subject: Skipped, ids: Sequence[str]) -> list[str]:
        """Count records under the entry of this subject; return those that were not counted before."""
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
        """Copy the data missing from delivered records so far."""
        return [entry.copy() for entry in self.kept]

    @property
    def all(self) -> list[Skipped]:
        return [*self._found, *self.kept]

    @property
    def records(self) -> int:
        """The number of records that were read but not delivered."""
        return sum(entry["count"] for entry in self.all if entry["code"] in _RECORDS)

    @property
    def is_complete(self) -> bool:
        """Whether no record, association or value is missing. Missing names do not count."""
        return all(entry["code"] == NAMES_UNAVAILABLE for entry in self.all)


def _subject(entry: Skipped) -> str:
    """The subject of an entry, without its records."""
    return repr(sorted((name, value) for name, value in entry.items() if name not in {"count", "ids"}))
