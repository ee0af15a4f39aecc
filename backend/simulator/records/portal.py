"""One account with everything in it: records, associations, owners, pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.errors import unknown_object_type
from simulator.identity import Profile
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

    def __post_init__(self) -> None:
        types = list(types_of(self.profile))
        self._by_name = {name: found for found in types for name in names_of(found, self.profile.portal_id)}

    @property
    def portal_id(self) -> int:
        return self.profile.portal_id

    def find_type(self, name: str) -> ObjectType | None:
        return self._by_name.get(name.lower())

    def get_type(self, name: str) -> ObjectType:
        """Raises: RefusalError 400 when no object type has this name or type id."""
        found = self.find_type(name)
        if found is None:
            raise unknown_object_type(name)
        return found

    def catalog(self, object_type: ObjectType) -> dict[str, Definition]:
        """The definitions of a type's properties, by name."""
        return catalog(object_type, self.survey_count)

    def record_url(self, object_type: ObjectType, record_id: int) -> str:
        profile = self.profile
        return f"https://{profile.ui_domain}/contacts/{profile.portal_id}/record/{object_type.type_id}/{record_id}"

    def association_name(self, object_type: ObjectType) -> str:
        """The key of inline associations; a custom object goes by its fully qualified name."""
        if object_type.type_id.startswith("2-"):
            return f"p{self.portal_id}_{object_type.singular}"
        return object_type.plural

    def counts(self) -> dict[str, int]:
        return {name: len(table.live) for name, table in self.tables.items()}


def types_of(profile: Profile) -> tuple[ObjectType, ...]:
    return (*STANDARD_TYPES, *((custom_type(profile.custom_type_id),) if profile.custom_type_id else ()))


def by_portal_id(portals: Mapping[int, Portal], text: str) -> Portal | None:
    return portals.get(int(text)) if text.isascii() and text.isdigit() else None
