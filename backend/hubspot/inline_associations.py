"""Links that came with the records of a list, read as a batch read of associations would have given them.

A list gives the first hundred links of each record to each type it was asked for. These are still to be read: the rest
of a list that was cut; links to types we cannot name; links with a label; and which of a record's companies is the
primary one. For that only the label in a batch read is documented: in accounts the primary link's type is seen to be
`contact_to_company`, beside `contact_to_company_unlabeled`, but that serves here as a guess only. A link that people
have labeled is taken to be one whose type is not called `…_to_…`.

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
    """What is known for certain, by partner type and record id; what is left out is to be read."""
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
    """Ids of the records' likely parents, one each: their names can be read while it is read who the parents are."""
    found = set()
    for record in records:
        links = (record.associations or {}).get(object_type.parent_type or "")
        if links is not None and links.results:
            likely = next((link for link in links.results if not link.type.endswith("_unlabeled")), links.results[0])
            found.add(str(likely.id))
    return found


def linked_row(object_type: ObjectType, records: Sequence[Record]) -> slice:
    """The longest row of records that have all their links with them."""
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
    """All of them, and none with a label, whose type would be called otherwise than `contact_to_company`."""
    return links.after is None and all(not link.type or _UNLABELED.fullmatch(link.type) for link in links.results)


def _by_partner(record: Record, custom: Mapping[str, ObjectType]) -> Mapping[str, InlineLinks] | None:
    """By our names of the types; None where nothing was asked for, or one has a name that is not ours."""
    if record.associations is None:
        return None
    found = {}
    for name, links in record.associations.items():
        if (partner := find_object_type(name) or custom.get(name.lower())) is None:
            return None
        found[partner.name] = links
    return found
