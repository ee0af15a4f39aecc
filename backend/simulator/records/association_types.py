"""The numbered kinds of association between two object types, unlabelled, primary and labelled.

Source: HubSpot associate records, association type id values.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.records.links import LABELLED, PRIMARY

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
USER_DEFINED = "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a link between two given object types can be."""

    unlabelled: int
    primary: int | None = None
    label: tuple[int, str] | None = None
    category: str = HUBSPOT_DEFINED

    def of(self, flags: int) -> list[dict[str, object]]:
        """List the types of one link; a primary one is listed twice, as primary and as unlabelled."""
        found: list[dict[str, object]] = []
        if flags & PRIMARY and self.primary is not None:
            found.append({"category": HUBSPOT_DEFINED, "typeId": self.primary, "label": "Primary"})
        found.append({"category": self.category, "typeId": self.unlabelled, "label": None})
        if flags & LABELLED and self.label is not None:
            found.append({"category": USER_DEFINED, "typeId": self.label[0], "label": self.label[1]})
        return found

    def all(self) -> list[dict[str, object]]:
        return self.of(PRIMARY | LABELLED)


KINDS: dict[tuple[str, str], Kinds] = {
    ("contacts", "companies"): Kinds(279, 1, (37, "Billing contact")),
    ("companies", "contacts"): Kinds(280, 2, (36, "Billing contact")),
    ("deals", "companies"): Kinds(341, 5),
    ("companies", "deals"): Kinds(342, 6),
    ("deals", "contacts"): Kinds(3),
    ("contacts", "deals"): Kinds(4),
    ("contacts", "tickets"): Kinds(15),
    ("tickets", "contacts"): Kinds(16),
    ("tickets", "companies"): Kinds(339, 26),
    ("companies", "tickets"): Kinds(340, 25),
    ("deals", "tickets"): Kinds(27),
    ("tickets", "deals"): Kinds(28),
    ("deals", "line_items"): Kinds(19),
    ("line_items", "deals"): Kinds(20),
    ("quotes", "deals"): Kinds(64),
    ("deals", "quotes"): Kinds(63),
    ("quotes", "line_items"): Kinds(67),
    ("line_items", "quotes"): Kinds(68),
    ("leads", "contacts"): Kinds(608, 578),
    ("contacts", "leads"): Kinds(607, 579),
    ("machines", "contacts"): Kinds(51, category=USER_DEFINED),
    ("contacts", "machines"): Kinds(52, category=USER_DEFINED),
    ("machines", "companies"): Kinds(53, category=USER_DEFINED),
    ("companies", "machines"): Kinds(54, category=USER_DEFINED),
}


def _add_activities() -> None:
    """Record type → activity; the way back is the next number, as in HubSpot's table (201/202, 197/198)."""
    first_ids = {
        "contacts": {"calls": 193, "emails": 197, "meetings": 199, "notes": 201, "tasks": 203},
        "companies": {"calls": 181, "emails": 185, "meetings": 187, "notes": 189, "tasks": 191},
        "deals": {"calls": 205, "emails": 209, "meetings": 211, "notes": 213, "tasks": 215},
    }
    for record_type, activities in first_ids.items():
        for activity, type_id in activities.items():
            KINDS[record_type, activity] = Kinds(type_id)
            KINDS[activity, record_type] = Kinds(type_id + 1)


_add_activities()
