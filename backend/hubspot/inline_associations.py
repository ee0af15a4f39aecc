"""Associations that came with the records of a list, in the form that a batch read of associations returns.

A list returns the first hundred associations of each record with each requested type. A batch read must still return:
the rest of a longer list, associations with types we cannot name, labeled associations, and which company is primary.
HubSpot documents the primary company only as a label in a batch read. In real accounts its inline type is
`contact_to_company` beside `contact_to_company_unlabeled`; we use that only as a guess. An inline association whose
type is not named `…_to_…` counts as labeled.

Sources: HubSpot using-object-apis; changelog, change to how v3 CRM APIs return association data.
"""

import re
from collections.abc import Mapping, Sequence

from hubspot.associated import Associated
from hubspot.catalog import find_object_type, partners_of
from hubspot.object_type import ObjectType
from hubspot.wire import InlineLinks, Record

_NONE = Associated([])
_UNLABELED = re.compile(r"\w+_to_\w+")


def inline_links(object_type: ObjectType, records: Sequence[Record]) -> dict[str, dict[str, Associated]]:
    """The associations that are complete, by associated type and record id; the rest must be read."""
    partners = partners_of(object_type)
    found: dict[str, dict[str, Associated]] = {partner.name: {} for partner in partners}
    custom = {name.lower(): partner for partner in object_type.custom_partners for name in partner.all_names}
    for record in records:
        if (by_partner := _by_partner(record, custom)) is None:
            continue
        for name, known in found.items():
            links = by_partner.get(name)
            if links is None or (not links.results and links.after is None):
                known[record.id] = _NONE
            elif name not in {object_type.parent_type, object_type.name} and _are_known(links):
                known[record.id] = Associated(list(dict.fromkeys(str(link.id) for link in links.results)))
    return found


def likely_parents(object_type: ObjectType, records: Sequence[Record]) -> set[str]:
    """The likely parent of each record, so that names can be read in parallel with the real parents."""
    found = set()
    for record in records:
        links = (record.associations or {}).get(object_type.parent_type or "")
        if links is not None and links.results:
            likely = next((link for link in links.results if not link.type.endswith("_unlabeled")), links.results[0])
            found.add(str(likely.id))
    return found


def linked_row(object_type: ObjectType, records: Sequence[Record]) -> slice:
    """The longest run of records whose associations are all complete."""
    start, longest = 0, slice(0, 0)
    if all(record.associations is None for record in records):  # as on every page but the first
        return longest
    by_partner = inline_links(object_type, records).values()
    for place, record in enumerate(records):
        if any(record.id not in known for known in by_partner):
            start = place + 1
        elif place + 1 - start > longest.stop - longest.start:
            longest = slice(start, place + 1)
    return longest


def _are_known(links: InlineLinks) -> bool:
    """Whether the list is complete and no association has a label."""
    return links.after is None and all(not link.type or _UNLABELED.fullmatch(link.type) for link in links.results)


def _by_partner(record: Record, custom: Mapping[str, ObjectType]) -> Mapping[str, InlineLinks] | None:
    """By our type names; None if no associations were requested or a type is unknown."""
    if record.associations is None:
        return None
    found = {}
    for name, links in record.associations.items():
        if (partner := find_object_type(name) or custom.get(name.lower())) is None:
            return None
        found[partner.name] = links
    return found
