"""Pages of records of which a single one cannot be had: it is set aside by its id, and the page after it is read.

The client has asked for ever smaller pages before. What fails for one record with its values, but not without them, is
the record's; what fails for both is HubSpot's, and raised.
"""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Unpack

from errors import ServiceError, TokenRefreshBackoffError
from hubspot.client import HubSpotClient
from hubspot.endpoints import Filter, ListPage, Search
from hubspot.records import Records
from hubspot.refusals import FAILURES
from hubspot.wire import Next, Paging

# More in a row are no odd records: HubSpot fails for the whole type.
MOST_IN_A_ROW = 5
# Attempts for each question that tells a record's failure from HubSpot's.
_FEW = 2
_ONLY_ID = ("hs_object_id",)


@dataclass(slots=True)
class RecordPages:
    """Reads lists and searches of one type, or of one request."""

    client: HubSpotClient
    _in_a_row: int = 0

    async def list(self, object_type: str, **page: Unpack[ListPage]) -> Records:
        """As `HubSpotClient.list_records`; where a single record cannot be had, an empty page that names it."""
        try:
            found = await self.client.list_records(object_type, **page)
        except FAILURES as failed:
            client = self._client_for_one(failed)
            single: ListPage = {**page, "limit": 1, "associations": ()}
            with _no_token_means(failed):
                try:
                    found = await client.list_records(object_type, **single)
                except FAILURES:
                    return self._set_aside(await self._bare_page(client, object_type, single, failed))
        self._in_a_row = 0
        return found

    async def search(self, object_type: str, search: Search) -> Records:
        """As `HubSpotClient.search`; where a single record cannot be had, an empty page that names it."""
        try:
            page = await self.client.search(object_type, search)
        except FAILURES as failed:
            client, single = self._client_for_one(failed), replace(search, limit=1)
            with _no_token_means(failed):
                try:
                    page = await client.search(object_type, single)
                except FAILURES:
                    bare = await _or_raise(failed, client.search(object_type, replace(single, properties=_ONLY_ID)))
                    return self._set_aside(bare)
        self._in_a_row = 0
        return page

    def _client_for_one(self, failed: ServiceError) -> HubSpotClient:
        """Raises: the failure, where HubSpot has failed too often to be asked more."""
        if self._in_a_row >= MOST_IN_A_ROW or not self.client.retrier.budget.spend():
            raise failed
        return self.client.failing_after(_FEW)

    def _set_aside(self, bare: Records) -> Records:
        self._in_a_row += 1
        unreadable = (*bare.unreadable, *(record.id for record in bare.results))
        return Records([], bare.paging, bare.total, unreadable=unreadable, found_last=bare.last_id)

    async def _bare_page(
        self, client: HubSpotClient, object_type: str, single: ListPage, failed: ServiceError
    ) -> Records:
        """The next record without its values, of the list or else of the search, which names it and the one after."""
        start = single["after"] or "0"
        bare: ListPage = {**single, "properties": _ONLY_ID}
        try:
            return await client.list_records(object_type, **bare)
        except FAILURES:
            if single.get("archived") or not start.isdecimal():
                raise failed from None
        search = Search(
            filters=(Filter("hs_object_id", "GTE", start),), sort_by=_ONLY_ID[0], properties=_ONLY_ID, limit=2
        )
        found = (await _or_raise(failed, client.search(object_type, search))).results
        if not found:
            raise failed
        # Lists can be entered at an id. Where they cannot, the reader of the list notices.
        paging = Paging(Next(found[1].id)) if len(found) > 1 else None
        return Records(found[:1], paging)


@contextmanager
def _no_token_means(failed: ServiceError) -> Iterator[None]:
    """It was the token that could not be renewed, not the page that failed: report that first failure."""
    try:
        yield
    except TokenRefreshBackoffError:
        raise failed from None


async def _or_raise(failed: ServiceError, search: Awaitable[Records]) -> Records:
    """The answer; where there is none either, the failure before it is raised."""
    try:
        return await search
    except FAILURES:
        raise failed from None
