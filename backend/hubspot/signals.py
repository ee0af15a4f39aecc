"""Signals: "this record may have changed". Pushed webhooks and journal events are turned into signals.

A signal has no content. The record is read again by its id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from hubspot.catalog import find_object_type

# The kinds of events; several have the same effect on reading.
Happening = Literal["created", "changed", "linked", "merged", "restored", "deleted", "erased"]
# Only these can change a record's associations. Source: HubSpot webhooks, event types.
_RELINKING: frozenset[Happening] = frozenset({"created", "linked", "merged", "restored"})


def type_id_of(name: str) -> str | None:
    """`0-1` of `contact`, `contacts` or `0-1`; ids of custom object types are their own."""
    known = find_object_type(name)
    return known.type_id if known else (name if _is_type_id(name) else None)


def _is_type_id(name: str) -> bool:
    group, _, number = name.partition("-")
    return len(name) <= 24 and all(part.isascii() and part.isdigit() for part in (group, number))


@dataclass(slots=True)
class PortalSignals:
    """Signals of one portal. Members are `<type id>:<record id>`, values the time of the newest event (epoch ms)."""

    records: dict[str, int] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)
    """The members whose associations may have changed as well."""
    gone: dict[str, int] = field(default_factory=dict)
    """Deleted for privacy: purge them and never read them again."""
    events: int = 0
    removed_at_ms: int | None = None
    """When the portal removed the app."""

    def add(self, happening: Happening, type_id: str, record_ids: Iterable[int], at_ms: int) -> None:
        """Add one event of some records; for repeated ones the newest time is kept."""
        targets = [self.gone if happening == "erased" else self.records]
        if happening in _RELINKING:
            targets.append(self.links)
        for record_id in record_ids:
            member = f"{type_id}:{record_id}"
            for target in targets:
                target[member] = max(target.get(member, 0), at_ms)
