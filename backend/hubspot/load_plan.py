"""Estimate the calls and seconds of a load from HubSpot's limits. Pure.

Association calls depend on the limit that they count against. If they have a separate limit, they are batch reads
parallel to the lists; otherwise each list page includes its associations (`type_load.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hubspot.association_limit import AssociationCounting
from hubspot.catalog import partners_of
from hubspot.endpoints import ASSOCIATIONS_BATCH_MAX, HISTORIES_BATCH_MAX, LIST_PAGE_MAX, SEARCH_PAGE_MAX
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.record_source import LARGE
from integrations.load_events import LoadPlan, TypePlan

# Calls a second of each limit, and records a second of one list.
CALLS_PER_S, SEARCHES_PER_S, ASSOCIATION_CALLS_PER_S, LIST_RECORDS_PER_S = 11, 4, 10, 600
# The share of a large type that is read by search, parallel to the lists.
SEARCHED_SHARE = SEARCHES_PER_S * SEARCH_PAGE_MAX / (CALLS_PER_S * LIST_PAGE_MAX + SEARCHES_PER_S * SEARCH_PAGE_MAX)
# Definitions and pipelines of each type.
CALLS_FOR_NAMES = 2


@dataclass(frozen=True, slots=True)
class _Calls:
    """Of one type."""

    lists: int
    searches: int
    associations: int
    histories: int


def plan_load(query: Query, totals: Mapping[ObjectType, int | None], associations: AssociationCounting) -> LoadPlan:
    """The plan for these totals and this association limit; without estimates if no total is known."""
    types = {object_type.name: TypePlan(total) for object_type, total in totals.items()}
    known = {object_type: total for object_type, total in totals.items() if total is not None}
    if not known:
        return LoadPlan(object_types=types)
    calls = [_calls(query, object_type, total, associations) for object_type, total in known.items()]
    searches, links = sum(each.searches for each in calls), sum(each.associations for each in calls)
    general = sum(each.lists + each.histories for each in calls) + CALLS_FOR_NAMES * len(known)
    own = links if associations == "exempt" else 0
    seconds = max(
        (general + links - own) / CALLS_PER_S,
        searches / SEARCHES_PER_S,
        own / ASSOCIATION_CALLS_PER_S,
        max((total / LIST_RECORDS_PER_S for total in known.values() if total < LARGE), default=0),
    )
    return LoadPlan(object_types=types, requests=general + searches + links, seconds=round(seconds) + 1)


def _calls(query: Query, object_type: ObjectType, total: int, associations: AssociationCounting) -> _Calls:
    searched = total if query.by_search else round(total * SEARCHED_SHARE) if total >= LARGE else 0
    listed = total - searched
    linked = min(listed, LIST_PAGE_MAX) if associations == "exempt" else listed
    return _Calls(
        lists=_parts(listed, LIST_PAGE_MAX),
        searches=_parts(searched, SEARCH_PAGE_MAX),
        associations=_association_calls(object_type, total, linked) if query.associations else 0,
        histories=_parts(total, HISTORIES_BATCH_MAX) if query.property_history else 0,
    )


def _association_calls(object_type: ObjectType, total: int, linked: int) -> int:
    """Calls to read associations; lists include those of `linked` records, except which parent is primary."""
    rest = _parts(total - linked, ASSOCIATIONS_BATCH_MAX) * len(partners_of(object_type))
    return rest + (_parts(linked, ASSOCIATIONS_BATCH_MAX) if object_type.parent_type is not None else 0)


def _parts(total: int, size: int) -> int:
    return -(-total // size)
