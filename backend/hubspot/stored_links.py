"""The associations of stored items, in the form in which they were read. Pure."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from hubspot.associated import Associated
from hubspot.catalog import partners_of
from hubspot.mapper import Associations
from hubspot.object_type import ObjectType
from integrations.integration_item import IntegrationItem

# Reads the stored items with these record ids, by id; missing ones are left out.
ReadStored = Callable[[ObjectType, Sequence[str]], Awaitable[Mapping[str, IntegrationItem]]]


def links_of(object_type: ObjectType, item: IntegrationItem) -> Associations | None:
    """The associations of a stored item; None if they were not read.

    Its item ids may end with an earlier label of their type.
    """
    if item.associations is None:
        return None
    found: dict[str, Associated] = {}
    for partner in partners_of(object_type):
        if (ids := item.associations.get(partner.name)) is None:
            continue
        labels = (item.association_labels or {}).get(partner.name, {})
        is_parent = partner.name == object_type.parent_type and item.parent_id is not None
        found[partner.name] = Associated(
            ids=[_record_id(id_) for id_ in ids],
            primary_id=_record_id(item.parent_id) if is_parent and item.parent_id else None,
            labels={_record_id(id_): texts for id_, texts in labels.items()},
        )
    return found


def _record_id(item_id: str) -> str:
    return item_id.partition("_")[0]
