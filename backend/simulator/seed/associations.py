"""Who belongs to whom, by position among the live records: one crowded company, orphans, second companies, labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.records.association_types import KINDS
from simulator.records.links import LABELLED, PRIMARY, Links
from simulator.records.portal import Portal

# More than the 100 that come inline, so that a client which does not page loses some.
CROWD = 250
ORPHAN_EVERY = 17
SECOND_COMPANY_EVERY = 11
LABEL_EVERY = 13
Pair = tuple[int, int, int]


def build_links(portal: Portal, crowd: int) -> dict[tuple[str, str], Links]:
    """Make both directions of every kind of association that the account's object types allow.

    The first company has `crowd` contacts.
    """
    links: dict[tuple[str, str], Links] = {}
    for (source, target), pairs in _plans(portal, crowd).items():
        source_table, target_table = portal.tables[source], portal.tables[target]
        rows = [(source_table.live[s], target_table.live[t], flags) for s, t, flags in pairs]
        links[source, target] = Links(len(source_table.ids), rows)
        links[target, source] = Links(len(target_table.ids), ((t, s, flags) for s, t, flags in rows))
    return links


def _plans(portal: Portal, crowd: int) -> dict[tuple[str, str], Iterable[Pair]]:
    size = {name: len(table.live) for name, table in portal.tables.items()}
    plans: dict[tuple[str, str], Iterable[Pair]] = {}
    for source, target in KINDS:
        if (target, source) in plans or not size.get(source) or not size.get(target):
            continue
        plans[source, target] = _pairs(source, target, size[source], size[target], crowd)
    return plans


def _pairs(source: str, target: str, sources: int, targets: int, crowd: int) -> Iterator[Pair]:
    if (source, target) == ("contacts", "companies"):
        return _contact_companies(sources, targets, crowd)
    if (source, target) == ("deals", "contacts"):
        return _deal_contacts(sources, targets)
    if target in ("calls", "emails", "meetings", "notes", "tasks"):
        return ((position * 7 % sources, position, 0) for position in range(targets))
    flags = PRIMARY if target in ("companies", "contacts") else 0
    return ((position, position * 7 % targets, flags) for position in range(sources) if position % ORPHAN_EVERY != 5)


def _contact_companies(contacts: int, companies: int, crowd: int) -> Iterator[Pair]:
    for contact in range(contacts):
        crowded = contact < crowd or companies == 1
        if contact % ORPHAN_EVERY == 5 and not crowded:
            continue
        company = 0 if crowded else 1 + contact % (companies - 1)
        yield contact, company, PRIMARY | (LABELLED if contact % LABEL_EVERY == 0 else 0)
        if contact % SECOND_COMPANY_EVERY == 0 and companies > 1:
            yield contact, 1 + company % (companies - 1), 0


def _deal_contacts(deals: int, contacts: int) -> Iterator[Pair]:
    for deal in range(deals):
        yield deal, deal * 3 % contacts, 0
        if deal % 4 == 0:
            yield deal, (deal * 3 + 1) % contacts, 0
