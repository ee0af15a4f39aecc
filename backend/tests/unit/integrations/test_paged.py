import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from core.crypto import Keyring
from core.vendor_clock import VendorClock
from errors import RepeatedPageError
from integrations.integration import ItemsQuery, ObjectTypeInfo
from integrations.integration_item import IntegrationItem
from integrations.load_events import LoadEvent
from integrations.paged import Page, Vendor
from integrations.vendor_api import VendorApi
from oauth.connection import Connection
from services.services import Services
from tests.loads import receipt_of
from tests.unit.integrations.vendor import CONNECTION, PROVIDER

SECOND = timedelta(seconds=1)
VENDOR_S = 1_780_272_000.0
THINGS = ObjectTypeInfo(name="things", label="Things", item_type="Thing", default=True)


async def get_no_token(*_: object) -> None:
    """No test here makes a call."""


def services() -> Services:
    """What a load takes of the services before its vendor is asked."""
    found = SimpleNamespace(
        settings=None,
        http=None,
        limiter=None,
        vault=SimpleNamespace(access_token=get_no_token),
        provider=lambda _name: PROVIDER,
        retriers={"vendor": None},
        clocks={"vendor": VendorClock(lambda: VENDOR_S, lambda: 0.0)},
        keyring=Keyring({"k1": bytes(range(32))}),
        shutdown=asyncio.Event(),
    )
    return cast("Services", found)


def vendor(following: Callable[[Any], Any]) -> Vendor:
    """One whose position after each page is a function of the one before it."""

    async def read_page(_api: VendorApi, _connection: Connection, _query: ItemsQuery, position: Any) -> Page:
        after = following(position)
        return Page(items=[IntegrationItem(id=f"{position}_Thing", type="Thing", name="x")], after=after)

    return Vendor(
        name="vendor",
        label="Vendor",
        object_types=(THINGS,),
        build_provider=lambda _settings: PROVIDER,
        read_account=cast("Any", None),
        read_page=read_page,
    )


async def load_all(following: Callable[[Any], Any]) -> list[LoadEvent]:
    return [event async for event in vendor(following).load(services(), CONNECTION, ItemsQuery())]


@pytest.mark.parametrize("following", [lambda position: "b" if position == "a" else "a", lambda _position: "a"])
async def test_positions_that_repeat_end_the_load_with_an_incomplete_receipt(following: Callable[[Any], Any]) -> None:
    events = await load_all(following)

    assert len(events) < 20
    receipt = receipt_of(events)
    assert (receipt.complete, receipt.watermark, receipt.resume) == (False, None, None)
    assert [entry["code"] for entry in receipt.object_types["things"].skipped] == ["pages_repeat"]


async def test_a_watermark_is_never_later_than_the_beginning_by_the_vendors_clock() -> None:
    """By a clock that is ahead, changes between the beginning and the watermark would never be read."""
    receipt = receipt_of(await load_all(lambda _position: None))

    assert receipt.complete
    assert receipt.watermark is not None
    assert timedelta() <= datetime.fromtimestamp(VENDOR_S, UTC) - datetime.fromisoformat(receipt.watermark) < SECOND


async def test_a_vendor_that_repeats_a_page_after_others_ends_the_load_with_a_receipt() -> None:
    def following(position: Any) -> Any:
        if position is None:
            return "a"
        raise RepeatedPageError

    events = await load_all(following)

    assert not receipt_of(events).complete


async def follow_pages(alternating: Vendor) -> None:
    after = None
    for _ in range(5):
        after = (await alternating.get_items(services(), CONNECTION, ItemsQuery(after=after))).next


async def test_a_caller_who_follows_the_pages_of_a_vendor_that_alternates_its_cursors_is_stopped() -> None:
    with pytest.raises(RepeatedPageError):
        await follow_pages(vendor(lambda position: "b" if position == "a" else "a"))
