import json
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from errors import (
    InternalError,
    RateLimitedError,
    RequestTimeoutError,
    ScopeMissingError,
    ServiceError,
    UnauthenticatedError,
    Upstream,
    UpstreamError,
)
from routes.problem_types import all_problem_types
from routes.problems import answer_problem, as_service_error, build_problem, instance_of

CANARY = "canary-of-the-caller"

# Every code with its status, whether the same request may succeed later, and what to do: what clients rely on.
CODES = """\
ambiguous_credentials 400 no fix_request
cross_site_blocked 403 no fix_request
credential_integrity 500 no contact_support
csrf_rejected 403 no fix_request
cursor_expired 410 no restart
event_endpoint_not_found 404 no fix_request
forbidden 403 no fix_request
host_not_allowed 421 no fix_request
identity_mismatch 403 no fix_request
internal_error 500 no contact_support
invalid_cursor 422 no fix_request
key_unknown 503 no contact_support
local_only 403 no fix_request
method_not_allowed 405 no fix_request
mirror_full 409 no ask_admin
not_acceptable 406 no fix_request
not_connected 404 no reconnect
not_found 404 no fix_request
oauth_code_rejected 400 no reconnect
oauth_denied 400 no reconnect
oauth_pkce_rejected 400 no contact_support
oauth_provider_mismatch 400 no reconnect
oauth_state_invalid 400 no reconnect
oauth_state_unbound 400 no reconnect
overloaded 503 yes retry
payload_too_large 413 no fix_request
portal_ambiguous 409 no fix_request
provider_misconfigured 500 no contact_support
provider_not_configured 503 no contact_support
rate_limited 429 yes retry
reconnect_required 409 no reconnect
request_timeout 408 yes retry
run_not_found 404 no fix_request
scope_missing 403 no reconnect
session_conflict 409 no fix_request
session_mismatch 403 no reconnect
shutting_down 503 yes retry
store_full 503 yes retry
store_unavailable 503 yes retry
sync_not_enabled 409 no fix_request
token_expired 401 no fix_request
token_invalid 401 no fix_request
token_refresh_backoff 503 yes wait
unauthenticated 401 no fix_request
unknown_object_type 422 no fix_request
unsupported_media_type 415 no fix_request
upstream_error 502 no contact_support
upstream_malformed 502 yes retry
upstream_migrating 503 yes wait
upstream_quota_exhausted 429 yes wait
upstream_rate_limited 429 yes retry
upstream_response_too_large 502 no contact_support
upstream_timeout 504 yes retry
upstream_unavailable 503 yes retry
validation_failed 422 no fix_request
webhook_signature_invalid 401 no fix_request
"""


def scope(method: str = "GET", **more: Any) -> Scope:
    return {
        "type": "http",
        "method": method,
        "path": "/integrations/hubspot/items",
        "headers": [],
        "state": {"correlation_id": "0123456789abcdef"},
        **more,
    }


async def answer(exc: Exception, method: str = "GET") -> tuple[dict[str, Any], dict[str, str]]:
    response = await answer_problem(Request(scope(method)), exc)
    return json.loads(bytes(response.body)), dict(response.headers)


class TestCodes:
    def test_the_table_of_codes_is_the_published_one(self) -> None:
        lines = [
            f"{type_.code} {type_.status} {'yes' if type_.retryable else 'no'} {type_.action}"
            for type_ in all_problem_types().values()
        ]

        assert sorted(lines) == sorted(CODES.splitlines())

    def test_every_code_says_what_happened_and_what_to_do_next(self) -> None:
        for type_ in all_problem_types().values():
            assert type_.title.strip(), type_.code
            assert type_.detail.endswith("."), type_.code
            assert len(type_.detail) > len(type_.title), type_.code


class TestDocument:
    async def test_it_has_the_standard_members_and_ours(self) -> None:
        body, headers = await answer(RateLimitedError(retry_after_s=2.2))

        assert body == {
            "type": "/problems/rate_limited",
            "title": "Too many requests",
            "status": 429,
            "detail": RateLimitedError.default_detail,
            "instance": "/integrations/hubspot/items",
            "code": "rate_limited",
            "retryable": True,
            "retry_after": 3,
            "action": "retry",
            "correlation_id": "0123456789abcdef",
            "upstream": None,
        }
        assert headers["content-type"] == "application/problem+json"
        assert headers["retry-after"] == "3"

    async def test_the_vendors_part_is_its_status_and_reference(self) -> None:
        body, _ = await answer(UpstreamError(upstream=Upstream(status=418, correlation_id="abc")))

        assert body["upstream"] == {"status": 418, "correlation_id": "abc"}

    async def test_further_members_stand_beside_the_others(self) -> None:
        body, _ = await answer(ScopeMissingError(missing_scopes=["tickets"], action="ask_admin"))

        assert body["missing_scopes"] == ["tickets"]
        assert body["action"] == "ask_admin"

    async def test_a_refused_sign_in_says_how_to_sign_in(self) -> None:
        _, headers = await answer(UnauthenticatedError())

        assert headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(("method", "retryable"), [("GET", True), ("POST", False), ("DELETE", False)])
    def test_the_unexpected_may_be_retried_where_nothing_was_written(self, method: str, *, retryable: bool) -> None:
        assert build_problem(InternalError(), scope(method)).retryable is retryable

    def test_the_instance_is_the_path_as_sent_without_its_query(self) -> None:
        assert instance_of(scope(raw_path=b"/a%0Ab?code=secret")) == "/a%0Ab"


class TestWhatWasRaised:
    @pytest.mark.parametrize(
        ("exc", "code"),
        [
            (RedisConnectionError("refused"), "store_unavailable"),
            (OutOfMemoryError("OOM"), "store_full"),
            (HTTPException(404), "not_found"),
            (HTTPException(405), "method_not_allowed"),
            (HTTPException(413), "payload_too_large"),
            (HTTPException(415), "unsupported_media_type"),
            (HTTPException(400), "validation_failed"),
            (HTTPException(418), "internal_error"),
            (KeyError(CANARY), "internal_error"),
        ],
    )
    def test_it_becomes_one_of_our_errors(self, exc: Exception, code: str) -> None:
        assert as_service_error(exc).code == code

    def test_a_guard_that_refused_while_the_body_was_read_is_heard(self) -> None:
        wrapped = HTTPException(400)
        wrapped.__cause__ = RequestTimeoutError()

        assert as_service_error(wrapped).code == "request_timeout"

    async def test_the_unexpected_says_nothing_of_itself(self) -> None:
        body, _ = await answer(RuntimeError(CANARY))

        assert body["detail"] == ServiceError.default_detail
        assert CANARY not in json.dumps(body)

    async def test_nobody_is_answered_who_is_gone(self) -> None:
        response = await answer_problem(Request(scope()), ClientDisconnect())

        assert response.status_code == 499


class TestValidation:
    async def test_each_fault_is_named_once_and_no_input_is_repeated(self) -> None:
        faults = [
            {
                "type": "int_parsing",
                "loc": ("query", "limit"),
                "msg": "Input should be a valid integer",
                "input": CANARY,
            },
            {
                "type": "int_parsing",
                "loc": ("query", "limit"),
                "msg": "Input should be a valid integer",
                "input": CANARY,
            },
            {
                "type": "value_error",
                "loc": ("query", "after"),
                "msg": "Value error, should be a cursor.",
                "ctx": CANARY,
            },
        ]

        body, _ = await answer(RequestValidationError(faults))

        assert body["detail"] == "The parameter `limit` is wrong: should be a whole number."
        assert body["errors"] == [
            {"parameter": "limit", "detail": "should be a whole number."},
            {"parameter": "after", "detail": "should be a cursor."},
        ]
        assert CANARY not in json.dumps(body)

    async def test_an_invented_name_is_not_repeated_either(self) -> None:
        faults = [{"type": "extra_forbidden", "loc": ("body", CANARY), "msg": "Extra inputs are not permitted"}]

        body, _ = await answer(RequestValidationError(faults))

        assert CANARY not in json.dumps(body)
