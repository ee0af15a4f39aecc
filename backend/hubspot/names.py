"""The words of a portal behind its ids: owners, pipelines, stages, options; read once and kept, in bounded memory.

A scope that was not granted leaves ids as they are; it never fails a load.
"""

import sys
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.cache import TtlCache
from core.together import both, together
from errors import ScopeMissingError, UpstreamError
from hubspot.client import HubSpotClient
from hubspot.object_type import ObjectType
from hubspot.values import Parser, parser_of
from hubspot.wire import Owner, Pipeline, Property

LIFETIME_S = 300.0
MAX_PORTALS_WEIGHT_BYTES = 32 * 1024 * 1024
MAX_CACHED = 2_000
# Of more owners or options than these the rest stay ids.
MAX_OWNERS = 50_000
MAX_OPTIONS = 5_000

# How HubSpot says that an object type has no pipelines is not documented; both would mean it.
_NO_PIPELINES = frozenset({400, 404})
_OWNER_REFERENCE = "OWNER"
OWNER_PROPERTY = "hubspot_owner_id"


@dataclass(frozen=True, slots=True)
class Definition:
    """What is needed of a property's definition: how its values read, and what its options are called."""

    name: str
    label: str
    type: str
    field_type: str
    parse: Parser | None
    options: Mapping[str, str] = field(default_factory=dict)
    is_owner: bool = False

    @classmethod
    def from_wire(cls, one: Property) -> "Definition":
        named = ((option.value, option.label) for option in one.options[:MAX_OPTIONS])
        return cls(
            name=sys.intern(one.name),
            label=one.label,
            type=sys.intern(one.type),
            field_type=sys.intern(one.field_type),
            parse=parser_of(one),
            options={value: label for value, label in named if label and label != value},
            is_owner=one.name == OWNER_PROPERTY or one.referenced_object_type == _OWNER_REFERENCE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeNames:
    """Of one object type. Pipelines and stages by id; stage ids are unique within the type."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)

    @property
    def weight_bytes(self) -> int:
        """Roughly, for a cache's limit."""
        options = sum(_weight(one.options) + len(one.label) + 400 for one in self.definitions.values())
        return options + _weight(self.pipelines) + _weight(self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Of a portal: its owners, and what each object type calls things.

    Args:
        owners: owner id → name, archived and deactivated ones included.
        types: by type id.
        missing_scopes: what would have to be granted for the names that could not be read.
    """

    owners: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, TypeNames] = field(default_factory=dict)
    missing_scopes: frozenset[str] = frozenset()

    def of(self, object_type: ObjectType) -> TypeNames:
        return self.types.get(object_type.type_id) or _NOTHING


_NOTHING = TypeNames()


class NameBook:
    """Names of many portals, kept for five minutes. One for the process."""

    def __init__(self) -> None:
        self._owners: TtlCache[Hashable, _Owners] = TtlCache(
            ttl_s=LIFETIME_S,
            max_entries=MAX_CACHED,
            max_weight=MAX_PORTALS_WEIGHT_BYTES,
            weigh=lambda owners: _weight(owners.by_id),
        )
        self._types: TtlCache[Hashable, TypeNames] = TtlCache(
            ttl_s=LIFETIME_S,
            max_entries=MAX_CACHED,
            max_weight=MAX_PORTALS_WEIGHT_BYTES,
            weigh=lambda names: names.weight_bytes,
        )

    async def get(self, client: HubSpotClient, key: Hashable, object_types: Iterable[ObjectType]) -> Names:
        """The names of these object types, from the cache or side by side from HubSpot.

        Args:
            client: of the portal.
            key: of the portal and of what may be read there: the connection and its grant.
            object_types: those whose records will be read.
        """
        wanted = list(object_types)
        if (kept := self.peek(key, wanted)) is not None:
            return kept
        owners, types = await both(
            self._owners.get((key, "owners"), lambda: _load_owners(client)),
            together(self._type(client, key, one) for one in wanted),
        )
        return _put_together(owners, wanted, types)

    def peek(self, key: Hashable, object_types: Collection[ObjectType]) -> Names | None:
        """The same when all of it is kept; never reads."""
        owners = self._owners.peek((key, "owners"))
        kept = [self._types.peek((key, one.type_id)) for one in object_types]
        types = [one for one in kept if one is not None]
        if owners is None or len(types) < len(kept):
            return None
        return _put_together(owners, object_types, types)

    async def _type(self, client: HubSpotClient, key: Hashable, object_type: ObjectType) -> TypeNames:
        return await self._types.get((key, object_type.type_id), lambda: _load_type(client, object_type))


@dataclass(frozen=True, slots=True)
class _Owners:
    by_id: Mapping[str, str]
    missing_scopes: frozenset[str] = frozenset()


def _put_together(owners: _Owners, object_types: Iterable[ObjectType], types: Sequence[TypeNames]) -> Names:
    return Names(
        owners=owners.by_id,
        types={one.type_id: names for one, names in zip(object_types, types, strict=True)},
        missing_scopes=owners.missing_scopes,
    )


async def _load_owners(client: HubSpotClient) -> _Owners:
    try:
        found = await client.owners()
    except ScopeMissingError as exc:
        return _Owners({}, frozenset(exc.missing_scopes))
    by_id: dict[str, str] = {}
    for owner in found[:MAX_OWNERS]:
        # An active one stands before an archived one of the same id.
        by_id.setdefault(owner.id, owner_name(owner))
    return _Owners(by_id)


def owner_name(owner: Owner) -> str:
    """First and last name, or the address, or the id."""
    full = " ".join(part for part in (owner.first_name, owner.last_name) if part and part.strip()).strip()
    return full or owner.email or owner.id


async def _load_type(client: HubSpotClient, object_type: ObjectType) -> TypeNames:
    """Definitions, pipelines and stages. The object's own read scope is enough for each of them."""
    properties, pipelines = await both(_definitions(client, object_type), _pipelines(client, object_type))
    return TypeNames(
        definitions={one.name: Definition.from_wire(one) for one in properties},
        pipelines={pipeline.id: pipeline.label for pipeline in pipelines},
        stages={stage.id: stage.label for pipeline in pipelines for stage in pipeline.stages},
    )


async def _definitions(client: HubSpotClient, object_type: ObjectType) -> list[Property]:
    try:
        return await client.properties(object_type.path)
    except ScopeMissingError:
        return []


async def _pipelines(client: HubSpotClient, object_type: ObjectType) -> list[Pipeline]:
    """Empty for a type that has none, a custom object for instance."""
    if object_type.pipeline_property is None:
        return []
    try:
        return await client.pipelines(object_type.path)
    except ScopeMissingError:
        return []
    except UpstreamError as exc:
        if exc.upstream is not None and exc.upstream.status in _NO_PIPELINES:
            return []
        raise


def _weight(texts: Mapping[str, str]) -> int:
    """Characters, and what a dict and two strings cost beside them."""
    return sum(len(key) + len(text) + 160 for key, text in texts.items())
