"""The common part of pushed webhooks and journal files: the fields of an event, and its signals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

import msgspec

from hubspot.signals import Happening, PortalSignals

T = TypeVar("T")
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class UnreadableBodyError(ValueError):
    """The body has no list of events."""


class RecordEvent(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """The fields of an event that we read. All others, including values, are ignored."""

    portal_id: Id
    object_id: Id | None = None
    object_type_id: str | None = None
    primary_object_id: Id | None = None
    new_object_id: Id | None = None
    merged_object_ids: Annotated[list[Id], msgspec.Meta(max_length=1_000)] = []
    from_object_id: Id | None = None
    from_object_type_id: str | None = None
    to_object_id: Id | None = None
    to_object_type_id: str | None = None

    @property
    def record_ids(self) -> list[int]:
        """Each record once. In a merge the survivor comes first; reading the others shows that they were merged."""
        ids = (self.new_object_id, self.primary_object_id, self.object_id, *self.merged_object_ids)
        return [record_id for record_id in dict.fromkeys(ids) if record_id is not None]


@dataclass(slots=True)
class ReadEvents:
    """The signals of a body, and the number of its events without a signal."""

    portals: dict[int, PortalSignals] = field(default_factory=dict)
    accepted: int = 0
    ignored: int = 0
    """Well-formed events that concern no record."""
    broken: int = 0

    def add(
        self, portal_id: int, happening: Happening | None, targets: Iterable[tuple[str, int]], *, at_ms: int
    ) -> None:
        """Add the signals of one event. `targets` are type and id of each record that may have changed."""
        found = [] if happening is None else list(targets)
        if happening is None or not found:
            self.ignored += 1
            return
        signals = self.portals.setdefault(portal_id, PortalSignals())
        signals.events += 1
        for type_id, record_id in found:
            signals.add(happening, type_id, (record_id,), at_ms)
        self.accepted += 1


def decode_body(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode the list of events, each still as bytes. Raises: UnreadableBodyError."""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise UnreadableBodyError(type(exc).__name__) from exc


def decode_events(raw_events: Iterable[msgspec.Raw], decoder: msgspec.json.Decoder[T], read: ReadEvents) -> Iterator[T]:
    """Decode every event that can be decoded; count the others as broken."""
    for raw in raw_events:
        try:
            event = decoder.decode(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            read.broken += 1
        else:
            yield event
