"""Loads, taken whole."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from errors import ServiceError
from hubspot.load_events import Event, Items, Plan, Receipt
from hubspot.loader import load
from hubspot.object_type import ObjectType
from hubspot.query import Query
from integrations.integration_item import IntegrationItem, Notice
from tests.integration.hubspot.access import ConnectedPortal


@dataclass
class Loaded:
    """Everything a load told."""

    events: list[Event] = field(default_factory=list)
    error: ServiceError | None = None

    @property
    def items(self) -> list[IntegrationItem]:
        return [item for event in self.events if isinstance(event, Items) for item in event.items]

    @property
    def notices(self) -> list[Notice]:
        return [event for event in self.events if isinstance(event, Notice)]

    @property
    def plan(self) -> Plan:
        first = self.events[0]
        assert isinstance(first, Plan)
        return first

    @property
    def receipt(self) -> Receipt:
        last = self.events[-1]
        assert isinstance(last, Receipt)
        assert sum(isinstance(event, Receipt | Plan) for event in self.events) == 2
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
