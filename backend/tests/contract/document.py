"""Our OpenAPI document, and validators of the schemas in it."""

from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from routes.app import create_app
from settings import Settings

DOCUMENT: dict[str, Any] = create_app(Settings()).openapi()
URI = "urn:document"
REGISTRY: Registry[Any] = Registry().with_resource(URI, Resource.from_contents(DOCUMENT, DRAFT202012))


def validator(pointer: str) -> Draft202012Validator:
    """Of the schema at this place of the document."""
    return Draft202012Validator({"$ref": f"{URI}#{pointer}"}, registry=REGISTRY)
