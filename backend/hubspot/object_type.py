"""The facts about one object type, from `catalog.py` or a portal's custom schemas."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from errors import ServiceError

_BETWEEN_WORDS = re.compile(r"[\s_]+")
_NOT_IN_MIME_TYPES = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """The facts about one object type.

    Args:
        name: in paths and parameters: `contacts`.
        label: shown to people: `Contacts`.
        item_type: singular label, `type` of its items: `Contact`, `Line item`.
        type_id: HubSpot's type id: `0-1`.
        aliases: other accepted names.
        scopes: any one of these is enough to read it.
        asked_scope: the scope that we request, if several are possible; default: the first by name.
        default_properties: read if the caller names none; HubSpot ignores names that a portal does not have.
        name_properties: the first group with a value names the record; a group's values are joined by a space.
        associates_with: names of the standard types whose associations are read with it.
        custom_partners: the custom types whose associations are read with it.
        directory: its items have children: their associated items.
        parent_type: name of the type whose primary association is the parent.
        content_scope: without it HubSpot withholds the content of the records.
        name_is_html: the naming property contains markup.
        page_path: of a record's page in the portal's web application, after the host.
        custom: defined by the portal.
        by_default: read if the caller names no types.
        undefined: why it has no schema: then these are no facts, and it must not be read.
    """

    name: str
    label: str
    item_type: str
    type_id: str
    aliases: tuple[str, ...] = ()
    scopes: frozenset[str]
    asked_scope: str | None = None
    modified_property: str = "hs_lastmodifieddate"
    created_property: str = "createdate"
    default_properties: tuple[str, ...]
    name_properties: tuple[tuple[str, ...], ...]
    associates_with: tuple[str, ...] = ()
    custom_partners: tuple["ObjectType", ...] = ()
    directory: bool = False
    parent_type: str | None = None
    pipeline_property: str | None = None
    stage_property: str | None = None
    content_scope: str | None = None
    name_is_html: bool = False
    page_path: str = "contacts/{portal_id}/record/{type_id}/{record_id}"
    custom: bool = False
    by_default: bool = False
    undefined: ServiceError | None = None

    @property
    def path(self) -> str:
        """The name in URLs; the plain name of a custom object does not always work there."""
        return self.type_id if self.custom else self.name

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.name, self.type_id, *self.aliases)

    @property
    def always(self) -> tuple[str, str, str]:
        """Properties that HubSpot always sends. Source: HubSpot's documented examples."""
        return (self.created_property, self.modified_property, "hs_object_id")

    @property
    def naming(self) -> frozenset[str]:
        """The properties that name its records."""
        return frozenset(name for group in self.name_properties for name in group)

    @property
    def name_property(self) -> str | None:
        """The property that names its records, as text; None if several do together."""
        first = self.name_properties[0] if self.name_properties else ()
        return first[0] if len(first) == 1 and not self.name_is_html else None

    @property
    def id_suffix(self) -> str:
        """Suffix of its item ids: `Contact`, `LineItem`."""
        return item_suffix(self.item_type)

    @property
    def mime_type(self) -> str:
        word = _NOT_IN_MIME_TYPES.sub("-", self.item_type.lower()).strip("-") or _NOT_IN_MIME_TYPES.sub(
            "-", self.type_id
        )
        return f"application/vnd.hubspot.{word}+json"

    def check_defined(self) -> None:
        """Raises: why it has no schema."""
        if self.undefined is not None:
            raise self.undefined

    def item_id(self, record_id: str) -> str:
        """The item id; record ids are unique within an object type only."""
        return f"{record_id}_{self.id_suffix}"

    def is_granted(self, granted_scopes: Iterable[str]) -> bool:
        return not self.scopes.isdisjoint(granted_scopes)

    def missing_scopes(self, granted_scopes: Iterable[str]) -> list[str]:
        """The scopes to request; empty if the type can be read."""
        return [] if self.is_granted(granted_scopes) else [self.asked_scope or min(self.scopes)]


def item_suffix(item_type: str) -> str:
    """`Line item` → `LineItem`, `p62515_deals` → `P62515Deals`: one word, so that an id has one underscore."""
    return "".join(word[:1].upper() + word[1:] for word in _BETWEEN_WORDS.split(item_type) if word)
