"""Notion: the pages and databases that a user shared with the app, as found by search.

Only search lists everything; Notion does not promise that its results are complete or stable.
Since version 2025-09-03 a database is a container of data sources, which have the columns and pages: each data source
becomes a `Database` item, the container does not. Older versions have one item per database and leave out databases
with several data sources.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from msgspec import Raw, Struct, field

from core.links import vendor_url
from core.rate import Rate
from errors import RepeatedPageError, UpstreamMalformedError
from integrations.integration import MAX_PAGE, ItemsQuery, ObjectTypeInfo
from integrations.integration_item import IntegrationItem, Notice
from integrations.paged import Page, Vendor
from integrations.values import decode_each, utc_text, with_delta
from integrations.vendor_api import Bucket, VendorApi
from oauth.connection import Account, Connection
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services
from settings import Settings

NAME = "notion"
# Source: Notion request limits, June 2026: 180 calls a minute (600 on Business and Enterprise plans), and a limit that
# all connections of a workspace share; each refusal has `Retry-After`. The account is the workspace.
ACCOUNT = Bucket("account", Rate(calls=3, window_ms=1_000, slack_ms=100, burst=1.0))
# Pages were on notion.so and are on app.notion.com; published ones are on notion.site. Source: recorded answers.
WEB_DOMAINS = ("notion.so", "notion.com", "notion.site")
# Source: Notion versioning.
DATA_SOURCES_SINCE = "2025-09-03"
_OBJECT_TYPES = {"Page": "pages", "Database": "databases"}
_ITEM_TYPES = {"page": "Page", "database": "Database", "data_source": "Database"}
# A parent's `type` names the member with its id; a workspace is not an item. Source: Notion parent object.
_PARENT_TYPES = {"page_id": "Page", "database_id": "Database", "data_source_id": "Database", "block_id": "Block"}


class _Text(Struct):
    plain_text: str = ""


class _Property(Struct):
    """A page's value, or a database's definition, whose `title` is not a list."""

    type: str = ""
    title: list[_Text] | dict[str, Any] | None = None


class _Object(Struct):
    """A page, database or data source; only `object` and `id` if we may not read it."""

    object: Literal["page", "database", "data_source"]
    id: str
    parent: dict[str, Any] = field(default_factory=dict)
    database_parent: dict[str, Any] | None = None
    title: list[_Text] = field(default_factory=list)
    properties: dict[str, _Property] = field(default_factory=dict)
    url: str | None = None
    created_time: str | None = None
    last_edited_time: str | None = None
    archived: bool = False
    in_trash: bool = False
    is_archived: bool = False


class _Found(Struct):
    results: list[Raw]
    next_cursor: str | None = None
    has_more: bool = False
    request_status: dict[str, Any] | None = None


def build_provider(settings: Settings) -> OAuthProvider:
    """Notion's OAuth facts. Source: Notion API, authorization guide; create, introspect and revoke a token."""
    return OAuthProvider(
        name=NAME,
        label="Notion",
        authorize_url=settings.notion_authorize_url,
        token_url=f"{settings.notion_api_url}/v1/oauth/token",
        introspect_url=f"{settings.notion_api_url}/v1/oauth/introspect",
        revoke_url=f"{settings.notion_api_url}/v1/oauth/revoke",
        api_url=settings.notion_api_url,
        client_id=settings.notion_client_id,
        client_secret=settings.notion_client_secret,
        redirect_uri=settings.notion_redirect_uri,
        issuer=settings.notion_issuer,
        scopes=(),  # users choose pages instead
        client_authentication="basic",
        request_body="json",
        request_headers=build_headers(settings),
        authorize_parameters={"owner": "user"},
        pkce=False,
        revokes="access_token",
        account_id_field="workspace_id",
        account_name_field="workspace_name",
        grant_id_field="bot_id",  # "An identifier for this authorization"; members of a workspace have one each
    )


def build_headers(settings: Settings) -> Mapping[str, str]:
    return {"Notion-Version": settings.notion_version}


async def read_account(_services: Services, grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
    """The workspace named by the token answer. Raises: UpstreamMalformedError if it names none."""
    if grant.account_id is None:
        raise UpstreamMalformedError
    return Account(account_id=grant.account_id, name=grant.account_name, grant_id=grant.grant_id), ()


async def read_page(api: VendorApi, connection: Connection, query: ItemsQuery, position: Any) -> Page:
    """One page of a search. Source: Notion API, search by title."""
    part = _Part.of(query, position)
    body = dict(_search(api, query, in_trash=part.in_trash), **({"start_cursor": part.cursor} if part.cursor else {}))
    found = await api.post("/v1/search", body, _Found, buckets=(ACCOUNT,))
    if found.has_more and found.next_cursor in {None, part.cursor}:
        raise RepeatedPageError
    objects, warnings = decode_each(found.results, _Object)
    since = query.updated_since and utc_text(query.updated_since.replace(second=0, microsecond=0))
    recent = [found for found in objects if not since or (_time(found.last_edited_time) or since) >= since]
    if found.request_status and found.request_status.get("type") == "incomplete":
        warnings.append(Notice(code="search_incomplete", detail="Notion's search gave up before the end."))
    items = (_item(connection, found_object) for found_object in recent if _is_away(found_object) is query.archived)
    return Page(
        items=[item for item in items if item.object_type in query.object_types],
        after=part.after(query, found.next_cursor if found.has_more and len(recent) == len(objects) else None),
        warnings=warnings,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The position of a load. A search returns live objects or the trash; archived pages are among the live objects.

    So archived objects need two searches: the trash, whose position is its cursor, then the live objects, whose
    position is a list with the cursor. Source: Notion changelog, July 15, 2026, search the trash, query archived pages.
    """

    cursor: str | None
    in_trash: bool

    @classmethod
    def of(cls, query: ItemsQuery, position: Any) -> "_Part":
        if isinstance(position, list):
            return cls(position[0], in_trash=False)
        return cls(position, in_trash=query.archived)

    def after(self, query: ItemsQuery, cursor: str | None) -> Any:
        """The next position; None at the end."""
        if self.in_trash:
            return cursor or [None]
        return [cursor] if query.archived and cursor else cursor


def _search(api: VendorApi, query: ItemsQuery, *, in_trash: bool) -> Iterator[tuple[str, Any]]:
    yield "page_size", min(query.limit, MAX_PAGE)
    # Objects edited during the load move to the end, so none is missed; with `updated_since` the newest are enough.
    direction = "descending" if query.updated_since else "ascending"
    yield "sort", {"timestamp": "last_edited_time", "direction": direction}
    if query.q:
        yield "query", query.q
    kept = {**_filter(api, query), **({"in_trash": True} if in_trash else {})}
    if kept:
        yield "filter", kept


def _filter(api: VendorApi, query: ItemsQuery) -> Mapping[str, Any]:
    if query.object_types == ("pages",):
        return {"property": "object", "value": "page"}
    if query.object_types == ("databases",):
        is_newer = api.headers["Notion-Version"] >= DATA_SOURCES_SINCE
        return {"property": "object", "value": "data_source" if is_newer else "database"}
    return {}


def _item(connection: Connection, found: _Object) -> IntegrationItem:
    item_type = _ITEM_TYPES[found.object]
    parent = found.database_parent or found.parent
    return with_delta(
        IntegrationItem(
            id=f"{found.id}_{item_type}",
            type=item_type,
            directory=item_type == "Database",
            parent_path_or_name=connection.account.name if parent.get("type") == "workspace" else None,
            parent_id=_parent_id(parent),
            name=_title(found).strip() or "Untitled",
            creation_time=_time(found.created_time),
            last_modified_time=_time(found.last_edited_time),
            url=vendor_url(found.url, WEB_DOMAINS),
            mime_type=f"application/vnd.notion.{found.object}+json",
            drive_id=connection.account.account_id,
            visibility=not _is_away(found),
            object_type=_OBJECT_TYPES[item_type],
            record_id=found.id,
        )
    )


def _parent_id(parent: Mapping[str, Any]) -> str | None:
    """None if the parent is not an item, or not as documented."""
    for where, item_type in _PARENT_TYPES.items():
        if parent.get("type") == where and isinstance(id_ := parent.get(where), str) and id_:
            return f"{id_}_{item_type}"
    return None


def _title(found: _Object) -> str:
    """A database's title, or the page property of type title, whatever its name."""
    titles = [
        value.title for value in found.properties.values() if value.type == "title" and isinstance(value.title, list)
    ]
    return "".join(part.plain_text for parts in (found.title, *titles) for part in parts)


def _time(text: str | None) -> str | None:
    """Normalize: pages have `Z`, databases of 2025-09-03 `+00:00`. Source: recorded answers, July 2026."""
    try:
        moment = datetime.fromisoformat(text or "")
        return utc_text(moment) if moment.tzinfo else text
    except (ValueError, OverflowError):  # the second: in UTC it would be before year 1 or after year 9999
        return text


def _is_away(found: _Object) -> bool:
    """Until version 2026-03-11, "archived" and "in trash" were two names for the same state."""
    return found.archived or found.in_trash or found.is_archived


VENDOR = Vendor(
    name=NAME,
    label="Notion",
    object_types=(
        ObjectTypeInfo(name="pages", label="Pages", item_type="Page", default=True),
        ObjectTypeInfo(name="databases", label="Databases", item_type="Database", default=True),
    ),
    build_provider=build_provider,
    read_account=read_account,
    read_page=read_page,
    headers=build_headers,
)
NOTION = VENDOR.as_integration()
