"""Build an account: tables, links, owners, pipelines. Order: plain records, awkward ones, associations."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.identity import FIRST_PORTAL, Profile
from simulator.records.portal import Portal, types_of
from simulator.seed.associations import build_links
from simulator.seed.awkward import make_awkward
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


def build_portal(profile: Profile, counts: Mapping[str, int] | None = None) -> Portal:
    """Make an account with `counts` live records a type; what is not named gets its default number."""
    first = profile is FIRST_PORTAL
    wanted = (DEFAULT_COUNTS if first else EU_COUNTS) | dict(counts or {})
    owners = build_owners(profile, active=120 if first else 6, archived=5 if first else 1)
    portal = Portal(profile, owners, build_pipelines())
    for object_type in types_of(profile):
        table = build_table(profile, object_type, wanted.get(object_type.plural, 0), owners)
        make_awkward(table)
        portal.tables[object_type.plural] = table
    portal.links = build_links(portal)
    return portal
