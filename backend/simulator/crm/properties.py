"""The property definitions of an object type, unpaged.

Source: HubSpot properties, GET /crm/properties/{version}/{objectType}.
"""

from __future__ import annotations

from functools import cache

from simulator.call import Call, Reply, encode, require_scopes
from simulator.crm.rendering import Json
from simulator.errors import RefusalError, invalid
from simulator.moments import iso
from simulator.records.object_types import ObjectType
from simulator.records.property_catalog import Definition, catalog
from simulator.refusals import view_schema

GROUPS: list[Json] = [
    {"name": "record_information", "label": "Record information", "displayOrder": 0, "archived": False},
    {"name": "custom_information", "label": "Custom information", "displayOrder": 1, "archived": False},
]


def _type(call: Call) -> ObjectType:
    object_type = call.portal.get_type(call.path["object_type"])
    if object_type.plural == "leads" and call.scopes.isdisjoint(object_type.schema_scopes):
        raise view_schema(["leads-read"], "LEAD", call.portal.portal_id)
    require_scopes(call, object_type.schema_scopes, list(object_type.schema_scopes))
    return object_type


def list_properties(call: Call) -> Reply:
    object_type = _type(call)
    if call.flag("archived") or call.query.get("dataSensitivity", "non_sensitive") != "non_sensitive":
        return 200, {"results": []}
    return 200, _all_encoded(object_type, call.portal.survey_count)


@cache
def _all_encoded(object_type: ObjectType, survey_count: int) -> bytes:
    """Some 400 kB for contacts, as in real accounts: encoded once."""
    return encode({"results": list(catalog(object_type, survey_count).values())})


def get_property(call: Call) -> Reply:
    return 200, _definition(call, _type(call), call.path["property_name"])


def _definition(call: Call, object_type: ObjectType, name: str) -> Definition:
    definition = call.portal.catalog(object_type).get(name)
    if definition is None:
        raise RefusalError(
            404,
            f"Property {name} does not exist for object type {object_type.type_id}",
            category="OBJECT_NOT_FOUND",
        )
    return definition


def batch_read_properties(call: Call) -> Reply:
    known = call.portal.catalog(_type(call))
    started_at = iso(call.state.now_ms())
    inputs = call.body().get("inputs")
    if not isinstance(inputs, list):
        raise invalid("Invalid input JSON on line 1, column 1: inputs must be a list")
    names = [str(input_.get("name")) for input_ in inputs if isinstance(input_, dict)]
    answer: Json = {
        "status": "COMPLETE",
        "results": [known[name] for name in names if name in known],
        "startedAt": started_at,
        "completedAt": iso(call.state.now_ms()),
    }
    missing = [name for name in names if name not in known]
    if not missing:
        return 200, answer
    error: Json = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Some properties do not exist",
        "context": {"name": missing},
    }
    return 207, answer | {"numErrors": 1, "errors": [error]}


def list_groups(call: Call) -> Reply:
    _type(call)
    return 200, {"results": GROUPS}
