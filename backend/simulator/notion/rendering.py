"""An object as an older version of the API writes it.

Sources: Notion API, versioning; upgrade guides 2025-09-03 (data sources) and 2026-03-11 (`archived` is gone);
recorded answers, 2026-07.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from simulator.notion.workspaces import Json

DATA_SOURCES_SINCE = "2025-09-03"
ARCHIVED_UNTIL = "2026-03-11"
VERSIONS = ("2021-05-13", "2021-08-16", "2022-02-22", "2022-06-28", DATA_SOURCES_SINCE, ARCHIVED_UNTIL)


def render(objects: Iterable[Json], version: str) -> Iterator[Json]:
    """Before data sources a database was one; those with several sources do not exist for it."""
    kept = list(objects)
    sources = Counter(found["parent"]["database_id"] for found in kept if found["object"] == "data_source")
    for found in kept:
        written = dict(found)
        if version < DATA_SOURCES_SINCE:
            if found["object"] == "data_source" and sources[found["parent"]["database_id"]] > 1:
                continue
            written = _database(found) if found["object"] == "data_source" else _older_parent(written)
        if version < ARCHIVED_UNTIL and "in_trash" in written:
            written["archived"] = written["in_trash"]
        yield written


def _database(source: Json) -> Json:
    kept = {name: value for name, value in source.items() if name not in {"database_parent", "is_archived"}}
    return kept | {"object": "database", "id": source["parent"]["database_id"], "parent": source["database_parent"]}


def _older_parent(page: Json) -> Json:
    parent = page.get("parent")
    if isinstance(parent, dict) and parent["type"] == "data_source_id":
        return page | {"parent": {"type": "database_id", "database_id": parent["database_id"]}}
    return page
