"""The values that chosen properties had over time: read for each page beside its links, and kept in its records.

Neither a search nor a list beside links gives histories, so they always go by batch read: one call for 50 records.
"""

from collections.abc import Sequence

from hubspot.client import HubSpotClient
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.wire import Record


async def add_histories(
    client: HubSpotClient, query: Query, object_type: ObjectType, records: Sequence[Record]
) -> None:
    """Set `properties_with_history` of the records; `{}` for one that is gone meanwhile."""
    if not query.property_history or not records:
        return
    found = await client.histories(
        object_type.path,
        [record.id for record in records],
        properties=query.property_history,
        archived=query.archived,
    )
    by_id = {record.id: record.properties_with_history for record in found}
    for record in records:
        record.properties_with_history = by_id.get(record.id) or {}
