"""A sync source built from an integration's loader, for vendors that list everything quickly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.rate import Usage
from errors import UnknownObjectTypeError
from integrations.integration import Integration, ItemsQuery
from mirror.records import Deletion
from oauth.connection import Connection
from services.services import Services
from sync.session import now_ms
from sync.source import CountWindow, Events, Found
from sync.state import Wanted


@dataclass(frozen=True, slots=True)
class LoaderSource:
    """Reads by whole loads. A record missing from two consecutive complete loads is gone."""

    services: Services
    integration: Integration
    in_id_order: bool = False
    counts: bool = False

    @property
    def knows_changes(self) -> bool:
        return self.integration.knows_changes

    def now_ms(self) -> int:
        return self.services.clocks[self.integration.name].now_ms()

    async def resolve(self, _connection: Connection, names: Sequence[str]) -> dict[str, str]:
        """Raises: UnknownObjectTypeError."""
        known = {entry.name: entry for entry in self.integration.object_types}
        if unknown := [name for name in names if name not in known]:
            raise UnknownObjectTypeError(
                f"{self.integration.label} has no “{unknown[0][:40]}”. It has: {', '.join(known)}."
            )
        chosen = names or [entry.name for entry in known.values() if entry.default]
        return {name: name for name in dict.fromkeys(chosen)}

    def load(
        self, connection: Connection, wanted: Wanted, object_types: Sequence[str], *, resume: str | None
    ) -> Events:
        return self.integration.load(self.services, connection, build_query(wanted, object_types, after=resume))

    def changes(self, connection: Connection, wanted: Wanted, *, since: Mapping[str, datetime]) -> Events:
        query = build_query(wanted, list(since), updated_since=min(since.values()))
        return self.integration.load(self.services, connection, query)

    def window(
        self, connection: Connection, wanted: Wanted, object_type: str, *, after: str | None, until: str | None
    ) -> Events:
        """All records, because small vendors have no windows."""
        del after, until
        return self.integration.load(self.services, connection, build_query(wanted, [object_type]))

    async def find(self, connection: Connection, wanted: Wanted, object_type: str, ids: Sequence[str]) -> Found:
        """Classify records that a complete load did not contain."""
        del connection, wanted
        at_ms = now_ms()
        suffix = next(entry.item_type for entry in self.integration.object_types if entry.name == object_type)
        return Found(
            deletions=[
                Deletion(
                    record_id=id_,
                    item_id=f"{id_}_{suffix}",
                    object_type=object_type,
                    reason="gone",
                    at_ms=at_ms,
                    sent_at_ms=at_ms,
                )
                for id_ in ids
            ]
        )

    async def count(self, connection: Connection, object_type: str, window: CountWindow) -> int | None:
        del connection, object_type, window
        return None

    async def usage(self, connection: Connection) -> Usage | None:
        """Their calls are counted in several windows; none stands for the account."""
        del connection
        return None


def build_query(
    wanted: Wanted,
    object_types: Sequence[str],
    *,
    after: str | None = None,
    updated_since: datetime | None = None,
) -> ItemsQuery:
    """The loader's query for a sync."""
    return ItemsQuery(
        object_types=tuple(object_types),
        properties=wanted.properties,
        associations=wanted.associations,
        after=after,
        updated_since=updated_since,
    )
