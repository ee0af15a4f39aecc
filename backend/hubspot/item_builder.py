"""The second stage of a load: turns records of one object type, with histories and associations, into items.

Missing data is reported twice: as a notice when it is found, and in the receipt's `skipped`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from hubspot.associations import AssociationReader, Links
from hubspot.client import HubSpotClient
from hubspot.histories import add_histories
from hubspot.mapper import Mapper
from hubspot.metadata_cache import OWNERS, PROPERTIES, Names
from hubspot.notices import (
    ASSOCIATIONS_UNAVAILABLE,
    HISTORY_UNAVAILABLE,
    NAMES_UNAVAILABLE,
    PROPERTIES_UNAVAILABLE,
    RECORD_UNREADABLE,
    histories_missing,
    odd_records,
    properties_unknown,
    type_names_left_out,
    without_carried,
)
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.record_batch import RecordBatch
from hubspot.skipped import RECORD_WITHOUT_ID, SkippedEntries
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem, Notice

ToItems = Callable[[RecordBatch], list[IntegrationItem]]


@dataclass(slots=True, kw_only=True)
class ItemBuilder:
    """Builds the items of one object type.

    Args:
        remembers_names: other types of the load have their parents among these records.
        undefined: requested properties without a definition, until a record has them anyway.
    """

    client: HubSpotClient
    associations: AssociationReader
    query: Query
    object_type: ObjectType
    names: Names
    mapper: Mapper
    skipped: SkippedEntries
    notify: Callable[[Notice], Awaitable[None]]
    remembers_names: bool
    undefined: tuple[str, ...] = field(default=())

    async def read_links(self, group: Sequence[RecordBatch]) -> ToItems:
        """Read histories and associations of these records; return a function per batch that builds its items."""
        records = [record for batch in group for record in batch.records]
        await self._report_histories(await add_histories(self.client, self.query, self.object_type, records))
        if self.remembers_names:
            self.associations.remember(self.object_type, records)
        if not self.query.associations:
            return lambda batch: [self.mapper.to_item(record) for record in self._accepted(batch)]
        links = await self.associations.links(self.object_type, records)
        for notice in links.notices:
            await self.notify(notice)
        await self._report_missing(links)
        return lambda batch: links.to_items(self.mapper, self._accepted(batch))

    def _accepted(self, batch: RecordBatch) -> list[Record]:
        return [record for record in batch.records if self.query.accepts(record)]

    async def report_names(self, notices: Sequence[Notice]) -> None:
        """Report missing names; `notices` are the type's content notices, none in a resumed load."""
        left_out = self.names.of(self.object_type).left_out
        for notice in notices:
            await self.notify(notice)
        missing = sorted({*left_out, *({OWNERS} if self.names.owners_left_out is not None else ())})
        if missing:
            self.skipped.keep({"code": NAMES_UNAVAILABLE, "names": missing})
        if PROPERTIES in left_out and self.query.needs_definitions:
            self.skipped.keep({"code": PROPERTIES_UNAVAILABLE})

    async def report_odd(self, batch: RecordBatch) -> None:
        """Report records without an id and records that could not be read completely."""
        self.undefined = without_carried(self.undefined, batch.records)
        unreadable = self.skipped.keep_records({"code": RECORD_UNREADABLE}, batch.unreadable)
        for notice in odd_records(self.object_type, batch.records, batch.without_id, unreadable):
            await self.notify(notice)
        if batch.without_id:
            self.skipped.add({"code": RECORD_WITHOUT_ID, "count": batch.without_id})

    async def report_undefined(self) -> None:
        """Report requested properties that no definition and no record has."""
        for notice in properties_unknown(self.object_type, self.undefined):
            await self.notify(notice)

    async def _report_histories(self, missing: Sequence[str]) -> None:
        is_first = all(entry["code"] != HISTORY_UNAVAILABLE for entry in self.skipped.all)
        if self.skipped.keep_records({"code": HISTORY_UNAVAILABLE}, missing) and is_first:
            await self.notify(histories_missing(self.object_type))

    async def _report_missing(self, links: Links) -> None:
        for partner in links.refused:
            self.skipped.keep({"code": ASSOCIATIONS_UNAVAILABLE, "object_type": partner})
        for partner, ids in links.missing.items():
            self.skipped.keep_records({"code": ASSOCIATIONS_UNAVAILABLE, "object_type": partner}, sorted(ids))
        if links.parents_left_out and self.skipped.keep({"code": NAMES_UNAVAILABLE, "names": ["parents"]}):
            for notice in type_names_left_out(self.object_type, ["parents"]):
                await self.notify(notice)
