"""The owners endpoints.

Source: HubSpot owners, GET /crm/owners/{version}.
"""

from __future__ import annotations

from simulator.call import Call, Reply, require_scopes
from simulator.errors import RefusalError, invalid

OWNER_SCOPES = ("crm.objects.owners.read", "automation")
DEFAULT_LIMIT = 100
# 500 is the largest that connectors use; the maximum is not documented.
MAX_LIMIT = 500


def list_owners(call: Call) -> Reply:
    require_scopes(call, OWNER_SCOPES, list(OWNER_SCOPES))
    limit = call.integer("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid(f"limit must be between 1 and {MAX_LIMIT}")
    email = call.query.get("email")
    first_id = call.integer("after", 0)
    found = [
        owner
        for owner in call.portal.owners
        if owner["archived"] is call.flag("archived")
        and (not email or owner["email"] == email)
        and int(str(owner["id"])) >= first_id
    ]
    body: dict[str, object] = {"results": found[:limit]}
    if len(found) > limit:
        after = str(found[limit]["id"])
        body["paging"] = {"next": {"after": after, "link": call.link(after=after)}}
    return 200, body


def get_owner(call: Call) -> Reply:
    require_scopes(call, OWNER_SCOPES, list(OWNER_SCOPES))
    key = "userIdIncludingInactive" if call.query.get("idProperty") == "userId" else "id"
    for owner in call.portal.owners:
        if str(owner[key]) == call.path["owner_id"] and owner["archived"] is call.flag("archived"):
            return 200, owner
    raise RefusalError(404, "resource not found", category="OBJECT_NOT_FOUND")
