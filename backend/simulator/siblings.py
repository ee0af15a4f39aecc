"""The smaller vendors beside HubSpot, opened and reset with HubSpot, and what a test may do to them.

GET  /simulator/{airtable|notion}/accounts                          {id: name}
POST /simulator/{airtable|notion}/accounts/{account_id}/revoke      the user removes the integration
POST /simulator/{airtable|notion}/accounts/{account_id}/expire      its access tokens end now
PUT  /simulator/airtable/accounts/{account_id}/seed                 {"bases": 250, "tables": 2}
PUT  /simulator/notion/accounts/{account_id}/seed                   {"pages": 350}
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.airtable.routes import routes as airtable_routes
from simulator.airtable.vendor import Airtable
from simulator.environment import Environment
from simulator.notion.routes import routes as notion_routes
from simulator.notion.vendor import Notion

Sibling = Airtable | Notion


class Siblings:
    def __init__(self, environment: Environment, state_file: Path | None) -> None:
        self.airtable = Airtable(environment, state_file and state_file.with_name("simulator-airtable.json"))
        self.notion = Notion(environment, state_file and state_file.with_name("simulator-notion.json"))

    def reset(self) -> None:
        """Go back to the defaults; every token issued so far is dead."""
        self.airtable.reset()
        self.notion.reset()

    def routes(self) -> Iterator[Route]:
        yield from airtable_routes(self.airtable)
        yield from notion_routes(self.notion)
        yield from _controls("airtable", self.airtable)
        yield from _controls("notion", self.notion)


def _controls(name: str, sibling: Sibling) -> Iterator[Route]:
    def revoke(account_id: str, _body: bytes) -> None:
        sibling.grants.kill_account(account_id)

    def expire(account_id: str, _body: bytes) -> None:
        sibling.grants.expire_account(account_id, sibling.environment.now_ms())

    def seed(account_id: str, body: bytes) -> None:
        sibling.seed(account_id, msgspec.json.decode(body, type=dict[str, int]))

    async def accounts(_request: Request) -> Response:
        return JSONResponse(sibling.names())

    yield Route(f"/simulator/{name}/accounts", accounts)
    for path, method, deed in (("revoke", "POST", revoke), ("expire", "POST", expire), ("seed", "PUT", seed)):
        yield Route(f"/simulator/{name}/accounts/{{account_id}}/{path}", _control(sibling, deed), methods=[method])


def _control(sibling: Sibling, deed: Callable[[str, bytes], None]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        account_id = request.path_params["account_id"]
        if account_id not in sibling.names():
            return JSONResponse({"error": "unknown account"}, 404)
        try:
            deed(account_id, await request.body())
        except (msgspec.DecodeError, TypeError) as exc:
            return JSONResponse({"error": str(exc)}, 400)
        return Response(status_code=204)

    return endpoint
