"""Custom object types of a portal: its schemas as `ObjectType`s, found by name, type id or fully qualified name."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from errors import ScopeMissingError, ServiceError
from hubspot.catalog import CATALOG, find_object_type, get_object_type
from hubspot.object_type import ObjectType, item_suffix
from hubspot.refusals import NAMES_FAILURES, REFUSALS, UnknownTypeError
from hubspot.wire import Schema

# Source: HubSpot schemas specification.
SCHEMAS_SCOPE = "crm.schemas.custom.read"
OBJECTS_SCOPE = "crm.objects.custom.read"

_CERTAINLY_CUSTOM = re.compile(r"2-\d+|p\d*_\w+")
_STANDARD_BY_ID = {object_type.type_id: object_type for object_type in CATALOG}
_STANDARD_LABELS = frozenset(
    label.lower() for object_type in CATALOG for label in (object_type.label, object_type.item_type)
)


async def resolve_object_types(
    names: Iterable[str], load_schemas: Callable[[], Awaitable[Sequence[Schema]]], *, keep_unknown: bool = False
) -> list[ObjectType]:
    """The object types with these names, each once, in their order; schemas are read only if a name is not standard.

    A standard name, alias or type id always means the standard type.

    If HubSpot refuses schemas, custom types beside standard ones are undefined: leave them out. With `keep_unknown`, so
    are those whose schema cannot be read now, and unknown names: they were known, and may be known again.

    Raises:
        UnknownObjectTypeError: neither a standard nor a custom type, and not kept.
        ScopeMissingError: only custom objects are named, but the scope to read schemas is missing.
    """
    wanted = [name.strip() for name in names]
    custom: list[ObjectType] = []
    if any(find_object_type(name) is None for name in wanted):
        custom = await _load_custom(wanted, load_schemas, may_fail=keep_unknown)
    by_name = {alias.lower(): object_type for object_type in custom for alias in object_type.aliases}
    by_name |= {name.lower(): object_type for object_type in custom for name in (object_type.name, object_type.type_id)}
    unknown = _gone if keep_unknown else get_object_type
    found = [find_object_type(name) or by_name.get(name.lower()) or unknown(name) for name in wanted]
    return list({object_type.type_id: object_type for object_type in found}.values())


def custom_object_types(schemas: Sequence[Schema]) -> list[ObjectType]:
    """All live custom types, oldest first, each with a unique name, label and item type.

    A type whose name or label is taken uses its qualified name (`p62515_deals`) instead.
    """
    live = sorted((schema for schema in schemas if not schema.archived), key=lambda schema: _age(schema.object_type_id))
    names = Counter(word for schema in live for word in _lower(schema.name, schema.fully_qualified_name or ""))
    labels = Counter(word for schema in live for word in _lower(*_labels(schema)))
    words = _Words(names, labels, {object_type.id_suffix.lower() for object_type in CATALOG})
    by_id = {schema.object_type_id: _object_type(schema, words) for schema in live}
    return [
        replace(object_type, custom_partners=tuple(by_id[id_] for id_ in sorted(others) if id_ in by_id))
        for schema, object_type in zip(live, by_id.values(), strict=True)
        for others in [_associated_ids(schema) - {object_type.type_id}]
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    """How often each name and label occurs in the portal's schemas, and the item id suffixes in use."""

    names: Mapping[str, int]
    labels: Mapping[str, int]
    suffixes: set[str]

    def is_free_name(self, name: str) -> bool:
        return find_object_type(name) is None and self.names[name.lower()] <= 1

    def is_free_label(self, label: str) -> bool:
        return label.lower() not in _STANDARD_LABELS and self.labels[label.lower()] <= 1

    def take_item_type(self, choices: Iterable[str]) -> str:
        """The first name whose item id suffix no other type uses."""
        *choices, last = choices
        chosen = next((word for word in choices if item_suffix(word).lower() not in self.suffixes), last)
        self.suffixes.add(item_suffix(chosen).lower())
        return chosen


async def _load_custom(
    names: Sequence[str], load_schemas: Callable[[], Awaitable[Sequence[Schema]]], *, may_fail: bool
) -> list[ObjectType]:
    try:
        return custom_object_types(await load_schemas())
    except NAMES_FAILURES as exc:
        unknown = [name for name in names if find_object_type(name) is None]
        certain = [name for name in unknown if _CERTAINLY_CUSTOM.fullmatch(name.lower())]
        if not isinstance(exc, REFUSALS) and not (may_fail and certain == unknown):
            raise
        why = _scopes_missing(exc) if isinstance(exc, ScopeMissingError) else exc
        if len(certain) < len(names):
            return [without_schema(name.lower(), why) for name in certain]
        raise why from exc


def _scopes_missing(exc: ScopeMissingError) -> ScopeMissingError:
    return ScopeMissingError(
        f"Custom objects can be read when {SCHEMAS_SCOPE} and {OBJECTS_SCOPE} are granted."
        " Connect again and grant them.",
        missing_scopes=[SCHEMAS_SCOPE, OBJECTS_SCOPE],
        upstream=exc.upstream,
    )


def _gone(name: str) -> ObjectType:
    return without_schema(name, UnknownTypeError())


def without_schema(name: str, why: ServiceError) -> ObjectType:
    """A type with a name only, to report it as left out: its records would get other ids than usual."""
    return ObjectType(
        name=name,
        label=name,
        item_type=name,
        type_id=name,
        scopes=frozenset({SCHEMAS_SCOPE}),
        created_property="hs_createdate",
        default_properties=("hubspot_owner_id", "hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        name_properties=(),
        custom=True,
        undefined=why,
    )


def _object_type(schema: Schema, words: _Words) -> ObjectType:
    singular, plural = _labels(schema)
    full = schema.fully_qualified_name
    qualified = full if full and words.is_free_name(full) else schema.object_type_id
    display = schema.primary_display_property
    aliases = [qualified, f"p_{schema.name}", *(label for label in (singular, plural) if words.is_free_label(label))]
    return ObjectType(
        name=schema.name if words.is_free_name(schema.name) else qualified,
        label=plural if words.is_free_label(plural) else f"{plural} ({qualified})",
        item_type=words.take_item_type((singular, full or singular, f"{singular} {schema.object_type_id}")),
        type_id=schema.object_type_id,
        aliases=tuple(aliases),
        scopes=frozenset({OBJECTS_SCOPE}),
        created_property="hs_createdate",
        default_properties=tuple(
            dict.fromkeys(
                [
                    *([display] if display else []),
                    *schema.secondary_display_properties,
                    *schema.required_properties,
                    *("hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"),
                    *("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
                ]
            )
        ),
        name_properties=tuple((name,) for name in [display, *schema.secondary_display_properties] if name),
        associates_with=_partners(schema),
        pipeline_property="hs_pipeline",
        stage_property="hs_pipeline_stage",
        custom=True,
    )


def _labels(schema: Schema) -> tuple[str, str]:
    """Singular and plural label, each on one line; a name or id replaces a missing label."""
    singular = " ".join((schema.labels.singular or schema.name).split()) or schema.object_type_id
    return singular, " ".join((schema.labels.plural or "").split()) or singular


def _lower(*words: str) -> set[str]:
    return {word.lower() for word in words}


def _age(type_id: str) -> tuple[int, str]:
    """HubSpot assigns type ids in ascending order: `2-9` is older than `2-10`."""
    number = type_id.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0, type_id


def _partners(schema: Schema) -> tuple[str, ...]:
    """The standard types that this type is associated with."""
    ids = _associated_ids(schema)
    return tuple(object_type.name for type_id, object_type in _STANDARD_BY_ID.items() if type_id in ids)


def _associated_ids(schema: Schema) -> set[str]:
    return {id_ for link in schema.associations for id_ in (link.from_object_type_id, link.to_object_type_id)}


def associated_with(object_type: ObjectType, partners: Sequence[ObjectType]) -> ObjectType:
    """The type with exactly these associated types."""
    names = tuple(partner.name for partner in partners if not partner.custom)
    return replace(
        object_type,
        associates_with=names,
        custom_partners=tuple(partner for partner in partners if partner.custom),
        parent_type=object_type.parent_type if object_type.parent_type in names else None,
    )
