"""Build an integration from one function that reads a page of an account: pages, cursors, loads and receipts.

A small vendor is one file with its facts, its OAuth differences and this function; everything else is here. HubSpot
reads its object types in parallel and has a separate loader.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import msgspec
from redis.exceptions import RedisError

from core.cursor import Cursors
from core.progress import Progress
from core.rate import Priority
from core.together import cancel_when, task_group
from errors import (
    InvalidCursorError,
    RepeatedPageError,
    ServiceError,
    UnknownObjectTypeError,
    UpstreamRateLimitedError,
    ValidationFailedError,
)
from integrations.connecting import ReadAccount, authorize, get_credentials, oauth2callback
from integrations.integration import (
    MAX_PAGE,
    Integration,
    ItemsPage,
    ItemsQuery,
    ObjectTypeAccess,
    ObjectTypeInfo,
    ObjectTypeList,
)
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Checkpoint, Items, LoadEvent, Position, TypeProgress
from integrations.load_receipt import ReceiptBuilder
from integrations.vendor_api import UpstreamOverloadedError, VendorApi, open_api
from oauth.connection import Connection
from oauth.provider import OAuthProvider
from services.services import Services
from settings import Settings

# Items per page of a load: small pages need more calls, large pages delay the first items.
LOAD_PAGE = 500
# A load with more consecutive waits than this ends, with the position to resume from.
LONGEST_WAITS = 5
# The longest wait, in seconds.
LONGEST_WAIT_S = 120.0
# Vendor pages without items of the chosen types are skipped, at most this many in a row.
EMPTY_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one call of `read_page` returns.

    Args:
        after: where to continue, any JSON value; None at the end.
        warnings: each names requested data that is permanently missing.
    """

    items: list[IntegrationItem]
    after: Any = None
    warnings: list[Notice] = field(default_factory=list)


ReadPage = Callable[[VendorApi, Connection, ItemsQuery, Any], Awaitable[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A small vendor: facts as data, and one loader.

    Args:
        read_page: reads at most `query.limit` items from a position (None: the beginning).
        required_scopes: all are needed to read anything; empty if the vendor has no scopes.
        knows_changes: whether `updated_since` is supported.
        headers: of every call, from the settings.
        pause_s: pause after a 429 without `Retry-After`.
    """

    name: str
    label: str
    object_types: tuple[ObjectTypeInfo, ...]
    build_provider: Callable[[Settings], OAuthProvider]
    read_account: ReadAccount
    read_page: ReadPage
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
            authorize=partial(authorize, self.name),
            oauth2callback=partial(oauth2callback, self.name, self.read_account),
            get_credentials=partial(get_credentials, self.name),
            list_object_types=self.list_object_types,
            get_items=self.get_items,
            load=self.load,
            knows_changes=self.knows_changes,
        )

    async def list_object_types(
        self,
        _services: Services,
        connection: Connection,
        *,
        totals: bool,  # noqa: ARG002 nothing is counted either way
    ) -> ObjectTypeList:
        """The vendor's fixed object types, without counts."""
        missing = [scope for scope in self.required_scopes if scope not in connection.granted_scopes]
        object_types = [
            ObjectTypeAccess(
                name=object_type.name,
                label=object_type.label,
                item_type=object_type.item_type,
                type_id=object_type.name,
                custom=False,
                readable=not missing,
                missing_scopes=missing,
                total=None,
            )
            for object_type in self.object_types
        ]
        return ObjectTypeList(object_types=object_types)

    async def get_items(self, services: Services, connection: Connection, query: ItemsQuery) -> ItemsPage:
        """At most `query.limit` items; fewer only if the vendor's page has fewer."""
        query = self._with_object_types(query)
        cursors = _cursors(services, connection, query, "page")
        position = cursors.open_page(query.after)
        api = self._api(services, connection, "interactive")
        warnings: list[Notice] = []
        items: list[IntegrationItem] = []
        for _ in range(EMPTY_PAGES):
            found = await self._read(api, connection, query, position)
            items, position = found.items, found.after
            warnings += found.warnings
            if items or position is None:
                break
        return ItemsPage(items=items, next=cursors.next_page(query.after, position), warnings=warnings)

    async def load(
        self, services: Services, connection: Connection, query: ItemsQuery
    ) -> AsyncGenerator[LoadEvent, None]:
        """Everything from `query.after`; pauses requested by the vendor are waited out, with a notice.

        The first page is read before the first event, so that an immediate failure is raised unchanged; a later one is
        raised after the receipt.
        """
        query = replace(self._with_object_types(query), limit=LOAD_PAGE)
        cursors = _cursors(services, connection, query, "load")
        receipt = ReceiptBuilder(
            object_types=[object_type for object_type in self.object_types if object_type.name in query.object_types],
            query=query,
            api=self._api(services, connection, "bulk"),
            knows_changes=self.knows_changes,
            position=_read_position(cursors.open(query.after), query.object_types),
        )
        is_planned = False
        failure: ServiceError | RedisError | None = None
        try:
            async with aclosing(self._events(services, connection, query, receipt, cursors)) as events:
                async for event in events:
                    is_planned = True
                    yield event
        except InvalidCursorError:  # the load could not be resumed from there either
            raise
        except (ServiceError, RedisError) as exc:
            if not is_planned:
                raise
            failure = exc
        yield receipt.receipt(None if receipt.has_ended else cursors.seal_place(receipt.resume_position()))
        if failure is not None:
            raise failure

    async def _events(
        self, services: Services, connection: Connection, query: ItemsQuery, receipt: ReceiptBuilder, cursors: Cursors
    ) -> AsyncGenerator[LoadEvent, None]:
        """The events before the receipt."""
        is_planned, is_dated, api = False, query.after is not None, receipt.api
        async with aclosing(self._pages(services, api, connection, query, receipt.position.after)) as pages:
            async for page in pages:
                if not is_planned:
                    yield receipt.plan()
                    is_planned = True
                if isinstance(page, Notice):
                    yield page
                    continue
                if not is_dated:
                    receipt.begin()
                    is_dated = True
                receipt.add(page.items, page.warnings, page.after)
                for warning in page.warnings:
                    yield warning
                if page.items:
                    yield Items(page.items)
                if not receipt.has_ended and receipt.is_checkpoint_due():
                    resume = cursors.seal_place(receipt.resume_position())
                    yield Checkpoint(resume=resume, requests=api.requests)
                if services.shutdown.is_set():
                    break

    async def _pages(
        self, services: Services, api: VendorApi, connection: Connection, query: ItemsQuery, position: Any
    ) -> AsyncGenerator[Page | Notice, None]:
        """Pages to the end, with a notice before each pause.

        Ends early after too many consecutive pauses, or if the service shuts down during one.

        Raises: UpstreamRateLimitedError or UpstreamOverloadedError if nothing was read: there is no position to resume
        from but the caller's.
        """
        begun, waits, progress = False, 0, Progress()
        while True:
            try:
                found = await self._read(api, connection, query, position)
            except (UpstreamRateLimitedError, UpstreamOverloadedError) as exc:
                wait_s = exc.retry_after_s or self.pause_s
                waits += 1
                if waits > LONGEST_WAITS or wait_s > LONGEST_WAIT_S:
                    if position is None or not begun:
                        raise
                    return
                begun = True
                yield _waiting(self.label, wait_s)
                await self._pause(wait_s, services.shutdown)
                if services.shutdown.is_set():
                    return
                continue
            except RepeatedPageError:
                if not begun:
                    raise
                yield _ended_early(self.label)
                return
            begun = True
            yield found
            waits, position = 0, found.after
            if position is None:
                return
            try:
                progress.check(position)
            except RepeatedPageError:
                yield _ended_early(self.label)
                return

    async def _pause(self, wait_s: float, stopping: asyncio.Event) -> None:
        """Wait, unless the service shuts down."""
        async with task_group() as group:
            group.start_soon(cancel_when, stopping, group.cancel_scope)
            await self.sleep(wait_s)
            group.cancel_scope.cancel()

    async def _read(self, api: VendorApi, connection: Connection, query: ItemsQuery, position: Any) -> Page:
        """The next page, its items with the requested properties."""
        found = await self.read_page(api, connection, query, position)
        if query.properties is not None and "*" not in query.properties:
            for item in found.items:
                item.properties = {name: item.properties[name] for name in query.properties if name in item.properties}
        return found

    def _api(self, services: Services, connection: Connection, priority: Priority) -> VendorApi:
        headers = self.headers(services.settings)
        return open_api(services, connection, priority=priority, headers=headers, pause_s=self.pause_s)

    def _with_object_types(self, query: ItemsQuery) -> ItemsQuery:
        """The query with explicit object types, each once, in the vendor's order.

        Raises: UnknownObjectTypeError; ValidationFailedError if the vendor cannot answer the query.
        """
        known = [object_type.name for object_type in self.object_types]
        if unknown := [name for name in query.object_types if name not in known]:
            raise UnknownObjectTypeError(f"{self.label} has no “{unknown[0][:40]}”. It has: {', '.join(known)}.")
        if query.updated_since is not None and not self.knows_changes:
            raise ValidationFailedError(
                f"{self.label} does not say when things changed. Leave `updated_since` out and compare `delta` instead."
            )
        if query.is_search:
            raise ValidationFailedError(f"{self.label} knows neither `sort` nor `filter`.")
        if query.associated_types or query.property_history:
            raise ValidationFailedError(f"{self.label} knows neither `associated_types` nor `property_history`.")
        chosen = query.object_types or tuple(
            object_type.name for object_type in self.object_types if object_type.default
        )
        return replace(query, object_types=tuple(name for name in known if name in chosen))


def _ended_early(label: str) -> Page:
    detail = f"{label} repeats a page instead of continuing, so the load ended early."
    return Page(items=[], warnings=[Notice(code="pages_repeat", detail=detail)])


def _waiting(label: str, wait_s: float) -> Notice:
    return Notice(
        code="rate_limit_wait",
        detail=f"Waiting {wait_s:.0f} s for {label}'s rate limit; the load continues by itself.",
        wait_s=wait_s,
    )


def _cursors(services: Services, connection: Connection, query: ItemsQuery, purpose: str) -> Cursors:
    """Cursors bound to the query, except its position and page size."""
    bound_to = msgspec.json.encode((purpose, replace(query, after=None, limit=MAX_PAGE))).decode()
    return Cursors(services.keyring, connection.connection_id, bound_to)


def _read_position(position: Any, object_types: tuple[str, ...]) -> Position[TypeProgress]:
    """The position, or the beginning if there is none. Raises: InvalidCursorError."""
    if position is None:
        return Position(int(time.time() * 1000), {name: TypeProgress() for name in object_types})
    try:
        read = msgspec.convert(position, Position[TypeProgress])
    except msgspec.ValidationError:
        raise InvalidCursorError from None
    if read.types.keys() != set(object_types):
        raise InvalidCursorError
    return read
