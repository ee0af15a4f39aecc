"""Property definitions as HubSpot answers them, built once for each object type.

Source: HubSpot properties guide; schema `Property` of the OpenAPI documents.
"""

from __future__ import annotations

from functools import cache

from simulator.moments import iso
from simulator.records.object_types import ObjectType
from simulator.records.property_lines import LINES

# Real accounts have had 877 contact properties: enough names to overrun a URL (14 bytes of name each and more).
SURVEY_COUNT = 600
_CREATED = iso(1_577_836_800_000)
_UPDATED = iso(1_719_000_000_001)
_FLAGS = frozenset({"calculated", "readonly", "unique", "external", "custom", "hidden", "currency", "editable"})
Definition = dict[str, object]


@cache
def catalog(object_type: ObjectType, survey_count: int) -> dict[str, Definition]:
    """Return the definitions by name, in alphabetical order; contacts have some more, one a survey question."""
    lines = [line for line in LINES.get(object_type.plural, "").splitlines() if line]
    lines += [
        "hs_object_id|Record ID|number/number|readonly",
        f"{object_type.created_property}|Create date|datetime/date|readonly",
        f"{object_type.modified_property}|Last modified date|datetime/date|readonly",
    ]
    if object_type.plural == "contacts":
        lines += (f"{survey_name(number)}|Survey answer {number}|string/text|custom" for number in range(survey_count))
    found = {definition["name"]: definition for definition in map(_definition, lines)}
    return {str(name): found[name] for name in sorted(found, key=str)}


def survey_name(number: int) -> str:
    return f"survey_answer_no_{number:04}_of_the_yearly_survey"


def _definition(line: str) -> Definition:
    name, label, kind, rest = f"{line}|".split("|")[:4]
    type_, _, field_type = kind.partition("/")
    words = [word for word in rest.split(",") if word]
    flags = _FLAGS.intersection(words)
    read_only = bool(flags & {"calculated", "readonly"})
    definition: Definition = {
        "updatedAt": _UPDATED,
        "createdAt": _CREATED,
        "name": name,
        "label": label,
        "type": type_,
        "fieldType": field_type,
        "description": "",
        "groupName": "custom_information" if "custom" in flags else "record_information",
        "options": [_option(word, order) for order, word in enumerate(w for w in words if w not in _FLAGS)],
        "displayOrder": -1,
        "calculated": "calculated" in flags,
        "externalOptions": "external" in flags,
        "hasUniqueValue": "unique" in flags,
        "hidden": "hidden" in flags,
        "hubspotDefined": "custom" not in flags,
        "modificationMetadata": {
            "archivable": True,
            "readOnlyDefinition": "custom" not in flags,
            **({"readOnlyOptions": False} if "editable" in flags else {}),
            "readOnlyValue": read_only,
        },
        "formField": not read_only and not flags & {"external", "hidden"} and type_ != "bool",
        "dataSensitivity": "non_sensitive",
    }
    if "currency" in flags:
        definition["showCurrencySymbol"] = True
    if name == "hubspot_owner_id":
        definition["referencedObjectType"] = "OWNER"
    return definition


def _option(word: str, order: int) -> dict[str, object]:
    value, _, label = word.partition("=")
    return {"label": label, "value": value, "displayOrder": order, "hidden": False}
