"""Whatever a token endpoint answers is a value or one of our errors, and a token that it yields can be sent."""

import re
from dataclasses import replace

import httpx
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.response_headers import LONGEST_WAIT_S
from errors import ServiceError, UpstreamMalformedError
from oauth.tokens import (
    ClientRejectedError,
    GrantRejectedError,
    TokenGrant,
    parse_grant,
    parse_introspection,
    read_answer,
)
from tests.unit.oauth.test_tokens import PROVIDER

NAMING = replace(PROVIDER, account_name_field="workspace_name", grant_id_field="bot_id")
MEMBERS = ("access_token", "refresh_token", "expires_in", "scope", "scopes", "hub_id", "workspace_name", "bot_id")
ERROR_MEMBERS = ("error", "status", "code", "error_description", "message", "active")

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values: st.SearchStrategy[object] = plain | st.lists(plain, max_size=3) | st.just({"a": {}})
objects = st.dictionaries(st.sampled_from(MEMBERS + ERROR_MEMBERS), values, max_size=6)
bodies = st.binary(max_size=200) | objects.map(msgspec.json.encode)
header_values = st.binary(max_size=50)
statuses = st.sampled_from([200, 204, 301, 400, 401, 403, 404, 408, 409, 425, 429, 477, 500, 503, 599])

HOSTILE = {
    "deep": b"[" * 200_000,
    "not utf-8": b'{"access_token": "\xff"}',
    "huge lifetime": b'{"access_token": "a", "expires_in": "' + b"9" * 5_000 + b'"}',
    "huge number": b'{"access_token": "a", "expires_in": ' + b"9" * 5_000 + b"}",
    "infinite": b'{"access_token": "a", "expires_in": 1e999}',
    "line break in the access token": b'{"access_token": "a\\r\\nX: y"}',
    "line break in the refresh token": b'{"access_token": "a", "refresh_token": "r\\n"}',
    "not ASCII": '{"access_token": "ä"}'.encode(),
    "9 KiB": b'{"access_token": "' + b"a" * 9_216 + b'"}',
    "refresh token of another type": b'{"access_token": "a", "refresh_token": 7}',
    "account of another type": b'{"access_token": "a", "hub_id": {"id": 42}}',
    "account with spaces": b'{"access_token": "a", "hub_id": "4 2"}',
}


@given(status=statuses, body=bodies, retry_after=header_values, reference=header_values)
@example(400, b"[" * 200_000, b"9" * 400, b"x")
@example(503, b'{"error": "\xff"}', b"9" * 5_000, b"x")
def test_any_answer_is_a_value_or_one_of_our_errors(
    status: int, body: bytes, retry_after: bytes, reference: bytes
) -> None:
    headers = [(b"Retry-After", retry_after), (b"X-Request-Id", reference)]
    response = httpx.Response(status, headers=headers, content=body)

    for parse in (parse_grant, parse_introspection):
        try:
            value = read_answer(response, NAMING, parse)
        except (GrantRejectedError, ClientRejectedError):
            continue
        except ServiceError as exc:
            assert 0 <= (exc.retry_after_s or 0) <= LONGEST_WAIT_S  # noqa: PT017 (what is checked is the error)
            continue
        if isinstance(value, TokenGrant):
            assert_usable(value)


def assert_usable(grant: TokenGrant) -> None:
    for token in (grant.access_token, grant.refresh_token):
        assert token is None or re.fullmatch(r"[\x20-\x7e]{1,8192}", token.get_secret_value())
    assert grant.expires_in_s is None or 0 <= grant.expires_in_s < 2**31
    assert grant.account_id is None or len(grant.account_id) <= 100


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_grant_is_malformed(body: bytes) -> None:
    with pytest.raises(UpstreamMalformedError) as raised:
        parse_grant(httpx.Response(200, content=body), NAMING)

    assert raised.value.__cause__ is None  # its text may quote a token


@pytest.mark.parametrize("size", [1, 8_192])
def test_a_token_up_to_8_kib_is_taken(size: int) -> None:
    grant = parse_grant(httpx.Response(200, content=msgspec.json.encode({"access_token": "a" * size})), NAMING)

    assert len(grant.access_token.get_secret_value()) == size


def test_scopes_that_are_not_scope_tokens_are_left_out() -> None:
    body = msgspec.json.encode({"access_token": "a", "scopes": ["crm.read", "two words", 'quote"', "x" * 300, 7]})

    assert parse_grant(httpx.Response(200, content=body), NAMING).scopes == ("crm.read",)


def test_a_name_loses_what_cannot_be_shown() -> None:
    body = msgspec.json.encode({"access_token": "a", "workspace_name": " Acme\r\n\x00 Ltd" + "x" * 500})

    name = parse_grant(httpx.Response(200, content=body), NAMING).account_name

    assert name is not None
    assert name.startswith("Acme Ltdx")
    assert len(name) < 200
