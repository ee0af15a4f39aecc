"""The stock UI's form routes, byte-compatible: authorize, credentials, load.

The UI posts `user_id` and `org_id`, opens the returned URL, and requests `credentials` after the popup closes; to load
items it sends that object back as JSON text. Here the object is a handle without a secret: it names the owner and the
connection, and is verified like any other input.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import fields, make_dataclass
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response

from errors import (
    ForbiddenError,
    NotConnectedError,
    NotFoundError,
    ProviderNotConfiguredError,
    RateLimitedError,
    UnsupportedMediaTypeError,
    UpstreamUnavailableError,
    ValidationFailedError,
)
from integrations.integration import ItemsQuery
from integrations.integration_item import IntegrationItem
from integrations.load_events import Items, LoadEvent, LoadPlan, LoadReceipt
from integrations.registry import INTEGRATIONS
from oauth.connection import Connection
from oauth.flow import Start
from routes.auth.principal import FormCaller, Principal, SignInDependency
from routes.cancel_on_client_disconnect import while_connected
from routes.connect import with_flow_cookie
from routes.connections import get_connection
from routes.dependencies import IntegrationDependency, ServicesDependency
from routes.loads import limited_load
from routes.negotiation import JSON
from routes.parameters import refuse_unclear_query
from routes.responses import CONNECTION_ERRORS, errors
from routes.streams import ITEM_FIELDS, ClosedStream, all_events

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_HANDLE_LENGTH = 10_000
# A list of items without our fields, for the OpenAPI document.
STOCK_FIELDS = [(field.name, field.type) for field in fields(IntegrationItem) if field.name in ITEM_FIELDS]
STOCK_ITEMS = GenericAlias(list, (make_dataclass("StockItem", STOCK_FIELDS),))


async def refuse_other_bodies(request: Request) -> None:
    """Raises: UnsupportedMediaTypeError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FORM_TYPES:
        raise UnsupportedMediaTypeError(f"This address reads a form: {' or '.join(FORM_TYPES)}.")


CHECKS = [Depends(refuse_other_bodies), Depends(refuse_unclear_query)]
router = APIRouter(prefix="/integrations/{provider}", tags=["stock UI"], dependencies=CHECKS)
router_of_hubspot = APIRouter(prefix="/integrations/hubspot", tags=["stock UI"], dependencies=CHECKS)


class NoCredentialsError(NotConnectedError):
    """The detail and status that the stock UI expects."""

    status = 400
    default_detail = "No credentials found."


class Handle(BaseModel):
    """The `credentials` of the stock UI: they name a connection but grant no access."""

    model_config = ConfigDict(extra="forbid")

    connection_id: Annotated[str, Field(max_length=64)]
    provider: str
    status: str
    user_id: Annotated[str, Field(max_length=200)]
    org_id: Annotated[str, Field(max_length=200)]
    portal_id: str
    portal_name: str | None


@router.post(
    "/authorize",
    operation_id="authorize_by_form",
    response_model=str,
    responses=errors(NotFoundError, UnsupportedMediaTypeError, RateLimitedError, ProviderNotConfiguredError),
)
async def authorize_by_form(
    services: ServicesDependency, integration: IntegrationDependency, caller: FormCaller
) -> Response:
    """Start to connect an account; the answer is the consent page's URL as a bare JSON string.

    In local mode any browser may finish the attempt, because the UI calls this route from another origin and gets no
    cookie. With a host token the answer sets the flow cookie; the attempt must be finished by the browser with this
    cookie, or by one with a session of the same user.
    """
    if caller.via == "session":
        raise ForbiddenError(
            "A browser session connects through GET authorize, which binds the attempt to the browser."
        )
    is_local = caller.via == "local"
    flow = await integration.authorize(services, caller.owner, Start(any_browser=is_local))
    answer = JSONResponse(flow.authorization_url)
    return answer if is_local else with_flow_cookie(answer, flow)


@router.post(
    "/credentials",
    operation_id="credentials_by_form",
    response_model=Handle,
    responses=errors(NotFoundError, UnsupportedMediaTypeError, NoCredentialsError),
)
async def credentials_by_form(
    services: ServicesDependency, integration: IntegrationDependency, caller: FormCaller
) -> Handle:
    """Get the latest connection as an object without secrets. Reading does not delete it."""
    connections = await integration.get_credentials(services, caller.owner)
    if not connections:
        raise NoCredentialsError
    return _handle(max(connections, key=lambda connection: (connection.status == "connected", connection.connected_at)))


async def get_handle(credentials: Annotated[str, Form(max_length=MAX_HANDLE_LENGTH)]) -> Handle:
    """Raises: ValidationFailedError."""
    try:
        return Handle.model_validate_json(credentials)
    except ValidationError:
        raise ValidationFailedError("`credentials` must be the object POST credentials gave, as JSON text.") from None


async def get_handle_principal(
    request: Request, sign_in: SignInDependency, handle: Annotated[Handle, Depends(get_handle)]
) -> Principal:
    """The sender of the handle; in local, the owner it names. Raises: as `SignIn.identify`."""
    return await sign_in.identify(request, handle.user_id, handle.org_id)


@router.post(
    "/load",
    operation_id="load_by_form",
    response_model=STOCK_ITEMS,
    responses=errors(UnsupportedMediaTypeError, *CONNECTION_ERRORS),
)
async def load_by_form(
    request: Request,
    services: ServicesDependency,
    integration: IntegrationDependency,
    caller: Annotated[Principal, Depends(get_handle_principal)],
    handle: Annotated[Handle, Depends(get_handle)],
) -> Response:
    """Load all items of the default object types, as a list of items with exactly the format's 14 fields."""
    if handle.provider != integration.name:
        raise ValidationFailedError("These credentials belong to another integration. Connect this one first.")
    connection = await get_connection(services, caller.owner, integration.name, handle.connection_id)
    if handle.portal_id != connection.account.account_id:
        raise ValidationFailedError("`credentials` was changed. Send the object as POST credentials gave it.")
    events = limited_load(request.scope, services, integration, connection, ItemsQuery())
    first = await while_connected(request, _first_items(events))
    return ClosedStream(_array(all_events(first, events)), events, name=integration.name, media_type=JSON)


@router_of_hubspot.post(
    "/get_hubspot_items",
    operation_id="get_hubspot_items_by_form",
    response_model=STOCK_ITEMS,
    responses=errors(UnsupportedMediaTypeError, *CONNECTION_ERRORS),
)
async def get_hubspot_items(
    request: Request,
    services: ServicesDependency,
    caller: Annotated[Principal, Depends(get_handle_principal)],
    handle: Annotated[Handle, Depends(get_handle)],
) -> Response:
    """The same as POST load, at the path that HubSpot's button calls."""
    return await load_by_form(request, services, INTEGRATIONS["hubspot"], caller, handle)


async def _first_items(events: AsyncGenerator[LoadEvent, None]) -> LoadEvent:
    """The first event with items, or the last event: until then a failure can still be a problem document."""
    event: LoadEvent = LoadPlan(object_types={})
    async for event in events:
        if isinstance(event, Items):
            break
    return event


async def _array(events: AsyncGenerator[LoadEvent, None]) -> AsyncGenerator[bytes, None]:
    """A JSON array, sent in parts. After the first byte an error closes the connection, so a short list is noticed."""
    opening = b"["
    async with aclosing(events):
        async for event in events:
            match event:
                case Items():
                    for item in event.items:
                        yield opening + msgspec.json.encode(stock_fields(item))
                        opening = b","
                case LoadReceipt(resume=str()):
                    raise UpstreamUnavailableError("The load ended early, so the list is not whole. Load it again.")
    yield b"]" if opening == b"," else b"[]"


def stock_fields(item: IntegrationItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ITEM_FIELDS}


def _handle(connection: Connection) -> Handle:
    return Handle(
        connection_id=connection.connection_id,
        provider=connection.provider,
        status=connection.status,
        user_id=connection.owner.user_id,
        org_id=connection.owner.org_id,
        portal_id=connection.account.account_id,
        portal_name=connection.account.name,
    )
