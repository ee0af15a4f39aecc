import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from core.crypto import Keyring
from core.http import HttpClient
from core.retry import INTERACTIVE, Retrier, RetryBudget, RetryPolicy
from core.vendor_clock import VendorClock
from errors import RepeatedPageError, UpstreamUnavailableError
from integrations.integration import ItemsQuery, ObjectTypeInfo
from integrations.integration_item import IntegrationItem
from integrations.load_events import LoadEvent, LoadReceipt
from integrations.paged import Page, Vendor
from integrations.vendor_api import VendorApi
from oauth.connection import Connection
from services.services import Services
from tests.loads import items_of, receipt_of
from tests.unit.integrations.vendor import CONNECTION, PROVIDER

SECOND = timedelta(seconds=1)
VENDOR_S = 1_780_272_000.0
THINGS = ObjectTypeInfo(name="things", label="Things", item_type="Thing", default=True)


async def get_token(*_: object) -> SecretStr:
    return SecretStr("token")


async def no_sleep(_seconds: float) -> None:
    return None


def services(http: HttpClient | None = None) -> Services:
    """What a load takes of the services."""
    found = SimpleNamespace(
        settings=None,
        http=http,
        limiter=None,
        vault=SimpleNamespace(access_token=get_token),
        providers={"vendor": PROVIDER},
        retriers={"vendor": Retrier(RetryPolicy(), RetryBudget(), random.Random(1), sleep=no_sleep)},
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


class TestFailingCalls:
    """The vendor fails more often in a row than a call of a page is tried."""

    @staticmethod
    def services() -> Services:
        answers = iter([*[httpx.Response(503)] * (INTERACTIVE.attempts + 1), httpx.Response(200, json={})])
        transport = httpx.MockTransport(lambda _request: next(answers))
        return services(HttpClient(allowed_origins=[PROVIDER.api_url], transport=transport))

    @staticmethod
    def vendor() -> Vendor:
        async def read_page(api: VendorApi, _connection: Connection, _query: ItemsQuery, _position: Any) -> Page:
            await api.get("/things", dict)
            return Page(items=[IntegrationItem(id="1_Thing", type="Thing", name="x")])

        return replace(vendor(lambda _position: None), read_page=read_page)

    async def test_a_load_is_more_patient(self) -> None:
        events = [event async for event in self.vendor().load(self.services(), CONNECTION, ItemsQuery())]

        assert receipt_of(events).complete

    async def test_a_page_is_not(self) -> None:
        with pytest.raises(UpstreamUnavailableError):
            await self.vendor().get_items(self.services(), CONNECTION, ItemsQuery())


class TestLoadThatFails:
    """The second page fails once."""

    @staticmethod
    def vendor() -> Vendor:
        failures = iter([UpstreamUnavailableError()])

        def following(position: Any) -> Any:
            if position == "a" and (failure := next(failures, None)):
                raise failure
            return "a" if position is None else None

        return vendor(following)

    async def test_the_failure_follows_a_receipt_from_which_the_rest_can_be_loaded(self) -> None:
        broken = self.vendor()
        events: list[LoadEvent] = []
        loading = broken.load(services(), CONNECTION, ItemsQuery())
        while not events or not isinstance(events[-1], LoadReceipt):
            events.append(await anext(loading))
        with pytest.raises(UpstreamUnavailableError):
            await anext(loading)

        resume = receipt_of(events).resume
        rest = [event async for event in broken.load(services(), CONNECTION, ItemsQuery(after=resume))]

        assert not receipt_of(events).complete
        assert [item.id for item in items_of([*events, *rest])] == ["None_Thing", "a_Thing"]
        assert receipt_of(rest).object_types["things"].delivered == 2

    async def test_one_that_fails_at_once_has_none(self) -> None:
        def following(_position: Any) -> Any:
            raise UpstreamUnavailableError

        with pytest.raises(UpstreamUnavailableError):
            await anext(vendor(following).load(services(), CONNECTION, ItemsQuery()))


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
