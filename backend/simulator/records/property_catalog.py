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
_FLAGS = frozenset(
    {"calculated", "readonly", "unique", "external", "custom", "hidden", "currency", "editable", "since"}
)
_USER_ID = "222222"
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
    flags = _FLAGS & frozenset(words)
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
        "options": [
            _option(word, order, described=type_ == "bool" or "editable" in flags)
            for order, word in enumerate(word for word in words if word not in _FLAGS)
        ],
        "displayOrder": -1,
        "calculated": "calculated" in flags,
        "externalOptions": "external" in flags,
        "hasUniqueValue": "unique" in flags,
        "hidden": "hidden" in flags,
        "modificationMetadata": {
            "archivable": True,
            "readOnlyDefinition": "custom" not in flags,
            **({"readOnlyOptions": False} if "editable" in flags else {}),
            "readOnlyValue": read_only,
        },
        "formField": not (read_only or flags & {"external", "hidden"} or type_ == "bool") or name == "lifecyclestage",
        "dataSensitivity": "non_sensitive",
    }
    return definition | _rare_members(name, flags)


def _rare_members(name: str, flags: frozenset[str]) -> Definition:
    """Members that only some definitions have. Source: recorded definitions, 2025 and 2026."""
    if "custom" in flags:
        return {"archived": False, "createdUserId": _USER_ID, "updatedUserId": _USER_ID}
    rare: Definition = {"hubspotDefined": True}
    if "currency" in flags:
        rare["showCurrencySymbol"] = True
    if "since" in flags:
        rare |= {"dateDisplayHint": "time_since", "calculationFormula": "hs_v2_date_entered_current_stage"}
    if name == "hubspot_owner_id":
        rare["referencedObjectType"] = "OWNER"
    return rare


def _option(word: str, order: int, *, described: bool) -> dict[str, object]:
    value, _, label = word.partition("=")
    description = {"description": ""} if described else {}
    return {"label": label, "value": value, **description, "displayOrder": order, "hidden": False}
