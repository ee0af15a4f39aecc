"""Read the HubSpot records named by signals: one batch read for up to 100.

Associations are read only if they may have changed; otherwise they are taken from the stored item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from errors import ReconnectRequiredError, ScopeMissingError
from hubspot.custom_objects import without_schema
from hubspot.lookup import ItemMapper
from hubspot.mapper import Mapper
from hubspot.object_type import ObjectType
from hubspot.refusals import FAILURES, NAMES_FAILURES, RefusedError
from hubspot.stored_links import links_of
from hubspot.wire import Record
from integrations.hubspot_sync import HubSpotSource, open_type
from integrations.integration_item import IntegrationItem
from mirror.records import Deletion
from oauth.connection import Connection
from services.services import Services
from sync.session import now_ms
from sync.source import Found, Reread
from sync.state import Wanted


@dataclass(frozen=True, slots=True)
class HubSpotSignalSource:
    """Reads portals for the records that changed."""

    services: Services

    async def reread(
        self,
        connection: Connection,
        wanted: Wanted,
        object_type: str,
        ids: Sequence[str],
        stored: Mapping[str, IntegrationItem],
    ) -> Reread:
        try:
            reader, query, hubspot_type = await open_type(self.services, connection, wanted, object_type)
        except (RefusedError, *FAILURES):  # of schemas: signals of other types need not wait
            return Reread(items=(), missing=(), unreadable=ids, sent_at_ms=now_ms())
        except ScopeMissingError as exc:  # of schemas: the type's own runs notice it
            raise ScopeMissingError(missing_scopes=exc.missing_scopes) from exc
        if missing := reader.missing_scopes(hubspot_type):
            raise ScopeMissingError(missing_scopes=missing)
        mapper = await ItemMapper.open(reader, query, hubspot_type)
        sent_at_ms = now_ms()
        answer = await reader.client.batch_read(hubspot_type.path, ids, properties=mapper.properties)
        records = {record.id: record for record in answer.results}
        found = [records[id_] for id_ in ids if id_ in records]
        reuses = stored if query.associations else {}
        kept = [record for record in found if record.id in reuses]
        items, _ = await mapper.to_items([record for record in found if record.id not in reuses])
        items += [_with_stored_links(mapper.mapper, hubspot_type, record, stored) for record in kept]
        return Reread(
            items=items,
            missing=[id_ for id_ in ids if id_ not in records and id_ not in answer.unreadable],
            unreadable=[id_ for id_ in ids if id_ in answer.unreadable],
            sent_at_ms=sent_at_ms,
        )

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        """With the priority of `reread`: a deletion would hold up the other signals during a load."""
        source = HubSpotSource(self.services)
        return await source.find(connection, wanted, object_type, ids, priority="interactive")

    async def erased(
        self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str], at_ms: int
    ) -> Sequence[Deletion]:
        try:
            _, _, hubspot_type = await open_type(self.services, connection, wanted, object_type)
        except (ReconnectRequiredError, *NAMES_FAILURES) as exc:  # a stored record is deleted by its stored id
            hubspot_type = without_schema(object_type, exc)
        return [
            Deletion(
                record_id=id_,
                item_id=hubspot_type.item_id(id_),
                object_type=hubspot_type.name,
                reason="privacy",
                at_ms=at_ms,
                sent_at_ms=at_ms,
            )
            for id_ in ids
        ]


def _with_stored_links(
    mapper: Mapper, object_type: ObjectType, record: Record, stored: Mapping[str, IntegrationItem]
) -> IntegrationItem:
    item = stored[record.id]
    return mapper.to_item(record, links_of(object_type, item), item.parent_path_or_name)
