import asyncio
from dataclasses import replace

import pytest

from core.vendor_clock import VendorClock
from errors import UpstreamUnavailableError
from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.record_counts import RecordCounts
from tests.unit.hubspot.listed_hub import NOW_S, ListedHub


def build_book() -> RecordCounts:
    return RecordCounts(now_s=lambda: NOW_S)


class TestCountBook:
    async def test_all_who_ask_meanwhile_share_one_search(self) -> None:
        hub, book = ListedHub([1, 2, 3]), build_book()

        found = await asyncio.gather(*(book.get(hub.client(), "key", CONTACTS) for _ in range(3)))

        assert [counted.total for counted in found] == [3, 3, 3]
        assert hub.searched == 1

    async def test_the_time_of_a_count_is_by_hubspots_clock(self) -> None:
        """Records made since then are counted by HubSpot's times: by another clock, older ones would count as new."""
        book = RecordCounts(now_s=lambda: NOW_S)
        client = replace(ListedHub([1]).client(), clock=VendorClock(lambda: NOW_S + 3_600, lambda: 0.0))

        assert (await book.get(client, "key", CONTACTS)).at_ms == int(NOW_S + 3_600) * 1000

    async def test_types_and_accounts_are_kept_apart(self) -> None:
        hub, book = ListedHub([1]), build_book()

        await book.get(hub.client(), "key", CONTACTS)
        await book.get(hub.client(), "key", COMPANIES)
        await book.get(hub.client(), "other", CONTACTS)

        assert hub.searched == 3

    async def test_a_failure_is_not_kept(self) -> None:
        hub, book = ListedHub([1], search_fails=True), build_book()
        with pytest.raises(UpstreamUnavailableError):
            await book.get(hub.client(), "key", CONTACTS)

        hub.search_fails = False

        assert (await book.get(hub.client(), "key", CONTACTS)).total == 1
