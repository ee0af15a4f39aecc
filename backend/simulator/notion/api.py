"""Notion's search: pages and databases (data sources) by pages of at most 100, 180 calls a minute.

Sources: Notion API, search by title, versioning, request limits, status codes; changelog, July 15, 2026 (the trash).
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.notion.rendering import DATA_SOURCES_SINCE, VERSIONS, render
from simulator.notion.vendor import Notion
from simulator.notion.workspaces import Json, Workspace, title_of

LARGEST_PAGE = 100


class SearchError(Exception):
    def __init__(self, status: int, code: str, message: str, retry_after_s: int | None = None, **data: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.retry_after_s = retry_after_s
        self.data = data

    def answer(self) -> Response:
        body: Json = {"object": "error", "status": self.status, "code": self.code, "message": str(self)}
        headers = None
        if self.retry_after_s is not None:
            headers = {"Retry-After": str(self.retry_after_s)}
            body["additional_data"] = {"retry_after": str(self.retry_after_s), **self.data}
        return JSONResponse(body | {"request_id": str(uuid.uuid4())}, self.status, headers)


def search(notion: Notion) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            workspace = _authenticate(notion, request)
            version = _version(request)
            return JSONResponse(_search(notion, workspace, version, _body(await request.body())))
        except SearchError as error:
            return error.answer()

    return endpoint


def _authenticate(notion: Notion, request: Request) -> Workspace:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    grant = notion.grants.holder(token.strip(), notion.environment.now_ms()) if scheme.lower() == "bearer" else None
    if grant is None or grant.account_id not in notion.workspaces:
        raise SearchError(401, "unauthorized", "API token is invalid.")
    request.scope["simulator.portal_id"] = grant.account_id
    settings = notion.environment.settings
    closed_s = notion.minutes.take(grant.account_id, settings.notion_per_minute)
    if closed_s is not None and settings.limits_enabled:
        reason = "public_api_request_rate_limit"
        message = "You have been rate limited. Please try again later."
        raise SearchError(429, "rate_limited", message, math.ceil(closed_s), rate_limit_reason=reason)
    return notion.workspaces[grant.account_id]


def _version(request: Request) -> str:
    version = request.headers.get("notion-version")
    if version is None:
        raise SearchError(400, "missing_version", "Notion-Version header should be defined.")
    if version not in VERSIONS:
        raise SearchError(400, "validation_error", f"Notion-Version header should be one of: {', '.join(VERSIONS)}.")
    return version


def _body(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw or b"{}", type=dict[str, Any])
    except msgspec.DecodeError:
        raise SearchError(400, "invalid_json", "Error parsing JSON body.") from None


def _search(notion: Notion, workspace: Workspace, version: str, body: dict[str, Any]) -> Json:
    unknown = set(body) - {"query", "sort", "filter", "start_cursor", "page_size"}
    if unknown:
        raise _invalid(f"body.{min(unknown)} should be not present")
    wanted = _filter(body.get("filter"), version)
    found = [entry for entry in render(workspace.objects, version) if _matches(entry, wanted, body)]
    if direction := _direction(body.get("sort")):
        found.sort(key=lambda entry: str(entry.get("last_edited_time", "")), reverse=direction == "descending")
    limit, start = notion.environment.settings.notion_result_limit, _start(found, body.get("start_cursor"))
    end = min(start + _page_size(body.get("page_size", LARGEST_PAGE)), limit or len(found), len(found))
    kind = "data_source" if version >= DATA_SOURCES_SINCE else "database"
    answer: Json = {
        "object": "list",
        "results": found[start:end],
        "next_cursor": found[end]["id"] if end < len(found) else None,
        "has_more": end < len(found),
        "type": f"page_or_{kind}",
        f"page_or_{kind}": {},
        "request_id": str(uuid.uuid4()),
    }
    if limit is None or not limit <= end < len(found):
        return answer
    incomplete = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    return answer | {"next_cursor": None, "has_more": False, "request_status": incomplete}


@dataclass(frozen=True, slots=True)
class _Wanted:
    kind: str | None
    in_trash: bool


def _filter(raw: Any, version: str) -> _Wanted:
    """By kind, by trash, or both. Older versions take the newer name, too. Source: recorded answer, 2026-04."""
    if raw is None:
        return _Wanted(None, in_trash=False)
    if not isinstance(raw, dict) or not isinstance(raw.get("in_trash", False), bool):
        raise _invalid("body.filter.in_trash should be a boolean")
    in_trash = raw.get("in_trash", False)
    if raw.keys() == {"in_trash"}:
        return _Wanted(None, in_trash=in_trash)
    if raw.get("property") != "object":
        raise _invalid("body.filter.property should be `object`")
    kinds = {"page": "page", "data_source": "data_source"}
    if version < DATA_SOURCES_SINCE:
        kinds = {"page": "page", "data_source": "database", "database": "database"}
    if raw.get("value") not in kinds:
        raise _invalid(f"body.filter.value should be {' or '.join(f'`{kind}`' for kind in kinds)}")
    return _Wanted(kinds[raw["value"]], in_trash=in_trash)


def _matches(found: Json, wanted: _Wanted, body: dict[str, Any]) -> bool:
    """A search shows what is in the trash or what is not, never both."""
    query = body.get("query") or ""
    if not isinstance(query, str):
        raise _invalid("body.query should be a string")
    fits = wanted.kind in {None, found["object"]} and bool(found.get("in_trash")) is wanted.in_trash
    return fits and query.casefold() in title_of(found).casefold()


def _direction(sort: Any) -> str | None:
    if sort is None:
        return None
    if sort == {"property": "relevance"}:
        return None
    valid = isinstance(sort, dict) and sort.get("timestamp") == "last_edited_time"
    if not valid or sort.get("direction") not in {"ascending", "descending"}:
        raise _invalid("body.sort should hold timestamp `last_edited_time` and direction `ascending` or `descending`")
    return str(sort["direction"])


def _page_size(value: Any) -> int:
    if not isinstance(value, int) or not 1 <= value <= LARGEST_PAGE:
        raise _invalid(f"body.page_size should be ≥ 1 and ≤ {LARGEST_PAGE}, instead was `{value}`")
    return value


def _start(found: list[Json], cursor: Any) -> int:
    if cursor is None:
        return 0
    for position, one in enumerate(found):
        if one["id"] == cursor:
            return position
    raise _invalid(f"The start_cursor provided is invalid: {cursor}")


def _invalid(message: str) -> SearchError:
    return SearchError(400, "validation_error", f"body failed validation: {message}.")
