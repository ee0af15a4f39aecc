"""Permanent refusals by HubSpot: of an object type, its names, or its associations. Pure.

A caller catches `REFUSALS` around one request, reports its data as left out, and continues with the rest.
HubSpot reports a missing scope in many forms; the scope names are read from all of them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from errors import (
    ScopeMissingError,
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)

_SCOPE = re.compile(r"[a-z0-9._-]{1,100}")
# Scope variants that ordinary apps cannot get. Showing them would send people to the wrong setting.
_SENSITIVE = ("sensitive.read.v2", "sensitive.write.v2")
# Sources: HubSpot error handling; bodies recorded in HubSpot/hubspot-api-nodejs issue 268 and in estuary/connectors.
_SCOPE_LISTS = ("requiredGranularScopes", "requiredScopes")
_SCOPES_IN_MESSAGE = re.compile(
    r"requires (?:any|one|all) of \[([^\]]{0,2000})\]|missing required '([^']{1,100})' scope"
)
# Source: recorded answer 400 for associations with a type that does not exist.
_UNKNOWN_TYPE = "Unable to infer object type from: "
_NOT_SCOPE = re.compile(r"[^a-z0-9._-]+")


class RefusedError(UpstreamError):
    """HubSpot refuses this request permanently."""

    default_detail = "HubSpot refused the request. Try again later; if it stays, tell support the reference."


class UnknownTypeError(RefusedError):
    """The account has no object type of this name."""


# A caller can report these as left out and deliver the rest.
REFUSALS = (ScopeMissingError, RefusedError)
# No attempt returned a readable answer: treated as refused if other answers can be read.
UNREADABLE = (UpstreamMalformedError, UpstreamResponseTooLargeError)
# No readable answer after all attempts. A smaller request may succeed.
FAILURES = (
    UpstreamUnavailableError,
    UpstreamTimeoutError,
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
)
# Names matter less than their records, so they are left out even for repeated temporary failures.
NAMES_FAILURES = (*REFUSALS, *FAILURES)


def refusal_of(status: int, body: Mapping[str, Any], upstream: Upstream) -> ScopeMissingError | RefusedError:
    """The error for a 4xx status that a retry does not change."""
    scopes = required_scopes(body) if status == 403 else []
    if scopes or (status == 403 and body.get("category") == "MISSING_SCOPES"):
        return ScopeMissingError(missing_scopes=scopes, upstream=upstream)
    if status == 403:
        return RefusedError("HubSpot does not allow this for the connected account.", upstream=upstream)
    message = body.get("message")
    is_unknown_type = isinstance(message, str) and message.startswith(_UNKNOWN_TYPE)
    return UnknownTypeError(upstream=upstream) if is_unknown_type else RefusedError(upstream=upstream)


def required_scopes(body: Mapping[str, Any]) -> list[str]:
    """The scopes named by a 403 (any one may be enough), without those for sensitive data."""
    named = list(dict.fromkeys(scope for scope in _named_scopes(body) if _SCOPE.fullmatch(scope)))
    return [scope for scope in named if not scope.endswith(_SENSITIVE)] or named


def _named_scopes(body: Mapping[str, Any]) -> Iterator[str]:
    errors = body.get("errors")
    parts = [body, *(errors if isinstance(errors, list) else [])]
    for part in (part for part in parts if isinstance(part, Mapping)):
        context = part.get("context")
        for key in _SCOPE_LISTS:
            found = context.get(key) if isinstance(context, Mapping) else None
            yield from (scope for scope in (found if isinstance(found, list) else ()) if isinstance(scope, str))
        message = part.get("message")
        for several, single in _SCOPES_IN_MESSAGE.findall(message) if isinstance(message, str) else ():
            yield from _NOT_SCOPE.split(several or single)
