"""Classify records that a list no longer contains: archived, merged or gone. Pure.

An unreadable record is none of these. Sources: HubSpot CRM objects, batch read with `archived=true`; merged
records (a merged id returns its survivor, which lists it in `hs_merged_object_ids`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from hubspot.values import epoch_ms
from hubspot.wire import Record

MERGED_IDS = "hs_merged_object_ids"
READ_PROPERTIES = ("hs_object_id", MERGED_IDS)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a record ended; `at_ms` is the time if HubSpot reports it; `into` is the id of a merge's survivor."""

    record_id: str
    reason: Literal["archived", "merged", "gone"]
    at_ms: int | None = None
    into: str | None = None


def endings(
    ids: Sequence[str], live: Iterable[Record], archived: Iterable[Record], *, unreadable: Collection[str] = ()
) -> list[Ending]:
    """Classify each id that is neither among the live records, which include survivors of merges, nor unreadable."""
    present = list(live)
    alive = {record.id for record in present}
    survivors = {loser: record.id for record in present for loser in merged_ids(record)}
    archived_at = {record.id: epoch_ms(record.archived_at) for record in archived}
    found = []
    for id_ in ids:
        if id_ in alive or id_ in unreadable:
            continue
        if id_ in survivors:
            found.append(Ending(id_, "merged", into=survivors[id_]))
        elif id_ in archived_at:
            found.append(Ending(id_, "archived", at_ms=archived_at[id_]))
        else:
            found.append(Ending(id_, "gone"))
    return found


def merged_ids(record: Record) -> list[str]:
    """Ids of all records that were merged into this one."""
    text = record.properties.get(MERGED_IDS)
    return [id_ for part in text.split(";") if (id_ := part.strip())] if isinstance(text, str) else []
