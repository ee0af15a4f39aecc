"""One account with everything in it: records, associations, owners, pipelines."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from simulator.errors import unknown_object_type
from simulator.identity import Profile
from simulator.records.further_types import further_types
from simulator.records.links import Links
from simulator.records.object_types import STANDARD_TYPES, ObjectType, custom_type, names_of
from simulator.records.property_catalog import SURVEY_COUNT, Definition, catalog
from simulator.records.table import Table


class Searches:
    """The rows that the last few searches found: the pages of one search come from one pass."""

    KEPT = 16

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Sequence[int]] = {}

    def get(self, key: tuple[object, ...]) -> Sequence[int] | None:
        return self._found.get(key)

    def put(self, key: tuple[object, ...], rows: Sequence[int]) -> Sequence[int]:
        while len(self._found) >= self.KEPT:
            del self._found[next(iter(self._found))]
        self._found[key] = rows
        return rows


@dataclass
class Portal:
    profile: Profile
    owners: list[dict[str, object]]
    pipelines: dict[str, list[dict[str, object]]]
    tables: dict[str, Table] = field(default_factory=dict)
    links: dict[tuple[str, str], Links] = field(default_factory=dict)
    survey_count: int = SURVEY_COUNT
    changed: bool = False
    searches: Searches = field(default_factory=Searches)
    # Custom objects whose definition was deleted.
    undefined: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        types = list(types_of(self.profile))
        self._by_name = {name: found for found, names in further_types() for name in names}
        self._by_name |= {name: found for found in types for name in names_of(found, self.profile.portal_id)}

    @property
    def portal_id(self) -> int:
        return self.profile.portal_id

    def find_type(self, name: str) -> ObjectType | None:
        found = self._by_name.get(name.lower())
        return None if found is None or found.plural in self.undefined else found

    def get_type(self, name: str) -> ObjectType:
        """Raises: RefusalError 400 when no object type has this name or type id."""
        found = self.find_type(name)
        if found is None:
            raise unknown_object_type(name)
        return found

    def table(self, object_type: ObjectType) -> Table:
        """The records of a type; none of those that are not played."""
        found = self.tables.get(object_type.plural)
        return found or Table(object_type, array("q"), array("q"), array("q"))

    def catalog(self, object_type: ObjectType) -> dict[str, Definition]:
        """The definitions of a type's properties, by name."""
        return catalog(object_type, self.survey_count)

    def record_url(self, object_type: ObjectType, record_id: int) -> str:
        """Tasks and notes have no page of their own. Source: recorded answers, 2026-02 and 2026-03."""
        portal_id, type_id = self.profile.portal_id, object_type.type_id
        host = f"https://{self.profile.ui_domain}"
        if object_type.plural == "tasks":
            return f"{host}/tasks/{portal_id}/view/all/task/{record_id}"
        if object_type.plural == "notes":
            only = f'[{{"property":"hs_object_id","operator":"EQ","value":"{record_id}"}}]'
            return f"{host}/contacts/{portal_id}/objects/{type_id}/views/all/list?filters={quote(only, safe='')}"
        return f"{host}/contacts/{portal_id}/record/{type_id}/{record_id}"

    def association_name(self, object_type: ObjectType) -> str:
        """The key of inline associations; a custom object goes by its fully qualified name.

        Line items are spelled with a space. Source: recorded answer, 2025-08-12.
        """
        if object_type.type_id.startswith("2-"):
            return f"p{self.portal_id}_{object_type.singular}"
        return object_type.plural.replace("_", " ")

    def relabel(self, object_type: ObjectType, label: str) -> None:
        """Give a type another label, as a user can; its name stays."""
        found = replace(object_type, label=label, label_plural=f"{label}s")
        self.tables[object_type.plural].object_type = found
        self._by_name |= dict.fromkeys(names_of(found, self.portal_id), found)

    def counts(self) -> dict[str, int]:
        return {name: len(table.live) for name, table in self.tables.items()}


def types_of(profile: Profile) -> tuple[ObjectType, ...]:
    return (
        *STANDARD_TYPES,
        *((custom_type(profile.custom_type_id, profile.custom_label),) if profile.custom_type_id else ()),
    )


def by_portal_id(portals: Mapping[int, Portal], text: str) -> Portal | None:
    return portals.get(int(text)) if text.isascii() and text.isdigit() else None
