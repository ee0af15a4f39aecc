"""Two loads of one account share what they read of it: the end of one is no failure of the other."""

import asyncio
import random
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import httpx

from hubspot.catalog import COMPANIES
from hubspot.query import Query
from integrations.load_events import LoadEvent
from tests.loads import items_of, load, receipt_of
from tests.unit.hubspot.small_portal import SmallPortal

QUERY = Query(object_types=(COMPANIES,), associations=False)


@dataclass(slots=True)
class HeldPortal(SmallPortal):
    """Answers for property definitions when it may, and at first with a failure and a long wait."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    has_failed: bool = False

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if "/crm/properties/" in request.url.path:
            self.asked.set()
            await self.may_answer.wait()
            if not self.has_failed:
                self.has_failed = True
                return httpx.Response(503, headers={"Retry-After": "5"})
        return await SmallPortal._answer(self, request)


async def test_a_load_whose_definitions_another_one_began_to_read_goes_on_when_that_one_ends() -> None:
    portal = HeldPortal(random.Random(3), hesitates=1)
    portal.seed(companies=30)
    reader = portal.reader()
    first = load(reader, QUERY)
    await anext(first)
    await portal.asked.wait()
    second = asyncio.create_task(_take(load(reader, QUERY)))
    for _ in range(100):  # until it waits for the same answer
        await asyncio.sleep(0)

    await first.aclose()
    portal.may_answer.set()
    events = await second

    assert len(items_of(events)) == len(portal.records["companies"])
    assert receipt_of(events).complete


async def _take(events: AsyncGenerator[LoadEvent, None]) -> list[LoadEvent]:
    return [event async for event in events]
