"""Loads in tests: taken whole, their events by type, and positions as text."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

import msgspec

from hubspot import loader
from hubspot.query import Query
from hubspot.reader import Reader
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Items, LoadEvent, LoadReceipt, Position


def seal(position: Position[Any]) -> str:
    """In place of a sealed cursor."""
    return msgspec.json.encode(position).decode()


def load(reader: Reader, query: Query, resume: object = None, **options: Any) -> AsyncGenerator[LoadEvent, None]:
    """A load of a portal, from an earlier `resume` or from a position on."""
    position = msgspec.json.decode(resume) if isinstance(resume, str) else resume
    return loader.load(reader, query, position, seal=seal, **options)


def items_of(events: Iterable[LoadEvent]) -> list[IntegrationItem]:
    return [item for event in events if isinstance(event, Items) for item in event.items]


def notices_of(events: Iterable[LoadEvent]) -> list[Notice]:
    return [event for event in events if isinstance(event, Notice)]


def receipt_of(events: list[LoadEvent]) -> LoadReceipt:
    """The last event."""
    last = events[-1]
    assert isinstance(last, LoadReceipt)
    return last
