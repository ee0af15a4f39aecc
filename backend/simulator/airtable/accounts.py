"""The people who can consent, and their bases: plain ones and unusual ones.

Source: Airtable web API, list-bases, get-base-schema, airtable-ids.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from random import Random

_LETTERS = string.ascii_letters + string.digits
_PLAIN = ("Project Tracker", "Apartment Hunting", "Content Calendar", "Product Roadmap", "Inventory", "Event Planning")
_TABLES = ("Tasks", "People", "Budget", "Suppliers", "Locations")


@dataclass(frozen=True, slots=True)
class Table:
    table_id: str
    name: str
    description: str | None
    primary_field_id: str

    def on_the_wire(self) -> dict[str, object]:
        found: dict[str, object] = {
            "id": self.table_id,
            "name": self.name,
            "primaryFieldId": self.primary_field_id,
            "fields": [{"id": self.primary_field_id, "name": "Name", "type": "singleLineText"}],
            "views": [{"id": "viw" + self.table_id[3:], "name": "Grid view", "type": "grid"}],
        }
        return found if self.description is None else found | {"description": self.description}


@dataclass(frozen=True, slots=True)
class Base:
    """`refused` is the status its schema is answered with instead of its tables."""

    base_id: str
    name: str
    permission: str = "create"
    tables: list[Table] = field(default_factory=list)
    refused: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    email: str
    bases: list[Base]


def build_accounts() -> dict[str, Account]:
    first = Account(
        "usrNorthwindJane01", "jane.doe@northwind-outfitters.example", _plain_bases("jane") + _awkward_bases()
    )
    second = Account("usrBergstroemAnn2", "anna.bergstroem@bergstroem.example", build_bases("anna", 2, 2))
    return {account.user_id: account for account in (first, second)}


def build_bases(seed: str, bases: int, tables: int) -> list[Base]:
    """So many bases with so many tables each, the same ones every time."""
    rng = Random(seed)
    return [
        Base(
            _id(rng, "app"),
            f"Base {number:04}",
            tables=[_table(rng, f"Table {position}") for position in range(tables)],
        )
        for number in range(bases)
    ]


def _plain_bases(seed: str) -> list[Base]:
    rng = Random(seed)
    return [
        Base(_id(rng, "app"), name, tables=[_table(rng, table) for table in _TABLES[: 1 + number % len(_TABLES)]])
        for number, name in enumerate(_PLAIN)
    ]


def _awkward_bases() -> list[Base]:
    rng = Random("awkward")
    many = [_table(rng, f"Week {number:02}") for number in range(1, 53)]
    odd = [_table(rng, "Ünïcode 表 🗂️", "Line one\nline two"), _table(rng, " ")]
    return [
        Base(_id(rng, "app"), "Empty base"),
        Base(_id(rng, "app"), "Kunden & Märkte — „Süd“ 🌍", "read", odd),
        Base(_id(rng, "app"), "A table a week", "edit", many),
        Base(_id(rng, "app"), "Somebody else's", "none", [_table(rng, "Hidden")], refused=403),
        Base(_id(rng, "app"), "Just deleted", "none", refused=404),
        Base(_id(rng, "app"), ""),
    ]


def _table(rng: Random, name: str, description: str | None = None) -> Table:
    return Table(_id(rng, "tbl"), name, description, _id(rng, "fld"))


def _id(rng: Random, prefix: str) -> str:
    return prefix + "".join(rng.choices(_LETTERS, k=14))
