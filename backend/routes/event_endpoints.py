"""The host application's endpoints for events, signed by Standard Webhooks 1.0. A secret is shown once."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from core.public_http import MAX_URL_LENGTH, check_public_url
from errors import CredentialIntegrityError, EventEndpointNotFoundError, KeyUnknownError, RateLimitedError
from mirror.records import format_ms
from routes.auth.principal import Caller
from routes.dependencies import ServicesDependency, SyncsDependency
from routes.middleware.admission import uncounted
from routes.responses import errors
from sync.event_endpoints import Delivery, Endpoint, EndpointState
from sync.session import now_ms

router = APIRouter(prefix="/event-endpoints", tags=["events"])

EndpointId = Annotated[str, Path(min_length=1, max_length=64, description="`id` from GET /event-endpoints.")]


class NewEndpoint(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_URL_LENGTH,
            description="A public https address; in local mode also http://localhost.",
            examples=["https://app.example/hooks/hubspot"],
        ),
    ]


class _Endpoint(BaseModel):
    endpoint_id: str
    state: Annotated[
        Literal["on", "failing", "off", "unreadable"],
        Field(
            description="`off`: it failed for 5 days or answered 410; a new secret turns it on again. `unreadable`: "
            "its stored data is damaged or needs a missing encryption key, and it gets no events; delete it and add "
            "it again."
        ),
    ]
    failing_since: str | None


class EndpointView(_Endpoint):
    """An endpoint without its secret."""

    url: Annotated[str | None, Field(description="Null if `unreadable`.")]
    created_at: Annotated[str | None, Field(description="Null if `unreadable`.")]


class CreatedEndpoint(_Endpoint):
    """The secret is shown only here; store it."""

    url: str
    created_at: str
    secret: Annotated[str, Field(description="For the receiver's Standard Webhooks library.")]


class EndpointList(BaseModel):
    endpoints: list[EndpointView]


class DeliveryView(BaseModel):
    """One attempt."""

    event_id: Annotated[str, Field(description="The header `webhook-id`, equal for all attempts.")]
    type: str
    at: str
    attempt: Annotated[int, Field(description="Number of the attempt, from 0.")]
    delivered: bool
    status: Annotated[int | None, Field(description="The receiver's HTTP status.")]
    error: Annotated[
        Literal["address_not_public", "timeout", "connection_failed", "invalid_answer"] | None,
        Field(description="Why there was no answer."),
    ]
    duration_ms: int


class DeliveryList(BaseModel):
    deliveries: Annotated[list[DeliveryView], Field(description="The last 50 attempts, newest first.")]


@router.post("", status_code=201, response_model=CreatedEndpoint, responses=errors())
async def create_event_endpoint(
    syncs: SyncsDependency, services: ServicesDependency, caller: Caller, body: NewEndpoint
) -> CreatedEndpoint:
    """Create an endpoint that receives the events of all the caller's connections. At most 10 per user."""
    url = check_public_url(body.url, allows_local=services.settings.is_local)
    endpoint_id, endpoint = await syncs.outgoing.endpoints.create(caller.owner, url, now_ms())
    view = _view(endpoint_id, endpoint, EndpointState())
    return CreatedEndpoint(**view.model_dump(), secret=endpoint.secret)


@router.get("", response_model=EndpointList, responses=errors())
async def list_event_endpoints(syncs: SyncsDependency, caller: Caller) -> EndpointList:
    """List the caller's endpoints, without their secrets."""
    endpoints, views = syncs.outgoing.endpoints, []
    for endpoint_id in await endpoints.list_ids(caller.owner):
        try:
            endpoint = await endpoints.find(caller.owner, endpoint_id)
        except (CredentialIntegrityError, KeyUnknownError):
            views.append(_unreadable(endpoint_id))
            continue
        if endpoint is not None:
            views.append(_view(endpoint_id, endpoint, await endpoints.state(caller.owner, endpoint_id)))
    return EndpointList(endpoints=sorted(views, key=lambda view: view.created_at or ""))


@router.delete("/{endpoint_id}", status_code=204, responses=errors(EventEndpointNotFoundError))
async def delete_event_endpoint(syncs: SyncsDependency, caller: Caller, endpoint_id: EndpointId) -> None:
    """Delete an endpoint. Waiting events are dropped."""
    await syncs.outgoing.endpoints.delete(caller.owner, endpoint_id)


@router.post("/{endpoint_id}/secret", response_model=CreatedEndpoint, responses=errors(EventEndpointNotFoundError))
async def replace_event_endpoint_secret(
    syncs: SyncsDependency, caller: Caller, endpoint_id: EndpointId
) -> CreatedEndpoint:
    """Create a new secret; for 24 hours events are signed with both. A disabled endpoint is enabled again."""
    endpoint = await syncs.outgoing.endpoints.replace_secret(caller.owner, endpoint_id, now_ms())
    return CreatedEndpoint(**_view(endpoint_id, endpoint, EndpointState()).model_dump(), secret=endpoint.secret)


@router.post(
    "/{endpoint_id}/test",
    response_model=DeliveryView,
    responses=errors(EventEndpointNotFoundError, RateLimitedError),
)
async def test_event_endpoint(
    request: Request, syncs: SyncsDependency, caller: Caller, endpoint_id: EndpointId
) -> DeliveryView:
    """Send an event of type `test` now and return the receiver's answer. It is not retried."""
    with uncounted(request.scope):
        return _view_delivery(await syncs.outgoing.send_test(caller.owner, endpoint_id))


@router.get("/{endpoint_id}/deliveries", response_model=DeliveryList, responses=errors(EventEndpointNotFoundError))
async def list_event_deliveries(syncs: SyncsDependency, caller: Caller, endpoint_id: EndpointId) -> DeliveryList:
    """List the last attempts to deliver events to this endpoint."""
    await syncs.outgoing.endpoints.get(caller.owner, endpoint_id)
    found = await syncs.outgoing.endpoints.deliveries(caller.owner, endpoint_id)
    return DeliveryList(deliveries=[_view_delivery(delivery) for delivery in found])


def _view(endpoint_id: str, endpoint: Endpoint, state: EndpointState) -> EndpointView:
    since = state.failing_since_ms
    return EndpointView(
        endpoint_id=endpoint_id,
        url=endpoint.url,
        created_at=format_ms(endpoint.created_at_ms),
        state="off" if state.off else "failing" if since is not None else "on",
        failing_since=None if since is None else format_ms(since),
    )


def _unreadable(endpoint_id: str) -> EndpointView:
    return EndpointView(endpoint_id=endpoint_id, url=None, created_at=None, state="unreadable", failing_since=None)


def _view_delivery(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        event_id=delivery.event_id,
        type=delivery.type,
        at=format_ms(delivery.at_ms),
        attempt=delivery.attempt,
        delivered=delivery.is_delivered,
        status=delivery.status,
        error=delivery.error,
        duration_ms=delivery.duration_ms,
    )
