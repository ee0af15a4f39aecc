"""Plain records: columns drawn from word lists, the same for the same portal, type and number."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from random import Random

from simulator.identity import Profile
from simulator.records.columns import Column
from simulator.records.object_types import ObjectType
from simulator.records.table import ID_STEP, Table
from simulator.seed.columns import Draw, columns_of

FIRST_CREATED_MS = 1_646_092_800_000  # 2022-03-01
LAST_CREATED_MS = 1_790_812_800_000  # 2026-10-01
LAST_MODIFIED_MS = 1_793_491_200_000  # 2026-11-01
IMPORTED_AT_MS = LAST_CREATED_MS + 456
# Ids 51, 101, 151, ... as older accounts have them: ascending as numbers, not as strings, and equal across types.
FIRST_ID = 51
# One record in so many is archived, on top of the live ones.
ARCHIVED_EVERY = 60
MOST_ARCHIVED = 25


def build_table(
    profile: Profile,
    object_type: ObjectType,
    live: int,
    owners: Sequence[dict[str, object]],
    same_modified: int | None = None,
) -> Table:
    """Make `live` live records and a few archived ones between them.

    One import has touched `same_modified` records in one millisecond: a quarter of them when left out.
    """
    archived = min(live // ARCHIVED_EVERY, MOST_ARCHIVED)
    count = live + archived
    rng = Random(f"{profile.portal_id} {object_type.plural}")
    ids = array("q", range(FIRST_ID, FIRST_ID + ID_STEP * count, ID_STEP))
    created = _created(count)
    modified = _modified(created, rng)
    imported = count // 4 if same_modified is None else min(same_modified, count)
    first = (count - imported) // 3
    modified[first : first + imported] = array("q", [IMPORTED_AT_MS]) * imported
    table = Table(object_type, ids, created, modified)
    for name, values in columns_of(object_type.plural, Draw(rng, count, profile, owners)).items():
        table.columns[name] = Column(values)
    if archived:
        step = count // archived
        table.archive(range(step - 1, step * archived, step), LAST_MODIFIED_MS)
        table.history.clear()
        table.reindex()
    return table


def _created(count: int) -> array[int]:
    """Ascending; every tenth falls on a whole second, so that its fraction is left out on the wire."""
    step = (LAST_CREATED_MS - FIRST_CREATED_MS) // max(count, 1) or 1
    exact = range(FIRST_CREATED_MS + 137, FIRST_CREATED_MS + 137 + step * count, step)
    return array("q", (ms if position % 10 else ms // 1000 * 1000 for position, ms in enumerate(exact)))


def _modified(created: array[int], rng: Random) -> array[int]:
    """Between creation and the end."""
    draw = rng.random
    return array("q", (ms + int(draw() * (LAST_MODIFIED_MS - ms)) for ms in created))
