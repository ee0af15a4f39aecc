"""Read the HubSpot records named by signals: one batch read for up to 100.

Associations are read only if they may have changed; otherwise they are taken from the stored item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hubspot.associated import Associated
from hubspot.catalog import partners_of
from hubspot.client import HubSpotClient
from hubspot.mapper import Associations, Mapper
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.wire import Record
from integrations.hubspot_portal import open_client, open_reader, resolve
from integrations.hubspot_sync import HubSpotSource
from integrations.integration_item import IntegrationItem
from integrations.sync_source import build_query
from mirror.records import Deletion
from oauth.connection import Connection
from services.services import Services
from sync.session import now_ms
from sync.signal_source import Reread
from sync.source import Found
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
        client = open_client(self.services, connection)
        query = await _query(self.services, connection, client, wanted, object_type)
        [kind] = query.object_types
        reader = open_reader(self.services, connection, client)
        names = await reader.names.get(client, reader.key, [kind])
        asked = query.asked_properties(kind, names.of(kind))
        sent_at_ms = now_ms()
        answer = await client.batch_read(kind.path, ids, properties=query.read_properties(kind, asked))
        records = {record.id: record for record in answer.results}
        found = [records[id_] for id_ in ids if id_ in records]
        mapper = Mapper(kind, portal=reader.portal, names=names, properties=asked)
        if query.associations:
            new = [record for record in found if record.id not in stored]
            links = await reader.association_reader().links(kind, new)
            items = [mapper.to_item(record, links.of(record.id), links.parent_name(record.id)) for record in new]
            items += [_with_stored_links(mapper, kind, record, stored) for record in found if record.id in stored]
        else:
            items = [mapper.to_item(record) for record in found]
        return Reread(
            items=items,
            missing=[id_ for id_ in ids if id_ not in records and id_ not in answer.unreadable],
            unreadable=[id_ for id_ in ids if id_ in answer.unreadable],
            sent_at_ms=sent_at_ms,
        )

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        return await HubSpotSource(self.services).find(connection, wanted, object_type, ids)

    async def erased(
        self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str], at_ms: int
    ) -> Sequence[Deletion]:
        client = open_client(self.services, connection)
        [kind] = (await _query(self.services, connection, client, wanted, object_type)).object_types
        return [
            Deletion(
                record_id=id_,
                item_id=kind.item_id(id_),
                object_type=kind.name,
                reason="privacy",
                at_ms=at_ms,
                sent_at_ms=at_ms,
            )
            for id_ in ids
        ]


async def _query(
    services: Services, connection: Connection, client: HubSpotClient, wanted: Wanted, object_type: str
) -> Query:
    """The query for this object type."""
    return await resolve(services, connection, client, build_query(wanted, [wanted.types[object_type]]))


def _with_stored_links(
    mapper: Mapper, kind: ObjectType, record: Record, stored: Mapping[str, IntegrationItem]
) -> IntegrationItem:
    item = stored[record.id]
    return mapper.to_item(record, links_of(kind, item), item.parent_path_or_name)


def links_of(kind: ObjectType, item: IntegrationItem) -> Associations | None:
    """The associations of a stored item; None if they were not read."""
    if item.associations is None:
        return None
    found: dict[str, Associated] = {}
    for partner in partners_of(kind):
        if (ids := item.associations.get(partner.name)) is None:
            continue
        suffix = partner.item_id("")
        labels = (item.association_labels or {}).get(partner.name, {})
        is_parent = partner.name == kind.parent_type and item.parent_id is not None
        found[partner.name] = Associated(
            ids=[id_.removesuffix(suffix) for id_ in ids],
            primary_id=item.parent_id.removesuffix(suffix) if is_parent and item.parent_id else None,
            labels={id_.removesuffix(suffix): texts for id_, texts in labels.items()},
        )
    return found
