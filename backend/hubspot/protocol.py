"""Interpret HubSpot's answers: a response in, a value or the right error out. Pure.

Source: https://developers.hubspot.com/docs/api-reference/error-handling ("all fields should be treated as optional")
and usage-guidelines.
Nothing of HubSpot's own text reaches a caller; its status and correlation id do.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from core.api_client import AccessTokenRejectedError
from core.json_text import decode_json
from core.response_headers import correlation_id_of, retry_after_of
from errors import (
    ServiceError,
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamMigratingError,
    UpstreamQuotaExhaustedError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
)
from hubspot.refusals import refusal_of
from hubspot.wire import BatchProblem

T = TypeVar("T")

# Source: HubSpot error handling: a lock by a large sync lasts two seconds.
LOCK_WAIT_S = 2.0
# Source: HubSpot's Node SDK waits this long after a 429 of each policy.
SECONDLY_WAIT_S = 1.0
TEN_SECONDLY_WAIT_S = 10.0
# 477 has Retry-After; without it, retry in a minute.
MIGRATION_WAIT_S = 60.0
# Entries of a batch's errors that mean "none". Source: HubSpot associate-records and recorded batch reads.
_NOTHING_THERE = frozenset({"OBJECT_NOT_FOUND"})


def parse(response: httpx.Response, decoder: msgspec.json.Decoder[T]) -> T:
    """The body of a success as the decoder's type; 207 counts as success.

    Raises:
        ServiceError: by `error_of` for every other status.
        UpstreamMalformedError: not JSON or not of this type; the detail names the path.
    """
    if not 200 <= response.status_code < 300:
        raise error_of(response)
    try:
        return decode_json(response.content, decoder)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        where = str(exc) if isinstance(exc, msgspec.ValidationError) else "not JSON"
        raise UpstreamMalformedError(
            f"HubSpot sent an answer that cannot be read ({where}). Try again.", upstream=upstream_of(response)
        ) from exc


def check_batch(problems: Iterable[BatchProblem], response: httpx.Response) -> None:
    """Accept a 207 whose failed inputs do not exist or have no result; other failures would silently lose data.

    Raises: UpstreamUnavailableError: HubSpot could not answer for some of the inputs.
    """
    if any(problem.category not in _NOTHING_THERE for problem in problems):
        raise UpstreamUnavailableError(
            "HubSpot could not read some of the records for a moment. Try again.", upstream=upstream_of(response)
        )


def error_of(response: httpx.Response) -> ServiceError:
    """The error for a failed answer, by its status first and the body's optional fields second."""
    body = _error_body(response)
    upstream = upstream_of(response)
    asked_s = retry_after_of(response.headers)
    match response.status_code:
        case 401:
            return AccessTokenRejectedError(
                "HubSpot did not accept our access. Try again; if it stays, connect the account again.",
                upstream=upstream,
            )
        case 423:
            return UpstreamUnavailableError(
                "HubSpot has locked the records for a moment while it changes many of them. Try again shortly.",
                retry_after_s=max(asked_s or 0.0, LOCK_WAIT_S),
                upstream=upstream,
            )
        case 429:
            return _rate_limited(body, asked_s, upstream)
        case 477:
            return UpstreamMigratingError(retry_after_s=asked_s or MIGRATION_WAIT_S, upstream=upstream)
        case status if status >= 500 or status == 408:
            return UpstreamUnavailableError(retry_after_s=asked_s, upstream=upstream)
        case status if 400 <= status < 500:
            return refusal_of(status, body, upstream)
        case _:
            return UpstreamError(upstream=upstream)


def upstream_of(response: httpx.Response) -> Upstream:
    """Status and correlation id, from the header or the body; a value that does not look like an id is dropped."""
    body = _error_body(response) if response.status_code >= 400 else {}
    reference = (
        response.headers.get("X-HubSpot-Correlation-Id") or _text(body, "correlationId") or _text(body, "requestId")
    )
    return Upstream(response.status_code, correlation_id_of(reference))


def _rate_limited(body: Mapping[str, Any], asked_s: float | None, upstream: Upstream) -> ServiceError:
    """By policy name; if it is absent, the message has it ("You have reached your secondly limit.")."""
    policy = (_text(body, "policyName") or _text(body, "message")).lower()
    if "daily" in policy:
        return UpstreamQuotaExhaustedError(retry_after_s=asked_s, upstream=upstream)
    wait_s = TEN_SECONDLY_WAIT_S if "ten_secondly" in policy else SECONDLY_WAIT_S
    return UpstreamRateLimitedError(retry_after_s=wait_s if asked_s is None else asked_s, upstream=upstream)


def _error_body(response: httpx.Response) -> Mapping[str, Any]:
    """The error body if it is a JSON object; HTML from a gateway counts as empty."""
    try:
        body = msgspec.json.decode(response.content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
