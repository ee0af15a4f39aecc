"""The OpenAPI document: built by FastAPI, with the error format of this service."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from errors import UnauthenticatedError
from integrations.integration_item import IntegrationItem
from routes.examples import EXAMPLES
from routes.negotiation import JSON
from routes.problems import MEDIA_TYPE
from routes.streams import StreamLine

TITLE = "Integrations"
VERSION = "1.0.0"
DESCRIPTION = """\
Connects a customer's HubSpot account over OAuth 2.0 and loads its records as items.

Every answer that is not a success is a problem document (RFC 9457): branch on `code`, show `detail`, quote \
`correlation_id`. Local mode has no sign-in; otherwise send the host application's token, or the session cookie.
"""
HUBSPOT_SIGNATURE = "hubspot_signature"
SECURITY_SCHEMES = {
    HUBSPOT_SIGNATURE: {
        "type": "apiKey",
        "in": "header",
        "name": "X-HubSpot-Signature-v3",
        "description": "base64 HMAC-SHA256 of method, address, body and timestamp under the app's client secret.",
    },
    "host_token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Signed by the host application for its user. Not in local mode.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-integrations_session",
        "description": "Made by POST /session. Writes need the header X-Requested-With, too.",
    },
}
CHOSEN_FIELDS = "ChosenFields"
# Prefix of FastAPI's schema names for forms.
FORM_PREFIX = "Body_"
# FastAPI omits nulls in examples, but these members are always present.
NULLS: dict[str, None] = {"retry_after": None, "upstream": None}
# One of them; none in local mode.
SIGN_IN: list[dict[str, list[str]]] = [{"host_token": []}, {"session": []}, {}]


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` return our document, built once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build_document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to replace it


def build_document(app: FastAPI) -> dict[str, Any]:
    for route in app.routes:
        if isinstance(route, APIRoute):
            # A test keeps them unique.
            route.operation_id = route.operation_id or route.name
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    components = document.setdefault("components", {})
    components["schemas"] = _with_chosen_fields(_stream_schemas() | _as_sent(components.get("schemas", {})))
    components["securitySchemes"] = SECURITY_SCHEMES
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return document


def _as_sent(schemas: dict[str, Any]) -> dict[str, Any]:
    """Mark members with defaults as required in answers, because answers always have them."""
    for name, schema in schemas.items():
        if not name.startswith(FORM_PREFIX) and "properties" in schema:
            schema["required"] = list(schema["properties"])
            for member in schema["properties"].values():
                member.pop("default", None)
    return schemas


def _stream_schemas() -> dict[str, Any]:
    """The schemas of a stream's line, including problems."""
    line = StreamLine.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**line.pop("$defs"), StreamLine.__name__: line}


def _with_chosen_fields(schemas: dict[str, Any]) -> dict[str, Any]:
    """Items of requests with `fields` have only the chosen members."""
    item = schemas[IntegrationItem.__name__]
    description = "An item of a request with `fields`: the chosen members and `id`."
    chosen = {**item, "title": CHOSEN_FIELDS, "description": description, "required": ["id"]}
    either = [{"$ref": f"#/components/schemas/{name}"} for name in (IntegrationItem.__name__, CHOSEN_FIELDS)]
    schemas["ItemsPage"]["properties"]["items"]["items"] = {"anyOf": either}
    for name in ("ItemView", "ItemLine"):
        schemas[name]["properties"]["item"] = {"anyOf": either}
    return {**schemas, CHOSEN_FIELDS: chosen}


def _complete(operation: dict[str, Any]) -> None:
    """Add an example and the security requirement to each operation."""
    if operation["operationId"] in EXAMPLES:
        operation["responses"]["200"]["content"][JSON]["example"] = EXAMPLES[operation["operationId"]]
    if str(UnauthenticatedError.status) in operation["responses"]:
        operation.setdefault("security", SIGN_IN)
    for response in operation["responses"].values():
        for example in response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}).values():
            example["value"] = NULLS | example["value"]
