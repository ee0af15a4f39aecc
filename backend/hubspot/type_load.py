"""One object type of a load: a pipeline from pages of records to items.

Order of events: pages are read (`record_source.py`) → associations are read for several pages together
(`item_builder.py`) → each page's items are sent with the progress that is valid once they are delivered. Both stages
run at the same time; bounded streams between and after them make the reading wait for the caller.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from msgspec.structs import replace

from core.api_client import Meter
from core.together import task_group
from errors import RepeatedPageError, ServiceError, UpstreamRateLimitedError, UpstreamUnavailableError
from hubspot.associations import AssociationReader, Parents
from hubspot.client import HubSpotClient
from hubspot.endpoints import ASSOCIATIONS_BATCH_MAX, LIST_PAGE_MAX
from hubspot.inline_associations import linked_row
from hubspot.item_builder import ItemBuilder
from hubspot.load_position import RecordProgress
from hubspot.mapper import Mapper
from hubspot.metadata_cache import Names
from hubspot.notices import (
    ASSOCIATIONS_UNAVAILABLE,
    PAGES_REPEAT,
    pages_repeat,
    type_left_out,
    type_unreadable,
)
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_batch import BatchSender, GroupSize, RecordBatch, grouped
from hubspot.record_source import RecordSource
from hubspot.refusals import FAILURES, REFUSALS, UNREADABLE
from hubspot.skipped import RECORD_WITHOUT_ID, SkippedEntries
from hubspot.type_count import TypeCount
from hubspot.values import iso_moment
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import TypeReceipt

# Pages in memory, and the size of their answers: half of them wait for the association stage, half are in it.
MOST_PAGES, MOST_PAGES_BYTES = 36, 8 * 1024 * 1024
# The past values of a property in memory, if there are ten; and the least records that they are read of at once.
HISTORY_BYTES, FEWEST_HISTORIES = 4_500, 200
# Longest wait for a group to fill: two or three answers of HubSpot. If each batch read of associations takes a call
# from the lists, about the time in which three types fill their groups.
LINGER_S, FULL_GROUP_LINGER_S = 0.5, 4.0


@dataclass(frozen=True, slots=True)
class TypeItems:
    """Items of one object type, and the progress of the type once they are delivered."""

    items: list[IntegrationItem]
    object_type: ObjectType
    progress: RecordProgress


@dataclass(slots=True, kw_only=True)
class TypeLoad:
    """Loads one object type.

    Args:
        progress: of the interrupted load that this load resumes, or the initial progress.
        parents: parents' names that this load has seen.
        now_s: seconds since the epoch.
        is_parent: other types of the load have their parents among these records.
        parents_known: awaited before associations are read.
    """

    reader: Reader
    query: Query
    object_type: ObjectType
    progress: RecordProgress
    parents: Parents
    meter: Meter
    send: Callable[[TypeItems | Notice], Awaitable[None]]
    now_s: Callable[[], float]
    is_parent: bool
    parents_known: Callable[[], Awaitable[None]]
    is_read: anyio.Event = field(init=False, default_factory=anyio.Event)
    count: TypeCount = field(init=False)
    skipped: SkippedEntries = field(init=False)
    _client: HubSpotClient = field(init=False)
    _associations: AssociationReader = field(init=False)
    _source: RecordSource = field(init=False)
    _sender: BatchSender = field(init=False)
    failure: ServiceError | None = field(init=False, default=None)
    _source_failure: ServiceError | None = field(init=False, default=None)
    _is_done: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._client = self.reader.client.metered(self.meter)
        self.count = TypeCount(
            reader=self.reader,
            meter=self.meter,
            query=self.query,
            object_type=self.object_type,
            total=self.progress.total,
            live=self.progress.live,
            counted_ms=self.progress.counted_ms,
        )
        self._associations = self.reader.association_reader(self._client, self.parents)
        self._source = RecordSource(
            client=self._client,
            associations=self._associations,
            query=self.query,
            object_type=self.object_type,
            count=self.count,
            now_s=self.now_s,
        )
        self.skipped = SkippedEntries(self.progress.skipped)
        if self.progress.without_id:
            self.skipped.add({"code": RECORD_WITHOUT_ID, "count": self.progress.without_id})

    async def run(self) -> None:
        """Load the type; sets `failure` if HubSpot's answers for it cannot be read."""
        try:
            if missing := self.reader.missing_scopes(self.object_type):
                self.skipped.add({"code": "scope_missing", "missing_scopes": missing})
                return
            self._skip_withheld_partners()
            self.object_type.check_defined()
            await self._run()
        except REFUSALS as exc:
            scopes = self.reader.scopes_to_grant(exc, self.object_type)
            notice = type_left_out(self.object_type, scopes, archived=self.query.archived)
            self.skipped.add({"code": notice.code, "missing_scopes": scopes} if scopes else {"code": notice.code})
            await self.send(notice)
        except RepeatedPageError:
            self.skipped.add({"code": PAGES_REPEAT})
            await self.send(pages_repeat(self.object_type))
        except (*FAILURES, UpstreamRateLimitedError) as exc:
            # Without an answer of HubSpot, it is our own limit, which is the account's.
            is_of_account = isinstance(exc, UpstreamRateLimitedError) and exc.upstream is None
            if is_of_account or not (isinstance(exc, UNREADABLE) or self._can_begin_again):
                raise
            self.failure = exc
        finally:
            self.is_read.set()

    def _skip_withheld_partners(self) -> None:
        for partner, scopes in self.reader.withheld_partners(self.query, self.object_type).items():
            self.skipped.add({"code": ASSOCIATIONS_UNAVAILABLE, "object_type": partner.name, "missing_scopes": scopes})

    async def leave_out(self) -> None:
        """Report a failed type if others were read."""
        notice = type_unreadable(self.object_type)
        self.skipped.add({"code": UpstreamUnavailableError.code if self.reader.is_strict else notice.code})
        await self.send(notice)

    @property
    def _can_begin_again(self) -> bool:
        """Whether a later load of this type alone repeats little: only a mirror begins one, and polls are short."""
        return self.reader.is_strict and (self.query.by_search or not self.progress.delivered)

    @property
    def can_resume(self) -> bool:
        """Whether a position alone is enough for a later load to continue."""
        partitions = self._source.partitions
        return not partitions.may_lack and (partitions.are_exact or self._is_done)

    def receipt(self, delivered: int, watermark: str) -> TypeReceipt:
        """The receipt of the type; with the `watermark` for the next load if nothing is missing."""
        complete, since = self._is_done and self.skipped.is_complete, self.query.updated_since
        return TypeReceipt(
            complete=complete,
            total=self.count.total,
            delivered=delivered,
            requests=self.meter.requests,
            retries=self.meter.retries,
            watermark=watermark if complete else None if since is None else iso_moment(since),
            skipped=self.skipped.all,
        )

    # --- the pipeline

    async def _run(self) -> None:
        # The interrupted load may have read all pages of the type without the final completeness check.
        if self.progress.parts != []:
            await self._load()
        self.is_read.set()
        if self.count.total is None and self._source.partitions.may_lack:
            self.skipped.add({"code": "order_lost"})
        found = self.progress.delivered + self.skipped.records
        if not await self.count.explains(found):
            self.skipped.add({"code": "unexplained_shortfall", "count": (self.count.total or 0) - found})
        await self.send(TypeItems([], self.object_type, self._counted(parts=[])))
        self._is_done = True

    def _counted(self, **changes: Any) -> RecordProgress:
        """The progress with these changes; a load that resumes it must not count again: records may have been added."""
        count = self.count
        return replace(self.progress, total=count.total, live=count.live, counted_ms=count.counted_ms, **changes)

    async def _load(self) -> None:
        names = await self._names() if self.query.needs_definitions else Names()
        asked = self.query.asked_properties(self.object_type, names.of(self.object_type))
        properties = self.query.read_properties(self.object_type, asked)
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](MOST_PAGES // 2)
        with sender, receiver:
            self._sender = BatchSender(sender, MOST_PAGES_BYTES)
            async with task_group() as group:
                group.start_soon(self._read, properties)
                await self._build(asked, receiver)
        if self._source_failure is not None:
            raise self._source_failure

    async def _read(self, properties: tuple[str, ...]) -> None:
        """Read pages; those read before a refusal or a repeated page are still delivered."""
        with self._sender.stream:
            try:
                await self._source.read(
                    [replace(part) for part in self.progress.parts or ()],
                    self._sender,
                    properties=properties,
                    accounted=self.progress.delivered + self.skipped.records,
                    without_id=self.progress.without_id,
                )
            except (*REFUSALS, *UNREADABLE, RepeatedPageError) as exc:
                self._source_failure = exc

    async def _build(self, asked: tuple[str, ...], batches: MemoryObjectReceiveStream[RecordBatch]) -> None:
        builder = await self._builder(asked)
        await self.parents_known()
        is_first = True
        async for group in grouped(batches, self._group_size):
            if is_first:  # a refusal of the type gets a notice, its names do not need one
                notices = self.reader.names_notices(self.object_type, builder.names)
                await builder.report_names([] if self.progress.delivered else notices)
                first, *others = group[0].cut(linked_row(self.object_type, group[0].records))
                await self._send_items(builder, [first])
                group = [*others, *group[1:]]  # noqa: PLW2901 what is left of it
                is_first = False
            if group:
                await self._send_items(builder, group)
        await builder.report_undefined()

    async def _send_items(self, builder: ItemBuilder, group: list[RecordBatch]) -> None:
        to_items = await builder.read_links(group)
        for batch in group:
            await builder.report_odd(batch)
            items = to_items(batch)
            self.progress = self._counted(
                parts=batch.rest,
                delivered=self.progress.delivered + len(items),
                without_id=self.progress.without_id + batch.without_id,
                skipped=self.skipped.copy_kept(),
            )
            await self.send(TypeItems(items, self.object_type, self.progress))
            self._sender.release(batch)

    async def _builder(self, asked: tuple[str, ...]) -> ItemBuilder:
        names = await self._names()
        return ItemBuilder(
            client=self._client,
            associations=self._associations,
            query=self.query,
            object_type=self.object_type,
            names=names,
            mapper=Mapper(self.object_type, portal=self.reader.portal, names=names, properties=asked),
            skipped=self.skipped,
            notify=self.send,
            remembers_names=self.is_parent,
            # The properties seen by the interrupted load are unknown.
            undefined=() if self.progress.delivered else self.query.undefined_properties(names.of(self.object_type)),
        )

    async def _names(self) -> Names:
        return await self.reader.read_names([self.object_type], self._client)

    def _group_size(self) -> GroupSize:
        """The next group's size; wait for full groups if a batch read counts against the general limit."""
        records, size_bytes = MOST_PAGES // 2 * LIST_PAGE_MAX, MOST_PAGES_BYTES // 2
        if histories := len(self.query.property_history):
            records = min(records, max(FEWEST_HISTORIES, MOST_PAGES_BYTES // (HISTORY_BYTES * histories)))
        if self._client.budget.associations == "counted":
            return GroupSize(records, ASSOCIATIONS_BATCH_MAX, size_bytes, FULL_GROUP_LINGER_S)
        return GroupSize(min(records, ASSOCIATIONS_BATCH_MAX), ASSOCIATIONS_BATCH_MAX, size_bytes, LINGER_S)
