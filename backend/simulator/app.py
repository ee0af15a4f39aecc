"""The simulator's web application: HubSpot's routes in both their forms, and the control API.

A dated path names the version second (`/crm/objects/2026-09/contacts`), a legacy one first
(`/crm/v3/objects/contacts`); HubSpot answers `/crm/objects/v3/contacts` too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from simulator.call import Handler, gate, refuse_write
from simulator.control.routes import routes as control_routes
from simulator.crm import account, associations, objects, owners, pipelines, properties, schemas, search
from simulator.door import METHODS, Endpoint, door
from simulator.errors import html_page
from simulator.front import Front
from simulator.limits import Budget
from simulator.oauth.consent import consent_page
from simulator.oauth.endpoints import introspect, issue_tokens, oauth_endpoint, revoke
from simulator.oauth.legacy import access_token_details, refresh_token_details
from simulator.state import SimulatorState
from simulator.webhooks.journal_routes import routes as journal_routes


class VersionConvertor(Convertor[str]):
    """The API versions that exist: dated ones, and the legacy ones that reading still works with."""

    regex = "2025-09|2026-03|2026-09|v1|v3|v4"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("version", VersionConvertor())
_VERSION = "{version:version}"
_TYPE = "{object_type}"

# Each line: API, rest of the path, method, handler, budget.
_CRM: tuple[tuple[str, str, str, Handler, Budget], ...] = (
    ("objects", f"{_TYPE}", "GET", objects.list_records, "burst"),
    ("objects", f"{_TYPE}/batch/read", "POST", objects.batch_read, "burst"),
    ("objects", f"{_TYPE}/search", "POST", search.search_records, "search"),
    ("objects", f"{_TYPE}/{{record_id}}", "GET", objects.get_record, "burst"),
    ("objects", f"{_TYPE}/{{record_id}}/associations/{{to_type}}", "GET", associations.list_associations, "burst"),
    ("associations", f"{_TYPE}/{{to_type}}/batch/read", "POST", associations.batch_read_associations, "associations"),
    ("associations", f"{_TYPE}/{{to_type}}/labels", "GET", associations.list_labels, "associations"),
    ("properties", f"{_TYPE}", "GET", properties.list_properties, "burst"),
    ("properties", f"{_TYPE}/batch/read", "POST", properties.batch_read_properties, "burst"),
    ("properties", f"{_TYPE}/groups", "GET", properties.list_groups, "burst"),
    ("properties", f"{_TYPE}/{{property_name}}", "GET", properties.get_property, "burst"),
    ("owners", "", "GET", owners.list_owners, "burst"),
    ("owners", "{owner_id}", "GET", owners.get_owner, "burst"),
    ("pipelines", f"{_TYPE}", "GET", pipelines.list_pipelines, "burst"),
    ("pipelines", f"{_TYPE}/{{pipeline_id}}", "GET", pipelines.get_pipeline, "burst"),
    ("pipelines", f"{_TYPE}/{{pipeline_id}}/stages", "GET", pipelines.list_stages, "burst"),
    ("pipelines", f"{_TYPE}/{{pipeline_id}}/stages/{{stage_id}}", "GET", pipelines.get_stage, "burst"),
    ("schemas", "", "GET", schemas.list_schemas, "burst"),
    ("schemas", f"{_TYPE}", "GET", schemas.get_schema, "burst"),
)
# The methods HubSpot takes where it takes more than the simulator plays, as its 405 lists them. Source: measured
# answers, 2026-10-19 and 2026-10-22.
_ALLOWED = {
    ("objects", _TYPE): "POST,GET,OPTIONS",
    ("objects", f"{_TYPE}/{{record_id}}"): "DELETE,GET,OPTIONS,PATCH",
}
# Each line: path, method, handler.
_OTHERS: tuple[tuple[str, str, Handler], ...] = (
    (f"/crm-object-schemas/{_VERSION}/schemas", "GET", schemas.list_schemas),
    (f"/crm-object-schemas/{_VERSION}/schemas/{_TYPE}", "GET", schemas.get_schema),
    (f"/account-info/{_VERSION}/details", "GET", account.account_details),
    (f"/appinstalls/{_VERSION}/external-install", "DELETE", account.uninstall),
)


def build_app(state: SimulatorState) -> ASGIApp:
    """Make the ASGI application of a state."""
    pages = {404: _html_answer, 405: _html_answer}
    routes = [
        *_oauth_routes(state),
        *_api_routes(state),
        *control_routes(state),
        *journal_routes(state),
        *state.siblings.routes(),
    ]
    return Front(state, Starlette(routes=routes, exception_handlers=pages))


def _api_routes(state: SimulatorState) -> Iterator[BaseRoute]:
    otherwise = gate(state, refuse_write)
    for (api, rest), handlers in _crm_handlers(state).items():
        allowed = _ALLOWED.get((api, rest), f"{','.join(handlers)},OPTIONS")
        endpoint = door(allowed, handlers, otherwise)
        for base in (f"/crm/{api}/{_VERSION}", f"/crm/{_VERSION}/{api}"):
            yield Route(f"{base}/{rest}".rstrip("/"), endpoint, methods=METHODS)
    for path, method, handler in _OTHERS:
        yield Route(path, door(f"{method},OPTIONS", {method: gate(state, handler)}, otherwise), methods=METHODS)


def _crm_handlers(state: SimulatorState) -> dict[tuple[str, str], dict[str, Endpoint]]:
    """The gated handlers of each path, by method."""
    found: dict[tuple[str, str], dict[str, Endpoint]] = defaultdict(dict)
    for api, rest, method, handler, budget in _CRM:
        found[api, rest][method] = gate(state, handler, budget)
    return found


def _oauth_routes(state: SimulatorState) -> Iterator[BaseRoute]:
    for path in ("/oauth/authorize", "/oauth/{account_id:int}/authorize"):
        yield Route(path, consent_page(state), methods=["GET", "POST"])
    for rest, deed in (("", issue_tokens), ("/introspect", introspect), ("/revoke", revoke)):
        yield Route(f"/oauth/{_VERSION}/token{rest}", oauth_endpoint(state, deed), methods=["POST"])
    yield Route("/oauth/v1/access-tokens/{token}", access_token_details(state), methods=["GET"])
    yield Route("/oauth/v1/refresh-tokens/{token}", refresh_token_details(state), methods=["GET", "DELETE"])


async def _html_answer(_request: Request, exc: Exception) -> Response:
    """HTML for an unrouted path and for a wrong method. Source: capture 2026-04-21."""
    status = getattr(exc, "status_code", 500)
    return HTMLResponse(html_page(status, "Not Found" if status == 404 else "Method Not Allowed"), status)
