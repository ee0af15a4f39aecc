"""Read pages around a single unreadable record: report it by its id, and continue after it.

The client has already tried smaller pages. If a record fails with its values but not without them, the record is at
fault; if it fails both ways, HubSpot is, and the error is raised.
"""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Unpack

from errors import RepeatedPageError, ServiceError, TokenRefreshBackoffError
from hubspot.client import HubSpotClient
from hubspot.endpoints import Filter, ListPage, Search
from hubspot.records import Records
from hubspot.refusals import FAILURES
from hubspot.wire import Next, Paging

# More in a row mean that HubSpot fails for the whole type.
MOST_IN_A_ROW = 5
# Attempts for each request that separates a record's failure from HubSpot's.
_FEW = 2
_ONLY_ID = ("hs_object_id",)


@dataclass(slots=True)
class RecordPages:
    """Reads lists and searches of one type, or of one request."""

    client: HubSpotClient
    _in_a_row: int = 0
    _has_answered: bool = False

    async def list(self, object_type: str, **page: Unpack[ListPage]) -> Records:
        """As `HubSpotClient.list_records`; for a single unreadable record, an empty page that names it."""
        try:
            found = await self.client.list_records(object_type, **page)
        except RepeatedPageError:  # its records can be read
            raise
        except FAILURES as failed:
            client = self._client_for_one(failed)
            single: ListPage = {**page, "limit": 1, "associations": ()}
            with _no_token_means(failed):
                try:
                    found = await client.list_records(object_type, **single)
                except FAILURES:
                    return self._set_aside(await self._bare_page(client, object_type, single, failed))
        return self._answered(found)

    async def search(self, object_type: str, search: Search) -> Records:
        """As `HubSpotClient.search`; for a single unreadable record, an empty page that names it."""
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
        return self._answered(page)

    def _answered(self, page: Records) -> Records:
        self._in_a_row, self._has_answered = 0, True
        return page

    def _client_for_one(self, failed: ServiceError) -> HubSpotClient:
        """Raises: the failure, if HubSpot has failed too often."""
        if self._in_a_row >= MOST_IN_A_ROW or not self.client.retrier.budget.spend():
            raise failed
        return self.client.failing_after(_FEW)

    def _set_aside(self, bare: Records) -> Records:
        self._in_a_row += 1
        if self._has_answered:  # only after an answer with values: without any, HubSpot may fail for the whole type
            self.client.retrier.budget.refill()
            self._has_answered = False
        unreadable = (*bare.unreadable, *(record.id for record in bare.results))
        return Records([], bare.paging, bare.total, unreadable=unreadable, found_last=bare.last_id)

    async def _bare_page(
        self, client: HubSpotClient, object_type: str, single: ListPage, failed: ServiceError
    ) -> Records:
        """The next record without its values, by list or else by search, to learn its id and the next one."""
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
        # A list can start at an id. If that fails, the list reader notices.
        paging = Paging(Next(found[1].id)) if len(found) > 1 else None
        return Records(found[:1], paging)


@contextmanager
def _no_token_means(failed: ServiceError) -> Iterator[None]:
    """If the token could not be renewed, raise the first failure of the page instead."""
    try:
        yield
    except TokenRefreshBackoffError:
        raise failed from None


async def _or_raise(failed: ServiceError, search: Awaitable[Records]) -> Records:
    """Return the answer. Raises: the earlier failure, if this request fails as well."""
    try:
        return await search
    except FAILURES:
        raise failed from None
