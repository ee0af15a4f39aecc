"""The responses of a route for OpenAPI: its formats, and its errors by status with an example for each code."""

from collections import defaultdict
from typing import Any

from errors import (
    AmbiguousCredentialsError,
    CrossSiteBlockedError,
    CsrfRejectedError,
    ForbiddenError,
    HostNotAllowedError,
    IdentityMismatchError,
    InternalError,
    LocalOnlyError,
    MethodNotAllowedError,
    NotConnectedError,
    NotFoundError,
    OverloadedError,
    PayloadTooLargeError,
    PortalAmbiguousError,
    ProviderMisconfiguredError,
    RateLimitedError,
    ReconnectRequiredError,
    RequestTimeoutError,
    ScopeMissingError,
    ServiceError,
    SessionConflictError,
    StoreFullError,
    StoreUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
    TokenRefreshBackoffError,
    UnauthenticatedError,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamMigratingError,
    UpstreamQuotaExhaustedError,
    UpstreamRateLimitedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
    ValidationFailedError,
)
from routes.negotiation import HTML, NDJSON
from routes.problems import MEDIA_TYPE, Problem, build_problem

# Members of these problems only.
EXAMPLE_MEMBERS: dict[type[ServiceError], dict[str, Any]] = {
    ScopeMissingError: {"missing_scopes": ["tickets"]},
    SessionConflictError: {
        "current": {"user_id": "ann", "org_id": "acme"},
        "requested": {"user_id": "bob", "org_id": "acme"},
    },
}
SIGN_IN_ERRORS = (
    UnauthenticatedError,
    TokenInvalidError,
    TokenExpiredError,
    AmbiguousCredentialsError,
    IdentityMismatchError,
    CsrfRejectedError,
    ForbiddenError,
)
# Errors of any route: middleware, parameters, Redis, internal.
COMMON_ERRORS = (
    CrossSiteBlockedError,
    LocalOnlyError,
    HostNotAllowedError,
    MethodNotAllowedError,
    PayloadTooLargeError,
    RequestTimeoutError,
    ValidationFailedError,
    OverloadedError,
    StoreUnavailableError,
    StoreFullError,
    InternalError,
)
# Errors of routes that call the vendor.
UPSTREAM_ERRORS = (
    UpstreamRateLimitedError,
    UpstreamQuotaExhaustedError,
    UpstreamUnavailableError,
    UpstreamMigratingError,
    TokenRefreshBackoffError,
    UpstreamTimeoutError,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
    ProviderMisconfiguredError,
)
# Errors of routes that use a connection.
CONNECTION_ERRORS = (
    NotFoundError,
    NotConnectedError,
    PortalAmbiguousError,
    ReconnectRequiredError,
    ScopeMissingError,
    RateLimitedError,
    *UPSTREAM_ERRORS,
)


def formats(description: str, line: type, example: str, *texts: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that answers JSON, NDJSON with this schema of each line, or text of other media types."""
    as_text = {"schema": {"type": "string"}}
    # `itemSchema` (OpenAPI 3.2, FastAPI) is the schema of each line.
    as_lines = {**as_text, "itemSchema": {"$ref": f"#/components/schemas/{line.__name__}"}, "example": example}
    return {200: {"description": description, "content": {NDJSON: as_lines, **dict.fromkeys(texts, as_text)}}}


def errors(*classes: type[ServiceError], sign_in: bool = True, pages: bool = False) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route with these errors in addition to the common ones.

    `pages`: errors of the route are web pages; errors of the middleware are problem documents.
    """
    return only_errors(*classes, *(SIGN_IN_ERRORS if sign_in else ()), *COMMON_ERRORS, pages=pages)


def only_errors(*classes: type[ServiceError], pages: bool = False) -> dict[int | str, dict[str, Any]]:
    """The same for a route with only these errors."""
    by_status: dict[int, list[type[ServiceError]]] = defaultdict(list)
    for error_class in dict.fromkeys(classes):
        by_status[error_class.status].append(error_class)
    return {status: _response(group, pages=pages) for status, group in sorted(by_status.items())}


def _response(group: list[type[ServiceError]], *, pages: bool) -> dict[str, Any]:
    examples = {entry.code: {"summary": entry.title, "value": _example(entry)} for entry in group}
    codes = ", ".join(f"`{code}`" for code in examples)
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    content: dict[str, Any] = {MEDIA_TYPE: {"schema": schema, "examples": examples}}
    if pages:
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": f"{group[0].title}: {codes}", "content": content}


def _example(error_type: type[ServiceError]) -> dict[str, Any]:
    error = error_type(**EXAMPLE_MEMBERS.get(error_type, {}))
    scope = {"method": "GET", "path": "/integrations/hubspot/items", "state": {"correlation_id": "5f0c6d1e9a7b4c3d"}}
    return build_problem(error, scope).model_dump()
