"""Loads, taken whole."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from errors import ServiceError
from hubspot.object_type import ObjectType
from hubspot.query import Query
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Items, LoadEvent, LoadPlan, LoadReceipt
from tests.integration.hubspot.access import ConnectedPortal
from tests.loads import load


@dataclass
class Loaded:
    """Everything a load told."""

    events: list[LoadEvent] = field(default_factory=list)
    error: ServiceError | None = None

    @property
    def items(self) -> list[IntegrationItem]:
        return [item for event in self.events if isinstance(event, Items) for item in event.items]

    @property
    def notices(self) -> list[Notice]:
        return [event for event in self.events if isinstance(event, Notice)]

    @property
    def plan(self) -> LoadPlan:
        first = self.events[0]
        assert isinstance(first, LoadPlan)
        return first

    @property
    def receipt(self) -> LoadReceipt:
        last = self.events[-1]
        assert isinstance(last, LoadReceipt)
        assert sum(isinstance(event, LoadReceipt | LoadPlan) for event in self.events) == 2
        return last

    def of(self, kind: ObjectType) -> list[IntegrationItem]:
        return [item for item in self.items if item.type == kind.item_type]


async def load_all(
    portal: ConnectedPortal,
    query: Query,
    position: object = None,
    *,
    stop: asyncio.Event | None = None,
    on_first_items: Callable[[], object] | None = None,
) -> Loaded:
    """Take everything, and the error that ended it."""
    loaded = Loaded()
    try:
        async for event in load(portal.reader, query, position, stop=stop):
            if on_first_items is not None and isinstance(event, Items) and not loaded.items:
                on_first_items()
            loaded.events.append(event)
    except ServiceError as exc:
        loaded.error = exc
    return loaded
