"""Failures as RFC 9457 problem documents: the only place that decides how an error looks in a response.

`as_service_error` turns an exception into one of `errors.py`, `build_problem` into the document, `answer_problem` into
the response. The document does not repeat any text of the client or of a vendor.
"""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from core import metrics
from core.audit import audit
from core.log import failure_words
from core.store import as_service_error as as_store_error
from core.store import cause_of
from errors import (
    Action,
    AmbiguousCredentialsError,
    CsrfRejectedError,
    IdentityMismatchError,
    InternalError,
    MethodNotAllowedError,
    NotAcceptableError,
    NotFoundError,
    OverloadedError,
    PayloadTooLargeError,
    ServiceError,
    SessionConflictError,
    TokenExpiredError,
    TokenInvalidError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from routes import patterns

MEDIA_TYPE = "application/problem+json"
TYPE_PATH = "/problems/{code}"
# In the request's state: the path of PUBLIC_URL.
PUBLIC_PATH = "public_path"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# nginx logs this status; the client has disconnected.
CALLER_GONE = 499
# Our errors for the framework's bare statuses.
FRAMEWORK_ERRORS: Mapping[int, type[ServiceError]] = {
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowedError,
    HTTPStatus.NOT_ACCEPTABLE: NotAcceptableError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: PayloadTooLargeError,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: UnsupportedMediaTypeError,
}
# The request had an invalid credential; a request without one is not audited.
REFUSED_SIGN_INS = (
    TokenInvalidError,
    TokenExpiredError,
    AmbiguousCredentialsError,
    IdentityMismatchError,
    CsrfRejectedError,
    SessionConflictError,
)
UNREADABLE_BODY = "The body cannot be read. Send it whole, and as its Content-Type says."
NO_JSON_OBJECT = "The body should be a JSON object, sent with `Content-Type: application/json`."
UNKNOWN_PARAMETER = "One of the parameters is not known here. Check its spelling."

log = structlog.get_logger(__name__)


class UpstreamStatus(BaseModel):
    """The public part of a vendor's failed answer."""

    status: Annotated[int | None, Field(description="The vendor's HTTP status.")]
    correlation_id: Annotated[str | None, Field(description="The vendor's correlation id of the call.")]


class ConnectionChoice(BaseModel):
    """One of several possible connections of a request."""

    connection_id: Annotated[str, Field(description="Id for the next request.")]
    portal_id: Annotated[str, Field(description="The vendor's id of the account.")]
    portal_name: Annotated[str | None, Field(description="The account's name, if the vendor returns it.")]


class Identity(BaseModel):
    user_id: str
    org_id: str


class ParameterFault(BaseModel):
    parameter: Annotated[str | None, Field(description="Null if the fault belongs to no known parameter.")]
    detail: Annotated[str, Field(description="What is wrong with it.")]


def only_with(code: str, description: str) -> Any:
    """A member that only problems with these codes have."""
    words = f"`{code}` only: {description}"
    return Field(default_factory=lambda: None, exclude_if=lambda value: value is None, description=words)


class Problem(BaseModel):
    """RFC 9457, with members for programs."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(description="URL of the code's description.")]
    title: Annotated[str, Field(description="The kind of problem.")]
    status: Annotated[int, Field(description="The HTTP status.", ge=400, le=599)]
    detail: Annotated[str, Field(description="What happened and what to do next, for a person.")]
    instance: Annotated[str, Field(description="The requested path.")]
    code: Annotated[str, Field(description="Stable name of the problem.")]
    retryable: Annotated[bool, Field(description="The same request may succeed later.")]
    retry_after: Annotated[int | None, Field(description="Seconds to wait first, as in Retry-After.")]
    action: Annotated[Action, Field(description="Who can act, and how.")]
    correlation_id: Annotated[str, Field(description="Reference to quote; the same as X-Request-Id.")]
    upstream: Annotated[UpstreamStatus | None, Field(description="The vendor's failed answer, if there was one.")]
    missing_scopes: list[str] | SkipJsonSchema[None] = only_with("scope_missing", "what must be granted.")
    connections: list[ConnectionChoice] | SkipJsonSchema[None] = only_with("portal_ambiguous", "which there are.")
    current: Identity | SkipJsonSchema[None] = only_with("session_conflict", "who is signed in.")
    requested: Identity | SkipJsonSchema[None] = only_with("session_conflict", "whom the token names.")
    errors: list[ParameterFault] | SkipJsonSchema[None] = only_with("validation_failed", "each parameter's fault.")


async def answer_problem(request: Request, exc: Exception) -> Response:
    """The response for an exception. Unexpected exceptions are logged with their traceback."""
    if isinstance(exc, ClientDisconnect):  # not a failure: nothing is logged, and no answer is possible
        return Response(status_code=CALLER_GONE)
    error = answer_error(exc)
    # For the request's log line.
    request.scope.get("state", {})["failure"] = failure_words(error)
    if allow := _allowed_methods(request, exc):
        error = MethodNotAllowedError(f"{error.detail} It answers {allow}.")
    problem = build_problem(error, request.scope)
    headers = {**problem_headers(problem), **({"Allow": allow} if allow else {})}
    return Response(problem.model_dump_json(), error.status, headers, MEDIA_TYPE)


def answer_error(exc: Exception) -> ServiceError:
    """The service error of an exception; server errors and refused sign-ins are counted and logged."""
    error = as_service_error(exc)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _note_failure(error, exc)
    elif isinstance(error, REFUSED_SIGN_INS):
        audit("sign_in", "refused", error_code=error.code, reason=error.detail)
    return error


def note_late_failure(exc: Exception, event: str) -> ServiceError:
    """The service error of an exception that ended a stream; it is counted and logged as `event`."""
    error = as_service_error(exc)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        metrics.failures.labels(error.code).inc()
    log.warning(event, exc_info=exc if error is not exc else None, **failure_words(error))
    return error


def build_problem(error: ServiceError, scope: Scope) -> Problem:
    """The document of this error in this request."""
    is_safe = scope.get("method", "GET") in SAFE_METHODS
    upstream, public_path = error.upstream, scope.get("state", {}).get(PUBLIC_PATH, "")
    return Problem(
        type=public_path + TYPE_PATH.format(code=error.code),
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=public_path + instance_of(scope),
        code=error.code,
        # A write that failed unexpectedly may be half done.
        retryable=error.retryable or (error.code == InternalError.code and is_safe),
        retry_after=None if error.retry_after_s is None else max(1, math.ceil(error.retry_after_s)),
        action=error.action,
        correlation_id=correlation_id_of(scope),
        upstream=upstream and UpstreamStatus(status=upstream.status, correlation_id=upstream.correlation_id),
        **error.extra,
    )


def as_service_error(exc: BaseException) -> ServiceError:
    """The service error of an exception."""
    match exc:
        case RequestValidationError():
            return _as_validation_error(exc.errors())
        case HTTPException():
            return _as_framework_error(exc)
    return as_store_error(exc)


def correlation_id_of(scope: Scope) -> str:
    """The request's id, chosen by `middleware/context.py`."""
    return str(scope.get("state", {}).get("correlation_id", ""))


def instance_of(scope: Scope) -> str:
    """The path as sent, percent-encoded, without the query."""
    raw: bytes = scope.get("raw_path") or scope.get("path", "").encode("ascii", "replace")
    return raw.partition(b"?")[0].decode("ascii", "replace")[:500]


def _as_validation_error(faults: Sequence[Mapping[str, Any]]) -> ServiceError:
    """Names each parameter and its fault, without pydantic's copy of the input."""
    named = dict.fromkeys((_parameter(fault), _fault_words(fault)) for fault in faults)
    name, words = next(iter(named))
    detail = f"The parameter `{name}` is wrong: {words}" if name else words
    return ValidationFailedError(
        detail, errors=[{"parameter": parameter, "detail": fault} for parameter, fault in named]
    )


def _parameter(fault: Mapping[str, Any]) -> str | None:
    if fault["type"] in {"extra_forbidden", "json_invalid"}:  # a name from the client, or a place in the body
        return None
    # Pydantic also names the branches of a union: `literal['default','all']`.
    return ".".join(part for part in map(str, fault["loc"][1:]) if part.isidentifier() or part.isdecimal()) or None


def _fault_words(fault: Mapping[str, Any]) -> str:
    match fault["type"]:
        case "extra_forbidden":
            return UNKNOWN_PARAMETER
        case "int_parsing":
            return "should be a whole number."
        case "tuple_type":
            return "should be a list."
        case "model_attributes_type":
            return NO_JSON_OBJECT
        case "missing" if tuple(fault["loc"]) == ("body",):
            return NO_JSON_OBJECT
        case "json_invalid":
            return "The body is not valid JSON."
        case "too_short":
            return "should not be empty."
        case "too_long":
            return f"should have at most {fault['ctx']['max_length']} entries."
        case "string_pattern_mismatch":
            return patterns.WORDS[fault["ctx"]["pattern"]]
    words = str(fault["msg"]).removeprefix("Value error, ")
    return words[:1].lower() + words[1:] + ("" if words.endswith(".") else ".")


def _as_framework_error(exc: HTTPException) -> ServiceError:
    if isinstance(exc.__cause__, ServiceError):  # raised by a middleware while FastAPI read the body
        return exc.__cause__
    if exc.status_code == HTTPStatus.BAD_REQUEST:
        return ValidationFailedError(UNREADABLE_BODY)
    return FRAMEWORK_ERRORS.get(exc.status_code, InternalError)()


def problem_headers(problem: Problem) -> dict[str, str]:
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == UnauthenticatedError.status:  # RFC 9110 section 11.6.1 requires it
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def _allowed_methods(request: Request, exc: Exception) -> str | None:
    """The `Allow` of a 405 (RFC 9110 section 15.5.6): the methods of all routes with this path.

    The more specific ones (`items/query` over `items/{item_id}`) win.
    """
    if not isinstance(exc, HTTPException) or exc.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return None
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    matching = [route for route in routes if route.path_regex.match(request.scope["path"])]
    fewest = min((len(route.param_convertors) for route in matching), default=0)
    methods = {name for route in matching if len(route.param_convertors) == fewest for name in route.methods or ()}
    return ", ".join(sorted(methods)) or None


def _note_failure(error: ServiceError, exc: Exception) -> None:
    if isinstance(error, OverloadedError):
        return  # a second log line per refused request would cost more than the refusal; they are counted separately
    metrics.failures.labels(error.code).inc()
    if error is exc or isinstance(exc, RedisError):
        cause = cause_of(exc) if isinstance(exc, RedisError) else type(exc.__cause__ or exc).__name__
        log.warning("request failed", cause=cause, **failure_words(error))
    else:
        log.error("unexpected failure", exc_info=exc)
