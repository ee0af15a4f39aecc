"""Schemas of custom objects; a standard type's schema can be read by its name.

Source: HubSpot custom objects, GET /crm-object-schemas/{version}/schemas.
"""

from __future__ import annotations

from simulator.call import Call, Reply, require_scopes
from simulator.crm.rendering import Json
from simulator.moments import iso
from simulator.records.association_types import HUBSPOT_DEFINED, KINDS, Kinds
from simulator.records.object_types import ObjectType
from simulator.records.portal import Portal
from simulator.refusals import in_context

SCHEMA_SCOPES = ("crm.schemas.custom.read", "crm.objects.custom.read")
_CREATED = iso(1_700_000_000_000)
_UPDATED = iso(1_730_000_000_321)


def list_schemas(call: Call) -> Reply:
    """Only custom objects are listed; the parts default to being included. Its 403 is as recorded."""
    if call.scopes.isdisjoint(SCHEMA_SCOPES):
        raise in_context(["custom-object-read"])
    if call.flag("archived"):
        return 200, {"results": []}
    present = (call.portal.find_type(table.object_type.type_id) for table in call.portal.tables.values())
    custom = [object_type for object_type in present if object_type and is_custom(object_type)]
    return 200, {"results": [_schema(call, object_type) for object_type in custom]}


def get_schema(call: Call) -> Reply:
    object_type = call.portal.get_type(call.path["object_type"])
    any_of = SCHEMA_SCOPES if is_custom(object_type) else object_type.schema_scopes
    require_scopes(call, any_of, list(any_of))
    return 200, _schema(call, object_type)


def is_custom(object_type: ObjectType) -> bool:
    return object_type.type_id.startswith("2-")


def _included(call: Call, name: str) -> bool:
    return call.query.get(name, "true").lower() == "true"


def _schema(call: Call, object_type: ObjectType) -> Json:
    """The members and their names are as in a recorded answer, 2026-03."""
    portal, custom = call.portal, is_custom(object_type)
    searchable = list(object_type.searchable)
    name = object_type.singular if custom else object_type.singular.upper()
    with_properties = _included(call, "includePropertyDefinitions")
    with_associations = _included(call, "includeAssociationDefinitions")
    schema: Json = {
        "labels": {"singular": object_type.label, "plural": object_type.label_plural},
        "requiredProperties": [object_type.primary_display] if custom else [],
        "searchableProperties": searchable if custom else [],
        "primaryDisplayProperty": object_type.primary_display,
        "secondaryDisplayProperties": searchable[1:2] if custom else [],
        "description": "" if custom else f"{object_type.label_plural} as HubSpot defines them.",
        "allowsSensitiveProperties": not custom,
        "archived": False,
        "restorable": True,
        "metaType": "PORTAL_SPECIFIC" if custom else "HUBSPOT",
        "id": object_type.type_id.partition("-")[2],
        "fullyQualifiedName": portal.association_name(object_type) if custom else name,
        "objectTypeId": object_type.type_id,
        "properties": list(portal.catalog(object_type).values()) if with_properties else [],
        "associations": _associations(portal, object_type) if with_associations else [],
        "name": name,
    }
    if _included(call, "includeAuditMetadata"):
        created_by = portal.profile.user_id if custom else None
        schema |= {"createdAt": _CREATED if custom else iso(0), "updatedAt": _UPDATED, "createdByUserId": created_by}
        schema["updatedByUserId"] = created_by
    return schema


def _associations(portal: Portal, object_type: ObjectType) -> list[Json]:
    return [
        _association(object_type, portal.tables[target].object_type, kinds)
        for (source, target), kinds in KINDS.items()
        if source == object_type.plural and target in portal.tables
    ]


def _association(source: ObjectType, target: ObjectType, kinds: Kinds) -> Json:
    by_hubspot = kinds.category == HUBSPOT_DEFINED
    unlabelled = "" if kinds.primary is None else "_unlabeled"
    return {
        "fromObjectTypeId": source.type_id,
        "toObjectTypeId": target.type_id,
        "name": f"{source.singular}_to_{target.singular}{unlabelled}".upper(),
        "cardinality": "ONE_TO_MANY",
        "inverseCardinality": "ONE_TO_MANY",
        "hasUserEnforcedMaxToObjectIds": False,
        "hasUserEnforcedMaxFromObjectIds": False,
        "maxToObjectIds": 10_000,
        "maxFromObjectIds": 10_000,
        "id": str(kinds.unlabelled),
        "createdAt": None if by_hubspot else _CREATED,
        "updatedAt": None if by_hubspot else _UPDATED,
    }
