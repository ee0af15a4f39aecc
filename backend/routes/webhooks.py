"""HubSpot's webhooks: verify, store the signals, answer. Nothing is read from HubSpot here.

Size → signature over the raw bytes → events → signals by portal → one write → 200. Other answers are only 401, 413 and
503; HubSpot repeats refused requests up to 10 times within 24 hours.
"""

import time
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response

from core import metrics
from errors import (
    OverloadedError,
    PayloadTooLargeError,
    RequestTimeoutError,
    ShuttingDownError,
    StoreFullError,
    StoreUnavailableError,
    WebhookSignatureInvalidError,
)
from hubspot.record_events import UnreadableBodyError
from hubspot.webhook_events import read_events
from hubspot.webhook_signature import signed_uri, verify_signature
from routes.dependencies import ServicesDependency
from routes.negotiation import JSON
from routes.openapi import HUBSPOT_SIGNATURE
from routes.responses import only_errors
from settings import Settings
from sync.signal_store import SignalStore, store_events

PATH = "/webhooks/hubspot"
RETRY_AFTER_S = 2.0
EXAMPLE = [
    {
        "eventId": 531833541,
        "subscriptionId": 3923621,
        "portalId": 48807704,
        "appId": 16111050,
        "occurredAt": 1752613920733,
        "subscriptionType": "contact.creation",
        "attemptNumber": 0,
        "objectId": 138017612137,
    }
]
OPENAPI: dict[str, Any] = {
    "security": [{HUBSPOT_SIGNATURE: []}],
    "parameters": [
        {
            "name": "X-HubSpot-Request-Timestamp",
            "in": "header",
            "required": True,
            "description": "When HubSpot signed the request, in milliseconds. Accepted for five minutes.",
            "schema": {"type": "string"},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"type": "array", "items": {"type": "object"}}, "example": EXAMPLE}},
    },
}
ERRORS = only_errors(
    WebhookSignatureInvalidError,
    PayloadTooLargeError,
    StoreUnavailableError,
    StoreFullError,
    OverloadedError,
    ShuttingDownError,
)

router = APIRouter(tags=["webhooks"])
log = structlog.get_logger(__name__)


@router.post(PATH, response_class=Response, responses=ERRORS, openapi_extra=OPENAPI)
async def receive_hubspot_webhook(request: Request, services: ServicesDependency) -> Response:
    """Receive events from HubSpot; for HubSpot only.

    200 means that all events of synced accounts are stored durably. Invalid events, unknown event types and accounts
    without sync are counted and otherwise ignored.
    """
    body = await _whole_body(request)
    now_ms = int(time.time() * 1000)
    _verify(request, body, services.settings, now_ms)
    try:
        read = read_events(body, now_ms=now_ms)
    except UnreadableBodyError as exc:
        log.warning("a signed webhook has an unreadable body", error=str(exc), body_bytes=len(body))
        metrics.webhook_events_received("unreadable_body")
        return Response()
    await store_events(SignalStore(services.redis), read, now_ms)
    return Response()


async def _whole_body(request: Request) -> bytes:
    """Raises: PayloadTooLargeError; OverloadedError if the body does not arrive in time."""
    try:
        return await request.body()
    except RequestTimeoutError as exc:
        raise OverloadedError(retry_after_s=RETRY_AFTER_S) from exc


def _verify(request: Request, body: bytes, settings: Settings, now_ms: int) -> None:
    secrets = (settings.hubspot_client_secret, settings.hubspot_client_secret_previous)
    verify_signature(
        request.scope["headers"],
        secrets=[secret.get_secret_value() for secret in secrets],
        method=request.method,
        uri=signed_uri(settings.public_url, request.scope["raw_path"], request.scope["query_string"]),
        body=body,
        now_ms=now_ms,
    )
