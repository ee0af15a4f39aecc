"""The 403s of HubSpot in all their wordings, for faults; calls that lack a scope get the one of their endpoint.

Sources: recorded answers and connectors' tests, 2022 to 2026. Most carry no category, and not all name a scope.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from simulator.errors import RefusalError, missing_scopes

Wording = Literal["granular", "required", "context", "view_schema", "oauth_token", "auth_request", "forbidden"]
_LINK = "https://developers.hubspot.com/scopes"


def refused(wording: Wording, scopes: list[str]) -> RefusalError:
    """Build a 403 for a call that one of `scopes` would allow."""
    return _WORDINGS[wording](scopes)


def _required(scopes: list[str]) -> RefusalError:
    """Scopes of before 2023, under another name. Source: issue hubspot-api-nodejs#268."""
    found = missing_scopes(scopes)
    reason = {"message": "One or more of the following scopes are required.", "context": {"requiredScopes": scopes}}
    found.extra["errors"] = [reason]
    return found


def in_context(scopes: list[str]) -> RefusalError:
    """The scopes beside the message. Source: recorded answer of the schemas endpoint."""
    return RefusalError(
        403,
        "One or more of the following scopes are required.",
        category="MISSING_SCOPES",
        context={"requiredGranularScopes": scopes, "links": [_LINK]},
    )


def view_schema(scopes: list[str], legacy_name: str = "CONTACT", portal_id: int = 1234567) -> RefusalError:
    """Source: estuary/connectors, a test of missing scopes."""
    named = f"ObjectTypeId{{legacyObjectType={legacy_name}}} in portal {portal_id}"
    words = f"(requires one of [{', '.join(scopes)}])"
    return RefusalError(403, f"You do not have permissions to view_schema object type {named} {words}")


def _oauth_token(scopes: list[str]) -> RefusalError:
    """The number is the app's. Source: estuary/connectors; issue hubspot-cli#380."""
    words = f"(requires any of [{', '.join(scopes)}])"
    return RefusalError(403, f"This oauth-token (1234444) does not have proper permissions! {words}")


def _auth_request(scopes: list[str]) -> RefusalError:
    return RefusalError(403, f"auth request is missing required '{scopes[0]}' scope")


def _forbidden(_scopes: list[str]) -> RefusalError:
    """An action that no scope allows."""
    return RefusalError(403, "You do not have permissions to do this.", category="FORBIDDEN")


_WORDINGS: dict[Wording, Callable[[list[str]], RefusalError]] = {
    "granular": missing_scopes,
    "required": _required,
    "context": in_context,
    "view_schema": view_schema,
    "oauth_token": _oauth_token,
    "auth_request": _auth_request,
    "forbidden": _forbidden,
}
