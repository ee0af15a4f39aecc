"""The parts of an item in an answer: `fields`, and for stored items the chosen properties and associations."""

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from errors import ValidationFailedError
from integrations.integration import ItemsPage, ItemsQuery
from integrations.integration_item import IntegrationItem
from integrations.load_events import Items, LoadEvent
from routes.streams import ALL_FIELDS

# Without its id, an item cannot be identified.
ALWAYS = "id"
OF_ASSOCIATIONS = ("parent_path_or_name", "parent_id", "children", "associations", "association_labels")
OF_PROPERTIES = ("properties", "labels")

_decode_item = msgspec.json.Decoder(IntegrationItem).decode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Projection:
    """The shown part of each item.

    Args:
        fields: names of the format's fields; None for all.
        properties: names; None for all that the item has.
        associations: False hides them.
    """

    fields: tuple[str, ...] | None = None
    properties: frozenset[str] | None = None
    associations: bool = True

    @property
    def is_whole(self) -> bool:
        return self.fields is None and self.properties is None and self.associations

    def of_item(self, item: IntegrationItem) -> Any:
        """The chosen fields of an item that was read with this query."""
        if self.fields is None:
            return item
        return {name: getattr(item, name) for name in self.fields}

    def of_page(self, page: ItemsPage) -> Any:
        """A page that was read with this query."""
        return page if self.fields is None else replace(page, items=[self.of_item(item) for item in page.items])

    async def of_events(self, events: AsyncGenerator[LoadEvent, None]) -> AsyncGenerator[LoadEvent, None]:
        """The same events with the shown part of each item."""
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Items) and self.fields is not None:
                    yield Items([self.of_item(item) for item in event.items])
                else:
                    yield event

    def of_stored(self, json: bytes) -> Any:
        """The shown part of a stored item, which may have more than the query requests."""
        if self.is_whole:
            return msgspec.Raw(json)
        item = _decode(json)
        if self.properties is not None:
            item |= {name: _only(item[name], self.properties) for name in OF_PROPERTIES}
        if not self.associations:
            item |= dict.fromkeys(OF_ASSOCIATIONS)
        return item if self.fields is None else {name: item[name] for name in self.fields}

    def of_stored_row(self, json: bytes) -> IntegrationItem:
        """A stored item as a value, for a table."""
        item = _decode_item(json)
        if self.properties is not None:
            for name in OF_PROPERTIES:
                setattr(item, name, _only(getattr(item, name), self.properties))
        if not self.associations:
            for name in OF_ASSOCIATIONS:
                setattr(item, name, None)
        return item


def build_projection(fields: tuple[str, ...] | None, query: ItemsQuery) -> Projection:
    """Raises: ValidationFailedError for a field that items do not have."""
    if unknown := [name for name in fields or () if name not in ALL_FIELDS]:
        raise ValidationFailedError(f"Items have no field “{unknown[0][:40]}”. They have: {', '.join(ALL_FIELDS)}.")
    chosen = None if fields is None else tuple(name for name in ALL_FIELDS if name in {ALWAYS, *fields})
    named = None if query.properties is None or "*" in query.properties else frozenset(query.properties)
    return Projection(chosen, named, query.associations)


def _only(values: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}
