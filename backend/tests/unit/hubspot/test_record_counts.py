import asyncio

import pytest

from errors import UpstreamUnavailableError
from hubspot.catalog import COMPANIES, CONTACTS
from hubspot.record_counts import Counted, RecordCounts
from tests.unit.hubspot.listed_hub import NOW_S, ListedHub

NOW_MS = int(NOW_S * 1000)


def build_book() -> RecordCounts:
    return RecordCounts(now_s=lambda: NOW_S)


class TestCountBook:
    async def test_all_who_ask_meanwhile_share_one_search(self) -> None:
        hub, book = ListedHub([1, 2, 3]), build_book()

        found = await asyncio.gather(*(book.get(hub.client(), "key", CONTACTS) for _ in range(3)))

        assert found == 3 * [Counted(3, NOW_MS)]
        assert hub.searched == 1

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
