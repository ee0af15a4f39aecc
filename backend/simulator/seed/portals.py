"""Build an account: tables, links, owners, pipelines. Order: plain records, unusual ones, associations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.identity import FIRST_PORTAL, Profile
from simulator.records.columns import Column
from simulator.records.portal import Portal, types_of
from simulator.records.property_catalog import SURVEY_COUNT, survey_name
from simulator.records.table import Table
from simulator.seed.associations import CROWD, build_links
from simulator.seed.edge_cases import make_awkward
from simulator.seed.owners import build_owners
from simulator.seed.pipelines import build_pipelines
from simulator.seed.tables import build_table

DEFAULT_COUNTS: dict[str, int] = {
    "contacts": 1200,
    "companies": 300,
    "deals": 400,
    "tickets": 200,
    "products": 40,
    "line_items": 120,
    "quotes": 30,
    "leads": 40,
    "calls": 40,
    "emails": 40,
    "meetings": 30,
    "notes": 40,
    "tasks": 40,
    "machines": 30,
}
EU_COUNTS: dict[str, int] = {"contacts": 180, "companies": 50, "deals": 60, "notes": 10}
# How many contacts have answered a survey that a test has asked for.
SURVEYED = 2_000
ANSWERED_EVERY = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """What is special about an account's records.

    `crowd`: contacts of the first company, a default when None. `same_modified`: records of each type that were
    modified in one millisecond, a quarter when None. `surveys`: further custom properties of contacts, filled in;
    None for the default number of empty ones.
    `custom_label`: of the custom object, which is named after it: `Deal` makes another `deals`.
    """

    crowd: int | None = None
    same_modified: int | None = None
    surveys: int | None = None
    custom_label: str | None = None


def build_portal(profile: Profile, counts: Mapping[str, int] | None = None, shape: Shape | None = None) -> Portal:
    """Make an account with `counts` live records a type; what is not named gets its default number."""
    shape = shape or Shape()
    first = profile.portal_id == FIRST_PORTAL.portal_id
    profile = replace(profile, custom_label=shape.custom_label)
    wanted = (DEFAULT_COUNTS if first else EU_COUNTS) | dict(counts or {})
    owners = build_owners(profile, active=120 if first else 6, archived=5 if first else 1)
    portal = Portal(profile, owners, build_pipelines(), survey_count=shape.surveys or SURVEY_COUNT)
    for object_type in types_of(profile):
        table = build_table(profile, object_type, wanted.get(object_type.plural, 0), owners, shape.same_modified)
        make_awkward(table)
        portal.tables[object_type.plural] = table
    if shape.surveys is not None:
        _answer_surveys(portal.tables["contacts"], shape.surveys)
    contacts = wanted.get("contacts", 0)
    crowd = min(CROWD, contacts // 2) if shape.crowd is None else shape.crowd
    portal.links = build_links(portal, crowd)
    return portal


def _answer_surveys(contacts: Table, surveys: int) -> None:
    """Let one contact in ten have a value of each survey property."""
    for number in range(surveys):
        rows = range(number % ANSWERED_EVERY, min(len(contacts.ids), SURVEYED), ANSWERED_EVERY)
        column = contacts.columns.setdefault(survey_name(number), Column())
        column.changed.update({row: f"Answer {number} of {row}" for row in rows})
