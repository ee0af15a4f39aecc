"""Airtable: the bases that a user shared with the app, and their tables.

Bases are listed in pages; the tables of each base are one call, several in parallel within the limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Raw, Struct, field

from core.batches import batches
from core.rate import Rate
from core.together import together
from errors import (
    InvalidCursorError,
    RepeatedPageError,
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
)
from integrations.integration import ItemsQuery, ObjectTypeInfo
from integrations.integration_item import IntegrationItem, Notice
from integrations.paged import Page, Vendor
from integrations.values import decode_each, matches, with_delta
from integrations.vendor_api import Bucket, VendorApi, open_api_of_grant
from oauth.connection import Account, Connection
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services
from settings import Settings

NAME = "airtable"
WEB_URL = "https://airtable.com"
# Source: Airtable web API, rate limits: 5 per second per base, 50 per second per user; then refusals for 30 seconds.
PAUSE_S = 30.0
ACCOUNT = Bucket("account", Rate(calls=50, window_ms=1_000, slack_ms=100, burst=0.5))
_BASE_RATE = Rate(calls=5, window_ms=1_000, slack_ms=100, burst=1.0)
# Bases read in parallel; each has at least one item.
_SIDE_BY_SIDE = 10


class _Table(Struct, rename="camel"):
    id: str
    name: str = ""
    description: str | None = None
    primary_field_id: str | None = None


class _Tables(Struct):
    tables: list[Raw]


class _Base(Struct, rename="camel"):
    id: str
    name: str = ""
    permission_level: str | None = None


class _Bases(Struct):
    bases: list[Raw]
    offset: str | None = None


class _WhoAmI(Struct):
    id: str
    email: str | None = None
    scopes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Schema:
    """The tables of a base, None if they were not requested or cannot be read; `warnings` name what is missing."""

    tables: list[_Table] | None = None
    warnings: Sequence[Notice] = ()


def build_provider(settings: Settings) -> OAuthProvider:
    """Airtable's OAuth facts. Source: Airtable OAuth reference. It documents no way to revoke a grant."""
    return OAuthProvider(
        name=NAME,
        label="Airtable",
        authorize_url=settings.airtable_authorize_url,
        token_url=settings.airtable_token_url,
        api_url=settings.airtable_api_url,
        client_id=settings.airtable_client_id,
        client_secret=settings.airtable_client_secret,
        redirect_uri=settings.airtable_redirect_uri,
        issuer=settings.airtable_issuer,
        scopes=tuple(settings.airtable_scopes.split()),
        client_authentication="basic",
        pkce=True,
        reuse_ends_grant=True,  # source: Airtable support, "Troubleshooting disconnected OAuth integrations"
    )


async def read_account(services: Services, grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
    """The user who consented. Source: Airtable web API, get-user-id-scopes."""
    provider = services.providers[NAME]
    who = await open_api_of_grant(services, provider, grant).get("/v0/meta/whoami", _WhoAmI)
    return Account(account_id=who.id, name=who.email), tuple(sorted(grant.scopes or who.scopes))


async def read_page(api: VendorApi, connection: Connection, query: ItemsQuery, position: Any) -> Page:
    """Bases from a position, each followed by its tables. Source: Airtable web API, list-bases, get-base-schema.

    A position is the vendor's offset, the base to continue with, and its last delivered item.
    """
    offset, at, last = position or (None, None, None)
    path = "/v0/meta/bases" + (f"?{urlencode({'offset': offset})}" if offset else "")
    page = await api.get(path, _Bases, buckets=(ACCOUNT,))
    if page.offset is not None and page.offset == offset:
        raise RepeatedPageError
    all_bases, warnings = decode_each(page.bases, _Base)
    found = Page(items=[], warnings=warnings if at is None else [])
    all_bases = all_bases if at is None else all_bases[_index_of(at, all_bases) :]
    for bases in batches(all_bases, _SIDE_BY_SIDE):
        for base, schema in zip(bases, await together(_schema(api, query, base) for base in bases), strict=True):
            items = list(_items(connection, query, base, schema.tables))
            items = items if last is None else items[_index_of(last, items) + 1 :]
            room = query.limit - len(found.items)
            found.items.extend(items[:room])
            if len(items) > room:
                return replace(found, after=(offset, base.id, items[room - 1].id if room else last))
            last = None
            found.warnings.extend(schema.warnings)
    return replace(found, after=(page.offset, None, None) if page.offset else None)


async def _schema(api: VendorApi, query: ItemsQuery, base: _Base) -> _Schema:
    if query.archived or not ("tables" in query.object_types or query.associations):
        return _Schema()
    buckets = (ACCOUNT, Bucket(f"base-{base.id}", _BASE_RATE))
    try:
        found = await api.get(f"/v0/meta/bases/{quote(base.id, safe='')}/tables", _Tables, buckets=buckets)
    except UpstreamError as exc:
        if (why := _why_for_good(exc)) is None:
            raise
        detail = f"The base “{base.name or base.id}” {why}."
        return _Schema(warnings=[Notice(code="base_unreadable", detail=detail, object_type="tables")])
    return _Schema(*decode_each(found.tables, _Table, object_type="tables"))


def _why_for_good(exc: UpstreamError) -> str | None:
    """Why the tables of a base can never be read; None for temporary failures."""
    match exc:
        case UpstreamMalformedError() | UpstreamResponseTooLargeError():
            return "sends its tables in a form that cannot be read"
        case UpstreamError(upstream=Upstream(status=404)):
            return "is gone"
        case UpstreamError(upstream=Upstream(status=400 | 403 | 410 | 422)):
            return "does not let us read its tables"
    return None


def _items(
    connection: Connection, query: ItemsQuery, base: _Base, tables: list[_Table] | None
) -> Iterator[IntegrationItem]:
    """The base and its tables, if requested. Airtable has no archived bases and no times."""
    of_the_base = IntegrationItem(
        id=f"{base.id}_Base",
        type="Base",
        directory=True,
        name=base.name.strip() or "Untitled base",
        url=_page(base.id),
        children=None if tables is None else [f"{table.id}_Table" for table in tables],
        mime_type="application/vnd.airtable.base+json",
        drive_id=connection.account.account_id,
        object_type="bases",
        record_id=base.id,
        properties={"permissionLevel": base.permission_level},
    )
    of_the_tables = (
        IntegrationItem(
            id=f"{table.id}_Table",
            type="Table",
            parent_path_or_name=of_the_base.name,
            parent_id=of_the_base.id,
            name=table.name.strip() or "Untitled table",
            url=_page(base.id, table.id),
            mime_type="application/vnd.airtable.table+json",
            drive_id=connection.account.account_id,
            object_type="tables",
            record_id=table.id,
            properties={"description": table.description, "primaryFieldId": table.primary_field_id},
        )
        for table in tables or ()
        if "tables" in query.object_types
    )
    wanted = [*([of_the_base] if "bases" in query.object_types else ()), *of_the_tables]
    return (with_delta(item) for item in wanted if not query.archived and matches(item.name, query.q))


def _page(*ids: str) -> str:
    return "/".join([WEB_URL, *(quote(id_, safe="") for id_ in ids)])


def _index_of(id_: str, entries: Sequence[_Base | IntegrationItem]) -> int:
    """Raises: InvalidCursorError if it no longer exists."""
    index = next((index for index, entry in enumerate(entries) if entry.id == id_), None)
    if index is None:
        raise InvalidCursorError("The bases have changed since the last page. Start again without `after`.")
    return index


VENDOR = Vendor(
    name=NAME,
    label="Airtable",
    object_types=(
        ObjectTypeInfo(name="bases", label="Bases", item_type="Base", default=True),
        ObjectTypeInfo(name="tables", label="Tables", item_type="Table", default=True),
    ),
    build_provider=build_provider,
    read_account=read_account,
    read_page=read_page,
    required_scopes=("schema.bases:read",),
    knows_changes=False,
    pause_s=PAUSE_S,
)
AIRTABLE = VENDOR.as_integration()
