"""An example of a successful answer for each operation in the OpenAPI document. A test validates them."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

CONNECTION = {
    "connection_id": "V-6szZshngbeBvW4",
    "status": "connected",
    "portal_id": "24681012",
    "portal_name": "Northwind Outfitters",
    "account_type": "STANDARD",
    "region": "na1",
    "ui_domain": "app.hubspot.com",
    "granted_scopes": ["crm.objects.contacts.read", "oauth"],
    "missing_scopes": ["tickets"],
    "connected_at": "2026-11-24T03:00:00Z",
    "refreshed_at": None,
    "access_token_expires_at": "2026-11-24T03:30:00Z",
    "reason": None,
    "ended_at": None,
    "sync": True,
}
AUTHORIZATION_URL = "https://app.hubspot.com/oauth/authorize?client_id=…&redirect_uri=…&response_type=code&state=…"
STOCK_ITEM = {
    "id": "512_Contact",
    "type": "Contact",
    "directory": False,
    "parent_path_or_name": "Analytical Engines",
    "parent_id": "77_Company",
    "name": "Ada Lovelace",
    "creation_time": "2026-01-05T09:00:00.000Z",
    "last_modified_time": "2026-11-20T16:12:08.250Z",
    "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
    "children": [],
    "mime_type": "application/vnd.hubspot.contact+json",
    "delta": "015264c1646397097ee86f2b",
    "drive_id": "24681012",
    "visibility": True,
}
ITEM = STOCK_ITEM | {
    "object_type": "contacts",
    "record_id": "512",
    "properties": {"firstname": "Ada", "lastname": "Lovelace", "hubspot_owner_id": "1001"},
    "labels": {"hubspot_owner_id": "Charles Babbage"},
    "associations": {"companies": ["77_Company"]},
    "association_labels": {"companies": {"77_Company": ["Billing contact"]}},
    "property_history": None,
}
STREAM_LINES: tuple[Mapping[str, Any], ...] = (
    {"plan": {"object_types": {"contacts": {"total": 1}}, "requests": 3, "seconds": 1}},
    {"item": ITEM},
    {
        "notice": {
            "code": "scope_missing",
            "detail": "Tickets are left out: access to them was not granted. Connect again and grant it.",
            "object_type": "tickets",
            "missing_scopes": ["tickets"],
            "wait_s": None,
        }
    },
    {
        "receipt": {
            "complete": True,
            "object_types": {
                "contacts": {
                    "complete": True,
                    "total": 1,
                    "delivered": 1,
                    "requests": 3,
                    "retries": 0,
                    "watermark": "2026-11-24T03:00:00.000Z",
                    "skipped": [],
                }
            },
            "requests": 3,
            "retries": 0,
            "duration_s": 0.4,
            "watermark": "2026-11-24T03:00:00.000Z",
            "resume": None,
        }
    },
)
CHANGE = {
    "seq": "1796000000000812",
    "op": "updated",
    "object_type": "contacts",
    "id": "512_Contact",
    "reason": None,
    "into": None,
    "at": "2026-11-20T16:12:08.250Z",
    "item": ITEM,
}
DELETION = CHANGE | {"seq": "1796000000000813", "op": "deleted", "id": "77_Contact", "item": None}
DELETION |= {"reason": "merged", "into": "512_Contact"}
FRESHNESS = {"as_of": "2026-11-24T03:00:00.000Z", "verified_at": "2026-11-24T02:20:00.000Z"}
CURSOR = "c1.M5rFq2kYV0c0d1JtZ0hQb0tWd2FhAAABogIgtT8ABmFyfV3wLQAGYXJ9XfAt"
CHANGES_LINES: tuple[Mapping[str, Any], ...] = (
    {"change": CHANGE},
    {"change": DELETION},
    {"up_to_date": FRESHNESS | {"next": CURSOR}},
)


def _ndjson(lines: tuple[Mapping[str, Any], ...]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)


CHANGES_STREAM = _ndjson(CHANGES_LINES)
STREAM = _ndjson(STREAM_LINES)
EVENT_ENDPOINT = {
    "endpoint_id": "3q2-7wKk1mZxYv0B",
    "url": "https://app.example/hooks/hubspot",
    "created_at": "2026-11-24T03:00:00.000Z",
    "state": "on",
    "failing_since": None,
}
EVENT_DELIVERY = {
    "event_id": "evt_2f9kq8Zc1xXyT4uVwB7mNA",
    "type": "test",
    "at": "2026-11-24T03:00:05.000Z",
    "attempt": 0,
    "delivered": True,
    "status": 204,
    "error": None,
    "duration_ms": 48,
}
HANDLE = {
    "connection_id": "V-6szZshngbeBvW4",
    "provider": "hubspot",
    "status": "connected",
    "user_id": "TestUser",
    "org_id": "TestOrg",
    "portal_id": "24681012",
    "portal_name": "Northwind Outfitters",
}

ITEMS_PAGE = {"items": [ITEM], "next": None, "warnings": [], "source": "live", "as_of": None, "total": None}
RUN = {
    "run_id": "nQ3xV0o2rYcA",
    "kind": "poll",
    "object_types": ["contacts"],
    "state": "complete",
    "requested": True,
    "started_at": "2026-11-24T03:00:00Z",
    "ended_at": "2026-11-24T03:00:01.2Z",
    "duration_s": 1.2,
    "added": 1,
    "changed": 4,
    "deleted": 0,
    "requests": 3,
    "error": None,
}
SYNC = {
    "provider": "hubspot",
    "connection_id": "V-6szZshngbeBvW4",
    "state": "live",
    "properties": "default",
    "associations": True,
    "object_types": {
        "contacts": {
            "state": "live",
            "progress": None,
            "as_of": "2026-11-24T03:00:00Z",
            "verified_at": "2026-11-24T02:20:00Z",
            "counts": {"vendor": 1200, "mirror": 1200},
            "missed_signals": 0,
            "parked": [],
            "parked_count": 0,
            "error": None,
        }
    },
    "as_of": "2026-11-24T03:00:00Z",
    "verified_at": "2026-11-24T02:20:00Z",
    "running": [],
    "last_run": RUN,
    "next_run": {"kind": "poll", "object_types": ["contacts"], "at": "2026-11-24T03:01:01.2Z"},
    "signals": {"last_at": "2026-11-24T02:59:58Z", "waiting": 0, "journal": False},
    "budget": {"limit": 110, "window_s": 10.0, "used": 12, "others": 0, "left": 98, "paused_s": 0.0},
    "error": None,
}
EXAMPLES: Mapping[str, Any] = MappingProxyType(
    {
        "get_page": {"Ping": "Pong"},
        "list_event_endpoints": {"endpoints": [EVENT_ENDPOINT]},
        "replace_event_endpoint_secret": EVENT_ENDPOINT | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
        "test_event_endpoint": EVENT_DELIVERY,
        "list_event_deliveries": {"deliveries": [EVENT_DELIVERY | {"type": "changes.available"}]},
        "list_integrations": {
            "integrations": [
                {
                    "id": "hubspot",
                    "label": "HubSpot",
                    "configured": True,
                    "missing_settings": [],
                    "required_scopes": ["oauth", "crm.objects.contacts.read"],
                    "optional_scopes": ["tickets"],
                    "object_types": [
                        {"name": "contacts", "label": "Contacts", "item_type": "Contact", "default": True}
                    ],
                    "connections": [CONNECTION],
                }
            ]
        },
        "authorize": {
            "authorization_url": AUTHORIZATION_URL,
            "flow_id": "BQJcN8KThDR-7PIKhJac5w",
            "expires_in": 600,
        },
        "get_flow": {"status": "connected", "connection_id": "V-6szZshngbeBvW4", "error": None},
        "get_credentials": {"provider": "hubspot", "status": "connected", "connections": [CONNECTION]},
        "list_items": ITEMS_PAGE,
        "query_items": ITEMS_PAGE,
        "get_item": {"item": ITEM, "source": "live", "as_of": None},
        "list_changes": FRESHNESS | {"changes": [CHANGE, DELETION], "next": CURSOR, "up_to_date": True},
        "list_object_types": {
            "object_types": [
                {
                    "name": "contacts",
                    "label": "Contacts",
                    "item_type": "Contact",
                    "type_id": "0-1",
                    "custom": False,
                    "readable": True,
                    "search": {
                        "name": None,
                        "created": "createdate",
                        "modified": "lastmodifieddate",
                        "most_results": 10_000,
                    },
                    "missing_scopes": [],
                    "total": 1200,
                    "pipelines": [],
                    "properties": [
                        {
                            "name": "email",
                            "label": "Email",
                            "type": "string",
                            "group": "contactinformation",
                            "custom": False,
                        }
                    ],
                }
            ],
            "warnings": [],
        },
        "get_sync": SYNC,
        "list_sync_runs": {"runs": [RUN]},
        "authorize_by_form": AUTHORIZATION_URL,
        "credentials_by_form": HANDLE,
        "load_by_form": [STOCK_ITEM],
        "get_hubspot_items_by_form": [STOCK_ITEM],
        "get_session": {
            "user_id": "ann",
            "org_id": "acme",
            "via": "session",
            "host_origins": ["https://app.example"],
        },
        "open_session": {"user_id": "ann", "org_id": "acme", "expires_in": 28_800},
        "get_problem_type": {
            "code": "invalid_cursor",
            "status": 422,
            "title": "The cursor is not valid",
            "retryable": False,
            "action": "fix_request",
            "detail": "This cursor was changed, or belongs to another query or connection.",
        },
        "livez": {"status": "ok"},
        "readyz": {"status": "ok", "redis": "ok"},
    }
)
