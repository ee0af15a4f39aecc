"""Schemas of custom objects; a standard type's schema can be read by its name.

Source: HubSpot custom objects, GET /crm-object-schemas/{version}/schemas.
"""

from __future__ import annotations

from simulator.call import Call, Reply, require_scopes
from simulator.crm.rendering import Json
from simulator.moments import iso
from simulator.records.association_types import KINDS
from simulator.records.object_types import ObjectType
from simulator.records.portal import Portal

SCHEMA_SCOPES = ("crm.schemas.custom.read", "crm.objects.custom.read")
_CREATED = iso(1_700_000_000_000)
_UPDATED = iso(1_730_000_000_321)


def list_schemas(call: Call) -> Reply:
    """Only custom objects are listed; the parts default to being included."""
    require_scopes(call, SCHEMA_SCOPES, list(SCHEMA_SCOPES))
    if call.flag("archived"):
        return 200, {"results": []}
    custom = [table.object_type for table in call.portal.tables.values() if _is_custom(table.object_type)]
    return 200, {"results": [_schema(call, object_type) for object_type in custom]}


def get_schema(call: Call) -> Reply:
    object_type = call.portal.get_type(call.path["object_type"])
    any_of = SCHEMA_SCOPES if _is_custom(object_type) else object_type.schema_scopes
    require_scopes(call, any_of, list(any_of))
    return 200, _schema(call, object_type)


def _is_custom(object_type: ObjectType) -> bool:
    return object_type.type_id.startswith("2-")


def _included(call: Call, name: str) -> bool:
    return call.query.get(name, "true").lower() == "true"


def _schema(call: Call, object_type: ObjectType) -> Json:
    portal = call.portal
    searchable = list(object_type.searchable)
    schema: Json = {
        "id": object_type.type_id.partition("-")[2],
        "objectTypeId": object_type.type_id,
        "fullyQualifiedName": portal.association_name(object_type)
        if _is_custom(object_type)
        else object_type.singular.upper(),
        "name": object_type.singular,
        "labels": {"singular": object_type.label, "plural": object_type.label_plural},
        "primaryDisplayProperty": object_type.primary_display,
        "secondaryDisplayProperties": searchable[1:2],
        "searchableProperties": searchable,
        "requiredProperties": [object_type.primary_display],
        "properties": list(portal.catalog(object_type).values())
        if _included(call, "includePropertyDefinitions")
        else [],
        "associations": _associations(portal, object_type) if _included(call, "includeAssociationDefinitions") else [],
        "archived": False,
        "allowsSensitiveProperties": False,
    }
    if _included(call, "includeAuditMetadata"):
        schema |= {"createdAt": _CREATED, "updatedAt": _UPDATED, "createdByUserId": portal.profile.user_id}
    return schema


def _associations(portal: Portal, object_type: ObjectType) -> list[Json]:
    found: list[Json] = []
    for (source, target), kinds in KINDS.items():
        if source != object_type.plural or target not in portal.tables:
            continue
        found.append(
            {
                "id": str(kinds.unlabelled),
                "name": f"{source}_to_{target}",
                "fromObjectTypeId": object_type.type_id,
                "toObjectTypeId": portal.tables[target].object_type.type_id,
                "createdAt": _CREATED,
                "updatedAt": _UPDATED,
            }
        )
    return found
