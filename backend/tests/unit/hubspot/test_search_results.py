from collections.abc import Sequence
from typing import Any

import anyio
import httpx
import pytest

from errors import UpstreamMalformedError
from hubspot.catalog import CONTACTS
from hubspot.id_range import IdRange
from hubspot.query import Query
from hubspot.record_batch import BatchSender, RecordBatch
from hubspot.record_pages import RecordPages
from hubspot.search_results import read_search_results
from tests.unit.hubspot.test_client import Portal, each

QUERY = Query(object_types=(CONTACTS,), q="x")


def found(*ids: str | None, more: bool = False) -> httpx.Response:
    """A page of these; None is a record without an id."""
    results: list[dict[str, Any]] = [{"properties": {}} | ({} if id_ is None else {"id": id_}) for id_ in ids]
    paging: dict[str, Any] = {"paging": {"next": {"after": "200"}}} if more else {}
    return httpx.Response(200, json={"total": 9, "results": results, **paging})


async def read(portal: Portal) -> Sequence[RecordBatch]:
    pages = RecordPages(portal.client)
    sender, receiver = anyio.create_memory_object_stream[RecordBatch](9)
    with receiver:
        with sender:
            await read_search_results(
                pages, QUERY, CONTACTS, properties=(), parts=[IdRange()], sender=BatchSender(sender, 10**9)
            )
        return [batch async for batch in receiver]


class TestMatches:
    async def test_an_id_that_is_no_number_at_a_pages_end_stops_nothing(self) -> None:
        portal = Portal(each(found("3", "5", "odd", more=True), found("8")))

        record_batches = await read(portal)

        assert [record.id for record_batch in record_batches for record in record_batch.records] == [
            "3",
            "5",
            "odd",
            "8",
        ]
        assert b'"GT","value":"5"' in portal.requests[1].content

    async def test_a_record_without_an_id_that_two_pages_hold_is_told_of_once(self) -> None:
        portal = Portal(each(found(None, "3", None, more=True), found(None, "5")))

        assert [record_batch.without_id for record_batch in await read(portal)] == [1, 1]

    async def test_a_page_that_names_nothing_to_go_on_behind_is_an_error_and_not_the_end(self) -> None:
        portal = Portal(each(found("3", more=True), found(None, None, more=True)))

        with pytest.raises(UpstreamMalformedError):
            await read(portal)
