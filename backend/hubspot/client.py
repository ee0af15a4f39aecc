"""HubSpot's API as functions that return typed values; retries, limits, tokens and paging are handled inside.

`core/api_client.py` makes a call; `protocol.py` interprets its answer. `paging.next.link` is never fetched.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar, Unpack

import msgspec

from core.api_client import AccessTokens, ApiClient, Meter, Read
from core.batches import batches
from core.http import MAX_BODY_BYTES
from core.progress import Progress
from core.together import together
from errors import RepeatedPageError, ServiceError, UpstreamResponseTooLargeError, ValidationFailedError
from hubspot.association_answers import parse_associations
from hubspot.batch_reader import BatchReader
from hubspot.budget import HubSpotBudget, RateLimitBucket
from hubspot.endpoints import (
    BATCH_READ_MAX,
    LONGEST_SEARCH_BODY,
    Endpoints,
    HubSpotCall,
    ListPage,
    Search,
    fits_in_url,
)
from hubspot.protocol import parse
from hubspot.records import Records, parse_linked_records, parse_records
from hubspot.refusals import FAILURES
from hubspot.salvage import parse_listing
from hubspot.smaller_requests import Failures, PageFailures, PageSizes
from hubspot.wire import (
    AccountDetails,
    AssociationsBatch,
    Listing,
    Owner,
    Pipeline,
    Property,
    Schema,
)

T = TypeVar("T")

# Beyond this many owners, ids are not resolved to names.
MOST_OWNERS = 50_000

# A missing scope, or the (undocumented) answer for types that cannot be associated. If the records themselves are
# refused, a request without associations shows it.
_MAYBE_FOR_THE_LINKS = frozenset({400, 403, 404})
_ONLY_ID = ("hs_object_id",)

_account_details = partial(parse, decoder=msgspec.json.Decoder(AccountDetails))
_owners = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Owner]), wire_type=Owner)
_pipelines = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Pipeline]), wire_type=Pipeline)
_properties = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Property]), wire_type=Property)
# Unreadable entries count as well.
_unread = partial(parse, decoder=msgspec.json.Decoder(Listing[msgspec.Raw]))
_schemas = partial(parse_listing, decoder=msgspec.json.Decoder(Listing[Schema]), wire_type=Schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotClient(ApiClient[RateLimitBucket]):
    """One portal. All its calls are reads.

    Args:
        most_failures: failed attempts allowed for a call, in addition to the retrier's limits.
        page_sizes: the page sizes that HubSpot can answer.
    """

    access_token: AccessTokens
    budget: HubSpotBudget
    endpoints: Endpoints
    most_failures: int | None = None
    page_sizes: PageSizes = field(default_factory=PageSizes)

    def metered(self, meter: Meter) -> "HubSpotClient":
        """The same client with another meter."""
        return replace(self, meter=meter)

    def failing_after(self, failures: int | None) -> "HubSpotClient":
        """The same client, which stops retrying a call after this many failures; None leaves it to the retrier."""
        return replace(self, most_failures=failures)

    async def account_details(self) -> AccountDetails:
        return await self._call(self.endpoints.account_details(), _account_details)

    async def list_records(self, object_type: str, **page: Unpack[ListPage]) -> Records:
        """At most 100 records in HubSpot's order; fewer if HubSpot cannot answer a full page.

        Property sets that are too long for a URL are read by batch read. If `associations` are refused, the records
        come without them.

        Raises: RepeatedPageError: the next page would be this page again.
        """
        try:
            return await self._list(object_type, page)
        except ServiceError as exc:
            status = exc.upstream.status if exc.upstream else None
            if not page.get("associations") or status not in _MAYBE_FOR_THE_LINKS:
                raise
        return msgspec.structs.replace(await self._list(object_type, {**page, "associations": ()}), came_alone=True)

    async def batch_read(
        self,
        object_type: str,
        ids: Iterable[str],
        *,
        properties: Sequence[str],
        archived: bool = False,
        most_bytes: int | None = None,
    ) -> Records:
        """The records that exist, each once, in no promised order; a hundred of them have at most `most_bytes`.

        A merged id returns its survivor, under the survivor's id: match by id, never by position.
        """
        ask = partial(self._ask_batch, object_type, archived=archived)
        reader = BatchReader(ask, properties, self.retrier.budget, most_bytes)
        answers = await together(reader.read(batch) for batch in batches(list(dict.fromkeys(ids)), BATCH_READ_MAX))
        by_id = {record.id: record for answer in answers for record in answer.results}
        return Records(
            list(by_id.values()),
            unreadable=tuple(id_ for answer in answers for id_ in answer.unreadable),
            size_bytes=sum(answer.size_bytes for answer in answers),
        )

    async def histories(
        self, object_type: str, ids: Sequence[str], *, properties: Sequence[str], archived: bool = False
    ) -> Records:
        """Up to 50 records with all past values of these properties, in smaller batches if HubSpot fails."""
        ask = partial(self._ask_batch, object_type, archived=archived, past=True)
        return await BatchReader(ask, properties, self.retrier.budget).read(ids)

    async def search(self, object_type: str, search: Search) -> Records:
        """At most 200 records and the number of matches; HubSpot returns the first 10,000 matches only.

        Fewer if HubSpot cannot answer a full page. Property sets that are too long for a search body are read by
        batch read.

        Raises: ValidationFailedError: the text and filters alone are too long for a search body.
        """

        def build(limit: int) -> HubSpotCall:
            return self.endpoints.search(object_type, replace(search, limit=limit))

        key = f"search {object_type}"
        if len(build(search.limit).body) <= LONGEST_SEARCH_BODY:
            return await self._call_sized(key, search.limit, build, parse_records)
        if search.properties == _ONLY_ID:
            raise ValidationFailedError(
                "`q` or `filter` is too long for HubSpot's search. Use a shorter text, or fewer or shorter values."
            )
        found = await self.search(object_type, replace(search, properties=_ONLY_ID))
        return await self._with_properties(key, object_type, found, search.properties)

    async def count(self, object_type: str, search: Search | None = None) -> int | None:
        """The number of live records in the search index that match, whatever their values."""
        return (await self.search(object_type, replace(search or Search(), limit=1, properties=_ONLY_ID))).total

    async def association_batch(
        self, from_type: str, to_type: str, inputs: Sequence[tuple[str, str | None]]
    ) -> AssociationsBatch:
        """Associations of up to 1,000 records, each from its cursor; None is the beginning."""
        return await self._call(self.endpoints.read_associations(from_type, to_type, inputs), parse_associations)

    async def can_associate(self, from_type: str, to_type: str) -> bool:
        """Whether records of the two types can be associated, by HubSpot's list of association types."""
        return bool((await self._call(self.endpoints.association_types(from_type, to_type), _unread)).results)

    async def owners(self) -> list[Owner]:
        """All owners: active ones first, then archived ones."""
        active, archived = await together(self._owners(archived=archived) for archived in (False, True))
        return active + archived

    async def pipelines(self, object_type: str) -> list[Pipeline]:
        return (await self._call(self.endpoints.pipelines(object_type), _pipelines)).results

    async def properties(self, object_type: str) -> list[Property]:
        return (await self._call(self.endpoints.properties(object_type), _properties)).results

    async def schemas(self) -> list[Schema]:
        """The custom object types of the portal."""
        return (await self._call(self.endpoints.schemas(), _schemas)).results

    async def _list(self, object_type: str, page: ListPage) -> Records:
        fits = fits_in_url(page["properties"])

        def build(limit: int) -> HubSpotCall:
            sized: ListPage = {**page, "limit": limit, "properties": page["properties"] if fits else _ONLY_ID}
            return self.endpoints.list_records(object_type, **sized)

        key, read = f"list {object_type}", parse_linked_records if page.get("associations") else parse_records
        listed = await self._call_sized(key, page["limit"], build, read)
        if listed.after is not None and listed.after == page["after"]:
            raise RepeatedPageError
        if fits:
            return listed
        archived = page.get("archived", False)
        return await self._with_properties(key, object_type, listed, page["properties"], archived=archived)

    async def _with_properties(
        self, key: str, object_type: str, found: Records, properties: Sequence[str], *, archived: bool = False
    ) -> Records:
        """Raises: UpstreamResponseTooLargeError if the values are too large together; later pages are then smaller."""
        ids = [record.id for record in found.results]
        try:
            read = await self.batch_read(
                object_type, ids, properties=properties, archived=archived, most_bytes=MAX_BODY_BYTES
            )
        except UpstreamResponseTooLargeError:
            self.page_sizes.answered(key, len(ids), max(1, len(ids) // 2))
            raise
        return found.with_values_of(read)

    async def _ask_batch(
        self,
        object_type: str,
        ids: Sequence[str],
        *,
        properties: Sequence[str],
        archived: bool,
        most_failures: int | None,
        past: bool = False,
    ) -> Records:
        """The present values of these properties, or, if `past`, all that they had."""
        present, histories = ((), properties) if past else (properties, ())
        call = self.endpoints.batch_read(
            object_type, ids, properties=present, with_history=histories, archived=archived
        )
        return await self._call(call, parse_records, most_failures=most_failures)

    async def _owners(self, *, archived: bool) -> list[Owner]:
        found: list[Owner] = []
        after, progress = None, Progress()
        while len(found) < MOST_OWNERS:
            page = await self._call(self.endpoints.owners(after=after, archived=archived), _owners)
            found += page.results
            if page.after is None:
                break
            progress.check(page.after, is_new=bool(page.results))
            after = page.after
        return found

    async def _call_sized(self, key: str, wanted: int, build: Callable[[int], HubSpotCall], read: Read[T]) -> T:
        """A page of this size, or a smaller one if HubSpot cannot answer it."""
        if wanted == 1:
            return await self._call(build(1), read)
        sizes = self.page_sizes.attempts(key, wanted, most=self.retrier.policy.attempts)
        failures = PageFailures(sizes=sizes, build=build)
        retrier = self.retrier.with_attempts(len(sizes))
        try:
            page = await self.call(failures.next_call, read, classify=failures.classify, retrier=retrier)
        except FAILURES:
            if failures.size == 1:
                self.page_sizes.failed(key)
            raise
        self.page_sizes.answered(key, wanted, failures.size)
        return page

    async def _call(self, call: HubSpotCall, read: Read[T], *, most_failures: int | None = None) -> T:
        most = most_failures or self.most_failures or self.retrier.policy.attempts
        return await self.call(call, read, classify=Failures(most).classify, retrier=self.retrier.with_attempts(most))
