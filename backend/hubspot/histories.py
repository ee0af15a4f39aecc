"""Read the past values of chosen properties for each page, and store them in its records.

Lists and searches do not return histories, so they are always read by batch read: 50 records per call, fewer if
HubSpot fails or their histories are too large for one answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.batches import batches
from core.together import together
from hubspot.client import HubSpotClient
from hubspot.endpoints import HISTORIES_BATCH_MAX
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.refusals import REFUSALS
from hubspot.wire import PartialRecord, Record, ValueWithTimestamp

# By record id; None if they are refused, or cannot be read even for a single record.
Histories = dict[str, dict[str, list[ValueWithTimestamp]] | None]


async def add_histories(
    client: HubSpotClient, query: Query, object_type: ObjectType, records: Sequence[Record]
) -> list[str]:
    """Set `properties_with_history` of the records; `{}` for a record deleted in the meantime.

    Returns the ids of records whose histories HubSpot refuses or cannot send.
    """
    if not query.property_history or not records:
        return []
    ids = [record.id for record in records]
    reader = _Reader(client, query, object_type)
    answers = await together(reader.read(batch) for batch in batches(ids, HISTORIES_BATCH_MAX))
    by_id = {id_: history for answer in answers for id_, history in answer.items()}
    for record in records:
        record.properties_with_history = by_id.get(record.id, {})
    return [record.id for record in records if record.properties_with_history is None]


@dataclass(frozen=True, slots=True)
class _Reader:
    client: HubSpotClient
    query: Query
    object_type: ObjectType

    async def read(self, ids: Sequence[str]) -> Histories:
        try:
            found = await self.client.histories(
                self.object_type.path, ids, properties=self.query.property_history, archived=self.query.archived
            )
        except REFUSALS:
            return dict.fromkeys(ids)
        unreadable = {*found.unreadable, *(record.id for record in found.results if isinstance(record, PartialRecord))}
        read = {record.id: record.properties_with_history or {} for record in found.results}
        return {**read, **dict.fromkeys(unreadable)}
