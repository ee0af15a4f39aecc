"""An integration out of one function that reads a slice of an account: pages, cursors, the whole load, its receipt.

A small vendor is a file with its facts, its OAuth departures and such a function; everything else is here. HubSpot
reads its object types side by side and has a loader of its own.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from core.cursor import open_cursor, seal_cursor
from core.rate_limit import Priority
from errors import UnknownObjectTypeError, UpstreamRateLimitedError, ValidationFailedError
from integrations.integration import (
    MAX_PAGE,
    Integration,
    ItemsPage,
    ItemsQuery,
    LoadEvent,
    ObjectTypeAccess,
    ObjectTypeInfo,
)
from integrations.integration_item import IntegrationItem, Notice
from integrations.vendor_api import VendorApi, open_api
from oauth.connection import Account, Connection
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services
from settings import Settings

T = TypeVar("T")

# Items a step of a load: more make fewer calls in vain at its edges, fewer show the first ones sooner.
LOAD_SLICE = 500
# A load that is told to wait more often than this on end stops, and says where to go on.
LONGEST_WAITS = 5
# A page without any item of the kind that was asked for is not worth showing; so many of them in a row are.
EMPTY_SLICES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What one step of reading brought.

    Args:
        after: where to go on, anything JSON can hold; None at the end.
        warnings: each names something that was asked for and is missing for good.
    """

    items: list[IntegrationItem]
    after: Any = None
    warnings: list[Notice] = field(default_factory=list)


ReadSlice = Callable[[VendorApi, Connection, ItemsQuery, Any], Awaitable[Slice]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A small vendor: facts as data, and one loader.

    Args:
        read_slice: at most `query.limit` items from a position on (None: the beginning); its query names object types.
        required_scopes: without one of these nothing can be read; empty where the vendor has no scopes.
        knows_changes: whether `updated_since` can be answered.
        headers: of every call, from the settings.
        pause_s: what a 429 that names no time asks for.
    """

    name: str
    label: str
    object_types: tuple[ObjectTypeInfo, ...]
    build_provider: Callable[[Settings], OAuthProvider]
    read_account: Callable[[Services, TokenGrant], Awaitable[tuple[Account, tuple[str, ...]]]]
    read_slice: ReadSlice
    required_scopes: tuple[str, ...] = ()
    knows_changes: bool = True
    headers: Callable[[Settings], Mapping[str, str]] = lambda _settings: MappingProxyType({})
    pause_s: float = 1.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def as_integration(self) -> Integration:
        return Integration(
            name=self.name,
            label=self.label,
            object_types=self.object_types,
            build_provider=self.build_provider,
            read_account=self.read_account,
            list_object_types=self.list_object_types,
            load_page=self.load_page,
            load=self.load,
        )

    async def list_object_types(self, _services: Services, connection: Connection) -> list[ObjectTypeAccess]:
        """The vendor's fixed ones; it counts none of them."""
        missing = [scope for scope in self.required_scopes if scope not in connection.granted_scopes]
        return [
            ObjectTypeAccess(
                name=kind.name,
                label=kind.label,
                item_type=kind.item_type,
                type_id=kind.name,
                custom=False,
                readable=not missing,
                missing_scopes=missing,
                total=None,
            )
            for kind in self.object_types
        ]

    async def load_page(self, services: Services, connection: Connection, query: ItemsQuery) -> ItemsPage:
        """At most `query.limit` items; fewer only where the vendor's own page brought fewer."""
        query = self._with_object_types(query)
        position = _open(services, connection, query)
        api = self._api(services, connection, "interactive")
        warnings: list[Notice] = []
        items: list[IntegrationItem] = []
        for _ in range(EMPTY_SLICES):
            found = await self._read(api, connection, query, position)
            items, position = found.items, found.after
            warnings += found.warnings
            if items or position is None:
                break
        return ItemsPage(items=items, next=_seal(services, connection, query, position), warnings=warnings)

    async def load(self, services: Services, connection: Connection, query: ItemsQuery) -> AsyncIterator[LoadEvent]:
        """Everything from `query.after` on; a pause the vendor asks for is waited out, with a notice.

        The first slice is read before the first event, so that what fails at once is raised as it is.
        """
        query = replace(self._with_object_types(query), limit=LOAD_SLICE)
        position = _open(services, connection, query)
        api = self._api(services, connection, "bulk")
        tally = _Tally(tuple(kind for kind in self.object_types if kind.name in query.object_types), query, api)
        waits, planned = 0, False
        while True:
            found, wait_s = await self._read_or_wait(api, connection, query, position)
            if not planned:
                yield LoadEvent(plan=tally.plan())
                planned = True
            if found is None:
                waits += 1
                if waits > LONGEST_WAITS:
                    break
                yield LoadEvent(notice=_waiting(self.label, wait_s))
                await self.sleep(wait_s)
                continue
            waits, position = 0, found.after
            tally.add(found)
            for warning in found.warnings:
                yield LoadEvent(notice=warning)
            if found.items:
                yield LoadEvent(items=found.items)
            if position is None:
                break
        resume = _seal(services, connection, query, position)
        yield LoadEvent(receipt=tally.receipt(resume, knows_changes=self.knows_changes))

    async def _read(self, api: VendorApi, connection: Connection, query: ItemsQuery, position: Any) -> Slice:
        """The next slice, its items with the properties that were asked for."""
        found = await self.read_slice(api, connection, query, position)
        if query.properties is not None and "*" not in query.properties:
            for item in found.items:
                item.properties = {name: item.properties[name] for name in query.properties if name in item.properties}
        return found

    async def _read_or_wait(
        self, api: VendorApi, connection: Connection, query: ItemsQuery, position: Any
    ) -> tuple[Slice | None, float]:
        """The next slice, or the seconds to wait before it can be had."""
        try:
            return await self._read(api, connection, query, position), 0.0
        except UpstreamRateLimitedError as exc:
            return None, exc.retry_after_s or self.pause_s

    def _api(self, services: Services, connection: Connection, priority: Priority) -> VendorApi:
        headers = self.headers(services.settings)
        return open_api(services, connection, priority=priority, headers=headers, pause_s=self.pause_s)

    def _with_object_types(self, query: ItemsQuery) -> ItemsQuery:
        """The query with its object types named, each once, in the vendor's order.

        Raises: UnknownObjectTypeError; ValidationFailedError for `updated_since` where changes are not known.
        """
        known = [kind.name for kind in self.object_types]
        if unknown := [name for name in query.object_types if name not in known]:
            raise UnknownObjectTypeError(f"{self.label} has no {unknown[0]!r}. It has: {', '.join(known)}.")
        if query.updated_since is not None and not self.knows_changes:
            raise ValidationFailedError(
                f"{self.label} does not say when things changed. Leave `updated_since` out and compare `delta` instead."
            )
        chosen = query.object_types or tuple(kind.name for kind in self.object_types if kind.default)
        return replace(query, object_types=tuple(name for name in known if name in chosen))


@dataclass(slots=True)
class _Tally:
    """What a load has delivered so far."""

    kinds: tuple[ObjectTypeInfo, ...]
    query: ItemsQuery
    api: VendorApi
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    began_s: float = field(default_factory=time.monotonic)
    delivered: Counter[str] = field(default_factory=Counter)
    warnings: list[Notice] = field(default_factory=list)
    newest: str = ""

    def plan(self) -> dict[str, Any]:
        """How much there is nobody says beforehand."""
        return {
            "object_types": {kind.name: {"total": None} for kind in self.kinds},
            "requests": None,
            "seconds": None,
        }

    def add(self, found: Slice) -> None:
        self.delivered.update(item.type for item in found.items)
        self.newest = max([self.newest, *(item.last_modified_time or "" for item in found.items)])
        self.warnings += found.warnings

    def receipt(self, resume: str | None, *, knows_changes: bool) -> dict[str, Any]:
        complete = not self.warnings and resume is None
        return {
            "complete": complete,
            "object_types": {kind.name: self._of_kind(kind, ended=resume is None) for kind in self.kinds},
            "requests": self.api.requests,
            "duration_s": round(time.monotonic() - self.began_s, 3),
            "watermark": self._watermark() if knows_changes and complete else None,
            "resume": resume,
        }

    def _of_kind(self, kind: ObjectTypeInfo, *, ended: bool) -> dict[str, Any]:
        """Calls are not kept apart by object type: one brings several."""
        skipped = [one.detail for one in self.warnings if one.object_type in {None, kind.name}]
        return {
            "complete": ended and not skipped,
            "total": None,
            "delivered": self.delivered[kind.item_type],
            "requests": self.api.requests,
            "retries": self.api.retries,
            "skipped": skipped,
        }

    def _watermark(self) -> str | None:
        """The newest change delivered, by the vendor's clock, but never later than the load's beginning.

        What changed during the load may have been read before it did.
        """
        began = utc_text(self.began_at)
        if not self.newest:
            return utc_text(self.query.updated_since) if self.query.updated_since else began
        return min(self.newest, began)


def utc_text(moment: datetime) -> str:
    """ISO 8601 with milliseconds, as items have it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def with_delta(item: IntegrationItem) -> IntegrationItem:
    """The item with a version that changes exactly when one of its own fields does."""
    item.delta = None
    item.delta = hashlib.blake2b(msgspec.json.encode(item), digest_size=12).hexdigest()
    return item


def decode_each(results: list[msgspec.Raw], kind: type[T]) -> tuple[list[T], list[Notice]]:
    """Each result by itself: one odd record is named, and does not lose its page."""
    decoded: list[T] = []
    warnings: list[Notice] = []
    for raw in results:
        try:
            decoded.append(msgspec.json.decode(raw, type=kind))
        except msgspec.ValidationError as exc:
            warnings.append(Notice(code="record_unreadable", detail=f"A record could not be read: {exc}."))
    return decoded, warnings


def matches(name: str, q: str | None) -> bool:
    """Free text where the vendor has no search of its own."""
    return q is None or q.casefold() in name.casefold()


def _waiting(label: str, wait_s: float) -> Notice:
    return Notice(
        code="rate_limit_wait",
        detail=f"{label} asked for a pause of {wait_s:.0f} s; the load goes on by itself.",
        wait_s=wait_s,
    )


def _open(services: Services, connection: Connection, query: ItemsQuery) -> Any:
    if query.after is None:
        return None
    connection_id = connection.connection_id
    return open_cursor(services.keyring, query.after, connection_id=connection_id, query=_identity(query))


def _seal(services: Services, connection: Connection, query: ItemsQuery, position: Any) -> str | None:
    if position is None:
        return None
    connection_id = connection.connection_id
    return seal_cursor(services.keyring, position, connection_id=connection_id, query=_identity(query))


def _identity(query: ItemsQuery) -> str:
    """What a cursor belongs to: everything but where one is and how much one takes at a time."""
    return msgspec.json.encode(replace(query, after=None, limit=MAX_PAGE)).decode()
