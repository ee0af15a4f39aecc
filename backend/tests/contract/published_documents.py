"""HubSpot's published OpenAPI documents, when they lie beside the repository, and what an answer violates of them.

The check is stricter than the documents: a field that they do not name is a violation too. Where HubSpot's own answers
differ from its documents, the difference is listed here.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from settings import ROOT

FOLDER = ROOT.parent / "shared" / "hubspot" / "specs"
# Fields by schema, as HubSpot's answers have them. Sources: captured answers, the guides' examples.
DEPARTURES: dict[str, dict[str, Any]] = {
    "Error": {name: {"type": "string"} for name in ("status", "errorType", "policyName", "groupName")},
    "ErrorDetail": {"category": {"type": "string"}},
    "StandardError": {"subCategory": {"type": "string"}},
    # v4 sends a number; the dated versions send the string that both document.
    "MultiAssociatedObjectWithLabel": {"toObjectId": {"type": ["string", "integer"]}},
    # The released 2026-09 has them, the documents are a fortnight older.
    "ObjectSchema": {"metaType": {"type": "string"}, "restorable": {"type": "boolean"}},
    "AssociationDefinition": {
        **{name: {"type": "string"} for name in ("cardinality", "inverseCardinality")},
        **{f"hasUserEnforcedMax{end}ObjectIds": {"type": "boolean"} for end in ("From", "To")},
        **{f"max{end}ObjectIds": {"type": "integer"} for end in ("From", "To")},
    },
    # v3 names it, too. Source: recorded answers, 2026-02.
    "SimplePublicObjectWithAssociations": {"url": {"type": "string"}},
    "PortalInformationResponse": {"portalName": {"type": "string"}, "createdAt": {"type": "integer"}},
}
# The error guide says that all fields of an error are optional.
OPTIONAL_ANYWAY = {"Error", "StandardError"}
# An unlabelled association has the label null, an archived owner the user id null.
NULL_ANYWAY = {"label", "userId"}
formats = FormatChecker()


@formats.checks("date-time", raises=ValueError)
def _is_datetime(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def violations(document: str, path: str, method: str, status: int, body: object) -> list[str]:
    """What is wrong with an answer, given the operation's path as the document writes it."""
    responses = _load(document)["paths"][path][method]["responses"]
    response = responses.get(str(status)) or responses["default"]
    if "$ref" in response:
        response = _load(document)["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content")
    if content is None:
        return [] if body is None else ["a body where none is documented"]
    validator = _validator(document, json.dumps(next(iter(content.values()))["schema"]))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in _errors(validator, body)]


def _errors(validator: Draft202012Validator, body: object) -> Iterator[Any]:
    yield from validator.iter_errors(_without_null_properties(body))


def _without_null_properties(body: object) -> object:
    """An empty property is null in HubSpot's answers; the documents know only strings."""
    if isinstance(body, list):
        return [_without_null_properties(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    found = {name: _without_null_properties(value) for name, value in body.items()}
    properties = found.get("properties")
    if isinstance(properties, dict):
        found["properties"] = {name: value for name, value in properties.items() if value is not None}
    return found


@cache
def _load(document: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{document}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _validator(document: str, schema: str) -> Draft202012Validator:
    schemas = deepcopy(_load(document)["components"]["schemas"])
    for name, one in schemas.items():
        _tighten(one, DEPARTURES.get(name, {}))
        if name in OPTIONAL_ANYWAY:
            one.pop("required", None)
    root = {**json.loads(schema), "components": {"schemas": schemas}}
    return Draft202012Validator(root, format_checker=formats)


def _tighten(schema: dict[str, Any], departures: dict[str, Any]) -> None:
    """Close objects to fields that are not named, and turn OpenAPI 3.0's `nullable` into JSON Schema."""
    if schema.get("properties") and not {"additionalProperties", "oneOf", "allOf", "anyOf"} & schema.keys():
        schema["additionalProperties"] = False
        schema["properties"] |= deepcopy(departures)
    for name in NULL_ANYWAY & schema.get("properties", {}).keys():
        schema["properties"][name]["nullable"] = True
    if schema.pop("nullable", False) and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    for child in [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(child, dict):
            _tighten(child, {})
