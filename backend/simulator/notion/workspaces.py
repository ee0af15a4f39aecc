"""The workspaces that can be connected, and what lies in them: plain things and unusual ones.

An object is kept as the newest version of the API writes it; `rendering.py` writes it for older ones.
Source: Notion API, objects page, database, data source, parent, rich text; makenotion/notion-sdk-js types.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.moments import iso_millis

Json = dict[str, Any]
_WORDS = ("Roadmap", "Onboarding", "Minutes", "Budget", "Ideas", "Launch", "Handbook", "Retro", "Hiring", "Research")
_PLAIN = {
    **dict.fromkeys(("bold", "italic", "strikethrough", "underline", "code"), False),
    "color": "default",
}
# 2025-01-01 in seconds; objects are a minute apart.
_BEGAN_S = 1_735_689_600


@dataclass(frozen=True, slots=True)
class Workspace:
    workspace_id: str
    name: str
    user_id: str
    user_name: str
    email: str
    objects: list[Json]


def build_workspaces() -> dict[str, Workspace]:
    first = Workspace(
        "5f1c2a90-0000-4000-8000-000000000001",
        "Northwind Outfitters",
        "5f1c2a90-0000-4000-8000-00000000000a",
        "Jane Doe",
        "jane.doe@northwind-outfitters.example",
        list(_northwind()),
    )
    second = Workspace(
        "5f1c2a90-0000-4000-8000-000000000002",
        "Bergström & Söhne",
        "5f1c2a90-0000-4000-8000-00000000000b",
        "Anna Bergström",
        "anna.bergstroem@bergstroem.example",
        list(build_pages("bergstroem", 5)),
    )
    return {workspace.workspace_id: workspace for workspace in (first, second)}


def build_pages(seed: str, pages: int) -> Iterator[Json]:
    """So many pages at the top of a workspace, the same ones every time."""
    rng = Random(seed)
    for number in range(pages):
        yield page(rng, number, f"{rng.choice(_WORDS)} {number}")


def _northwind() -> Iterator[Json]:
    rng = Random("northwind")
    tasks, notes, untitled = database_of(rng, 1, "Tasks"), database_of(rng, 2, "Meeting notes"), database_of(rng, 3, "")
    two = database_of(rng, 4, "Projects", sources=("Projects", "Project archive"))
    yield from (*tasks, *notes, *untitled, *two, *database_of(rng, 5, "Old tasks", in_trash=True))
    home = page(rng, 10, "Home")
    yield home
    for number in range(11, 71):
        parent = {"type": "page_id", "page_id": home["id"]} if number % 3 else _in_source(tasks[0])
        yield page(rng, number, f"{rng.choice(_WORDS)} {number}", parent=parent, title_property="Name")
    yield from _awkward_pages(rng, tasks[0])


def _awkward_pages(rng: Random, source: Json) -> Iterator[Json]:
    inside = _in_source(source)
    yield page(rng, 80, "", parent=inside)
    yield page(rng, 81, "   ")
    yield page(rng, 82, "Ünïcode 表 🗂️ — «Ñandú»")
    yield page(rng, 83, "x" * 2000)
    yield page(rng, 84, "Thrown away", in_trash=True)
    yield page(rng, 85, "Put aside", is_archived=True)
    yield page(rng, 86, "In a toggle", parent={"type": "block_id", "block_id": _id(rng)})
    # What a search for the first "content", "name" or "title" anywhere would take for the title.
    decoys: Json = {
        "Tags": {
            "id": "a1",
            "type": "multi_select",
            "multi_select": [{"id": "t", "name": "Not the title", "color": "red"}],
        },
        "title of the book": {"id": "b2", "type": "rich_text", "rich_text": [_text("Not the title either")]},
    }
    yield page(rng, 87, "The real title", parent=inside, title_property="Aufgabe", before=decoys)
    in_parts = page(rng, 88, "")
    in_parts["properties"]["title"]["title"] = [_text("Half "), _text("and "), _text("half")]
    yield in_parts
    yield {"object": "page", "id": _id(rng)}  # one whose content the connection may not read


def database_of(
    rng: Random, number: int, name: str, *, sources: tuple[str, ...] = (), in_trash: bool = False
) -> list[Json]:
    """The data sources of a new database at the top of the workspace."""
    database_id = _id(rng)
    return [
        {
            "object": "data_source",
            "id": _id(rng),
            **_times(number),
            **_editors(),
            "title": [_text(source)] if source else [],
            "description": [],
            "properties": _columns(),
            "parent": {"type": "database_id", "database_id": database_id},
            "database_parent": {"type": "workspace", "workspace": True},
            "url": _url(name, database_id),
            "public_url": None,
            "icon": {"type": "emoji", "emoji": "📋"},
            "cover": None,
            "is_inline": False,
            "in_trash": in_trash,
            "is_archived": False,
        }
        for source in sources or (name,)
    ]


def page(
    rng: Random,
    number: int,
    title: str,
    *,
    parent: Json | None = None,
    title_property: str = "title",
    before: Json | None = None,
    in_trash: bool = False,
    is_archived: bool = False,
) -> Json:
    page_id = _id(rng)
    own: Json = {title_property: {"id": "title", "type": "title", "title": [_text(title)] if title else []}}
    return {
        "object": "page",
        "id": page_id,
        **_times(number),
        **_editors(),
        "parent": parent or {"type": "workspace", "workspace": True},
        "properties": (before or {}) | own,
        "url": _url(title, page_id),
        "public_url": None,
        "icon": {"type": "external", "external": {"url": "https://example.com/icon.png"}},
        "cover": None,
        "in_trash": in_trash,
        "is_archived": is_archived,
        "is_locked": False,
    }


def title_of(found: Json) -> str:
    """What Notion's search by title looks at."""
    parts = found.get("title")
    if not isinstance(parts, list):
        properties = found.get("properties")
        values = properties.values() if isinstance(properties, dict) else ()
        parts = next((value["title"] for value in values if value["type"] == "title"), [])
    return "".join(part["plain_text"] for part in parts)


def _in_source(source: Json) -> Json:
    return {"type": "data_source_id", "data_source_id": source["id"], "database_id": source["parent"]["database_id"]}


def _text(content: str) -> Json:
    return {
        "type": "text",
        "text": {"content": content, "link": None},
        "annotations": _PLAIN,
        "plain_text": content,
        "href": None,
    }


def _columns() -> Json:
    """A title, and a choice. Source: recorded databases, 2026-04."""
    options = [{"id": "opt-1", "name": "Active", "color": "default", "description": None}]
    title: Json = {"id": "title", "name": "Name", "description": None, "type": "title", "title": {}}
    status: Json = {
        "id": "Rnku",
        "name": "Status",
        "description": None,
        "type": "select",
        "select": {"options": options},
    }
    return {"Status": status, "Name": title}


def _editors() -> Json:
    """Both are one person. Source: recorded pages and databases, 2026-04 and 2026-07."""
    person = {"object": "user", "id": "5f1c2a90-0000-4000-8000-00000000000a"}
    return {"created_by": person, "last_edited_by": person}


def _times(number: int) -> Json:
    """Notion rounds both down to the minute. Source: page object."""
    return {"created_time": _minute(number), "last_edited_time": _minute(number * 7 % 1440 + 1440)}


def _minute(number: int) -> str:
    return iso_millis((_BEGAN_S + number * 60) * 1000)


def _url(title: str, object_id: str) -> str:
    slug = "-".join("".join(letter if letter.isalnum() else " " for letter in title[:60]).split())
    # Source: Notion changelog, July 15, 2026: links name the app's own domain since June.
    return f"https://app.notion.com/p/{slug}-{object_id.replace('-', '')}".replace("/-", "/")


def _id(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
