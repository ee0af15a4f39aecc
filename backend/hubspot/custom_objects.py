"""A portal's own object types: its schemas as `ObjectType`s, found by name, type id or fully qualified name."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence

from errors import ScopeMissingError
from hubspot.catalog import CATALOG, find_object_type, get_object_type
from hubspot.object_type import ObjectType
from hubspot.wire import Schema

# Source: HubSpot schemas specification.
SCHEMAS_SCOPE = "crm.schemas.custom.read"
OBJECTS_SCOPE = "crm.objects.custom.read"

_CERTAINLY_CUSTOM = re.compile(r"2-\d+|p\d*_\w+")
_STANDARD_BY_ID = {kind.type_id: kind for kind in CATALOG}


async def resolve_object_types(
    names: Iterable[str], load_schemas: Callable[[], Awaitable[Sequence[Schema]]]
) -> list[ObjectType]:
    """The object types of these names, each once, in their order; the schemas are loaded only when one is not standard.

    Raises:
        UnknownObjectTypeError: neither standard nor the portal's own.
        ScopeMissingError: a custom object is named, and the portal's schemas may not be read.
    """
    wanted = [name.strip() for name in names]
    custom: list[ObjectType] = []
    if any(find_object_type(name) is None for name in wanted):
        custom = await _load_custom(wanted, load_schemas)
    by_name = {alias.lower(): kind for kind in custom for alias in (kind.name, kind.type_id, *kind.aliases)}
    found = [by_name.get(name.lower()) or get_object_type(name) for name in wanted]
    return list({kind.type_id: kind for kind in found}.values())


def custom_object_types(schemas: Sequence[Schema]) -> list[ObjectType]:
    """All live ones; where two would share an item type, the later one carries its type id in it."""
    taken = {kind.id_suffix.lower() for kind in CATALOG}
    found = []
    for schema in sorted(schemas, key=lambda one: one.object_type_id):
        if schema.archived:
            continue
        kind = _object_type(schema, taken)
        taken.add(kind.id_suffix.lower())
        found.append(kind)
    return found


async def _load_custom(
    names: Sequence[str], load_schemas: Callable[[], Awaitable[Sequence[Schema]]]
) -> list[ObjectType]:
    try:
        return custom_object_types(await load_schemas())
    except ScopeMissingError as exc:
        if any(_CERTAINLY_CUSTOM.fullmatch(name.lower()) for name in names):
            raise ScopeMissingError(
                f"Custom objects can be read when {SCHEMAS_SCOPE} and {OBJECTS_SCOPE} are granted."
                " Connect again and grant them.",
                missing_scopes=[SCHEMAS_SCOPE, OBJECTS_SCOPE],
                upstream=exc.upstream,
            ) from exc
        return []


def _object_type(schema: Schema, taken: set[str]) -> ObjectType:
    singular = " ".join((schema.labels.singular or schema.name).split()) or schema.object_type_id
    plural = " ".join((schema.labels.plural or "").split()) or singular
    item_type = singular if "".join(singular.split()).lower() not in taken else f"{singular} {schema.object_type_id}"
    display = schema.primary_display_property
    further = [schema.fully_qualified_name or "", f"p_{schema.name}", singular, plural]
    return ObjectType(
        name=schema.name,
        label=plural,
        item_type=item_type,
        type_id=schema.object_type_id,
        aliases=tuple(name for name in further if name),
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


def _partners(schema: Schema) -> tuple[str, ...]:
    """The standard types it is associated with."""
    ids = {id_ for one in schema.associations for id_ in (one.from_object_type_id, one.to_object_type_id)}
    return tuple(kind.name for type_id, kind in _STANDARD_BY_ID.items() if type_id in ids)
