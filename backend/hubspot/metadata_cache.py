"""Cache of a portal's names for ids: owners, pipelines, stages and options; read once and kept in bounded memory.

Names that HubSpot refuses or repeatedly fails to return are left out: their ids stay, and no page or load fails.
"""

import sys
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.cache import TtlCache
from core.together import both, together
from errors import ScopeMissingError, ServiceError
from hubspot.client import HubSpotClient
from hubspot.object_type import ObjectType
from hubspot.refusals import NAMES_FAILURES, REFUSALS
from hubspot.values import Parser, parser_of
from hubspot.wire import Owner, Pipeline, Property, Stage

LIFETIME_S = 300.0
# Names that HubSpot failed to return are read again after these seconds.
OUTAGE_LIFETIME_S = 30.0
# After this many failures, names are left out.
MOST_FAILURES = 4
MAX_PORTALS_WEIGHT_BYTES = 32 * 1024 * 1024
MAX_CACHED = 2_000
# Beyond this many options of a property, values are not resolved to labels.
MAX_OPTIONS = 5_000

# Either status may mean that an object type has no pipelines; HubSpot does not document it.
_NO_PIPELINES = frozenset({400, 404})
# The kinds of a type's names that may be missing.
PROPERTIES, PIPELINES = "properties", "pipelines"
_OWNER_REFERENCE = "OWNER"
OWNER_PROPERTY = "hubspot_owner_id"
OWNERS = "owners"
# Source: HubSpot owners specification.
OWNERS_SCOPE = "crm.objects.owners.read"


@dataclass(frozen=True, slots=True)
class Definition:
    """The part of a property's definition that we use: its type and the labels of its options."""

    name: str
    label: str
    type: str
    field_type: str
    parse: Parser | None
    options: Mapping[str, str] = field(default_factory=dict)
    is_owner: bool = False
    group: str = ""
    is_custom: bool = False

    @classmethod
    def from_wire(cls, definition: Property) -> "Definition":
        named = ((option.value, option.label) for option in definition.options[:MAX_OPTIONS])
        return cls(
            name=sys.intern(definition.name),
            label=definition.label,
            type=sys.intern(definition.type),
            field_type=sys.intern(definition.field_type),
            parse=parser_of(definition),
            options={value: label for value, label in named if label and label != value},
            is_owner=definition.name == OWNER_PROPERTY or definition.referenced_object_type == _OWNER_REFERENCE,
            group=sys.intern(definition.group_name),
            is_custom=definition.is_custom,
        )


@dataclass(frozen=True, slots=True)
class NamesLeftOut:
    """Why names are missing: HubSpot refused them (perhaps a missing scope) or could not answer."""

    refused: bool
    missing_scopes: tuple[str, ...] = ()

    @classmethod
    def because(cls, exc: ServiceError) -> "NamesLeftOut":
        scopes = exc.missing_scopes if isinstance(exc, ScopeMissingError) else ()
        return cls(isinstance(exc, REFUSALS), tuple(scopes))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeNames:
    """Names of one object type. Pipelines and stages by id; stage ids are unique within the type.

    Args:
        stages_of: the ids of each pipeline's stages, both in the order that the account gave them.
        left_out: names that HubSpot refused or could not return.
        failed: reading them again soon may succeed.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    stages_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    failed: bool = False

    @property
    def weight_bytes(self) -> int:
        """Approximate size, for the cache's limit."""
        options = sum(
            _weight(definition.options) + len(definition.label) + 400 for definition in self.definitions.values()
        )
        stage_ids = sum(len(stage_id) + 60 for stage_ids in self.stages_of.values() for stage_id in stage_ids)
        return options + _weight(self.pipelines) + _weight(self.stages) + stage_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of a portal: its owners, and the names of each object type.

    Args:
        owners: owner id → name, archived and deactivated ones included.
        types: by type id.
        owners_left_out: why the owners' names are missing; None if they are present.
    """

    owners: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, TypeNames] = field(default_factory=dict)
    owners_left_out: NamesLeftOut | None = None

    def of(self, object_type: ObjectType) -> TypeNames:
        return self.types.get(object_type.type_id) or _NOTHING

    @property
    def failed(self) -> bool:
        """Whether names could not be read at the moment: ids would have none, and values would stay text."""
        owners = self.owners_left_out
        return (owners is not None and not owners.refused) or any(names.failed for names in self.types.values())


_NOTHING = TypeNames()
N = TypeVar("N", "_Owners", TypeNames)


class MetadataCache:
    """Names of many portals, kept for five minutes. One for the process.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._owners: TtlCache[Hashable, _Owners] = TtlCache(
            ttl_s=LIFETIME_S,
            max_entries=MAX_CACHED,
            max_weight=MAX_PORTALS_WEIGHT_BYTES,
            weigh=lambda owners: _weight(owners.by_id),
            clock=clock,
        )
        self._types: TtlCache[Hashable, TypeNames] = TtlCache(
            ttl_s=LIFETIME_S,
            max_entries=MAX_CACHED,
            max_weight=MAX_PORTALS_WEIGHT_BYTES,
            weigh=lambda names: names.weight_bytes,
            clock=clock,
        )
        self._failed: TtlCache[Hashable, bool] = TtlCache(ttl_s=OUTAGE_LIFETIME_S, max_entries=MAX_CACHED, clock=clock)

    async def get(self, client: HubSpotClient, key: Hashable, object_types: Iterable[ObjectType]) -> Names:
        """The names of these object types, from the cache or in parallel from HubSpot.

        `key` is the connection and its grant: the portal and what may be read there.
        """
        wanted = list(object_types)
        if (kept := self.peek(key, wanted)) is not None:
            return kept
        owners, types = await both(
            self._get(self._owners, (key, OWNERS), lambda: _load_owners(client.failing_after(MOST_FAILURES))),
            together(self._type(client, key, object_type) for object_type in wanted),
        )
        return _put_together(owners, wanted, types)

    def peek(self, key: Hashable, object_types: Collection[ObjectType]) -> Names | None:
        """The same if everything is cached; never reads from HubSpot."""
        owners = self._peek(self._owners, (key, OWNERS))
        kept = [self._peek(self._types, (key, object_type.type_id)) for object_type in object_types]
        types = [names for names in kept if names is not None]
        if owners is None or len(types) < len(kept):
            return None
        return _put_together(owners, object_types, types)

    async def _type(self, client: HubSpotClient, key: Hashable, object_type: ObjectType) -> TypeNames:
        entry = (key, object_type.type_id)
        return await self._get(self._types, entry, lambda: _load_type(client.failing_after(MOST_FAILURES), object_type))

    async def _get(self, cache: TtlCache[Hashable, N], entry: Hashable, load: Callable[[], Awaitable[N]]) -> N:
        async def read() -> N:
            names = await load()
            if names.failed:
                self._failed.put(entry, value=True)
            return names

        self._peek(cache, entry)
        return await cache.get(entry, read)

    def _peek(self, cache: TtlCache[Hashable, N], entry: Hashable) -> N | None:
        """The cached names; failures are cached for a shorter time."""
        kept = cache.peek(entry)
        if kept is not None and kept.failed and not self._failed.peek(entry):
            cache.discard(entry)
            return None
        return kept


@dataclass(frozen=True, slots=True)
class _Owners:
    by_id: Mapping[str, str]
    left_out: NamesLeftOut | None = None

    @property
    def failed(self) -> bool:
        return self.left_out is not None and not self.left_out.refused


def _put_together(owners: _Owners, object_types: Iterable[ObjectType], types: Sequence[TypeNames]) -> Names:
    return Names(
        owners=owners.by_id,
        types={object_type.type_id: names for object_type, names in zip(object_types, types, strict=True)},
        owners_left_out=owners.left_out,
    )


async def _load_owners(client: HubSpotClient) -> _Owners:
    try:
        found = await client.owners()
    except NAMES_FAILURES as exc:
        return _Owners({}, NamesLeftOut.because(exc))
    by_id: dict[str, str] = {}
    for owner in found:
        # Active owners come first, so they win over an archived owner with the same id.
        by_id.setdefault(owner.id, owner_name(owner))
    return _Owners(by_id)


def owner_name(owner: Owner) -> str:
    """First and last name, or the email address, or the id."""
    full = " ".join(part for part in (owner.first_name, owner.last_name) if part and part.strip()).strip()
    return full or owner.email or owner.id


async def _load_type(client: HubSpotClient, object_type: ObjectType) -> TypeNames:
    """Read definitions, pipelines and stages; the read scope of the object is enough for all of them."""
    properties, pipelines = await both(_definitions(client, object_type), _pipelines(client, object_type))
    failures = {PROPERTIES: properties, PIPELINES: pipelines}
    left_out = {name: answer for name, answer in failures.items() if isinstance(answer, Exception)}
    found = [] if isinstance(pipelines, Exception) else sorted(pipelines, key=_display_order)
    return TypeNames(
        definitions={}
        if isinstance(properties, Exception)
        else {definition.name: Definition.from_wire(definition) for definition in properties},
        pipelines={pipeline.id: pipeline.label for pipeline in found if pipeline.label},
        stages={stage.id: stage.label for pipeline in found for stage in pipeline.stages if stage.label},
        stages_of={
            pipeline.id: tuple(stage.id for stage in sorted(pipeline.stages, key=_display_order)) for pipeline in found
        },
        left_out=frozenset(left_out),
        failed=not all(isinstance(answer, REFUSALS) for answer in left_out.values()),
    )


def _display_order(entry: Pipeline | Stage) -> int:
    return entry.display_order


async def _definitions(client: HubSpotClient, object_type: ObjectType) -> list[Property] | ServiceError:
    try:
        return await client.properties(object_type.path)
    except NAMES_FAILURES as exc:
        return exc


async def _pipelines(client: HubSpotClient, object_type: ObjectType) -> list[Pipeline] | ServiceError:
    """Read pipelines; empty for a type without any, for example a custom object."""
    if object_type.pipeline_property is None:
        return []
    try:
        return await client.pipelines(object_type.path)
    except NAMES_FAILURES as exc:
        has_none = object_type.custom and exc.upstream is not None and exc.upstream.status in _NO_PIPELINES
        return [] if has_none else exc


def _weight(texts: Mapping[str, str]) -> int:
    """Characters, plus the overhead of a dict entry and two strings."""
    return sum(len(key) + len(text) + 160 for key, text in texts.items())
