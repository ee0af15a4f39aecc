"""What goes to a token endpoint, and what its answers mean."""

from base64 import b64decode
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx
import msgspec
import pytest
from pydantic import SecretStr

from errors import (
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
    UpstreamUnreachableError,
)
from oauth.provider import OAuthProvider
from oauth.token_endpoint import build_call, classify, may_have_acted
from oauth.token_values import lifetime_of
from oauth.tokens import (
    ClientRejectedError,
    GrantRejectedError,
    PkceRejectedError,
    TokenGrant,
    decipher_refusal,
    parse_grant,
    parse_introspection,
)

PROVIDER = OAuthProvider(
    name="vendor",
    label="Vendor",
    authorize_url="https://vendor.test/authorize",
    token_url="https://vendor.test/token",
    api_url="https://vendor.test",
    client_id="client id",
    client_secret=SecretStr("se:cret+&"),
    redirect_uri="http://localhost:8000/integrations/vendor/oauth2callback",
    scopes=("read",),
    account_id_field="hub_id",
    error_aliases={
        "BAD_AUTH_CODE": "invalid_grant",
        "BAD_CLIENT_ID": "invalid_client",
        "BAD_CODE_VERIFIER": "invalid_code_verifier",
    },
)


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return httpx.Response(
        status, headers={name.replace("_", "-"): value for name, value in headers.items()}, content=content
    )


class TestBuildRequest:
    def test_the_form_carries_the_clients_credentials(self) -> None:
        request = build_call(PROVIDER, PROVIDER.token_url, {"grant_type": "refresh_token"}).as_request(None)

        assert "Authorization" not in request.headers
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert parse_qs(request.content.decode()) == {
            "grant_type": ["refresh_token"],
            "client_id": ["client id"],
            "client_secret": ["se:cret+&"],
        }

    def test_basic_encodes_both_halves_before_joining_them(self) -> None:
        """RFC 6749 section 2.3.1: form-encoded first, so that a colon in the secret stays one."""
        provider = replace(PROVIDER, client_authentication="basic")

        request = build_call(provider, provider.token_url, {"grant_type": "refresh_token"}).as_request(None)

        scheme, _, pair = request.headers["Authorization"].partition(" ")
        assert (scheme, b64decode(pair).decode()) == ("Basic", "client%20id:se%3Acret%2B%26")
        assert parse_qs(request.content.decode()) == {"grant_type": ["refresh_token"]}

    def test_nothing_of_it_prints(self) -> None:
        request = build_call(PROVIDER, PROVIDER.token_url, {"code": "code-1"}).as_request(None)

        assert "code-1" not in repr(request)
        assert "se:cret" not in repr(request) + repr(PROVIDER)


class TestDecipherRefusal:
    @pytest.mark.parametrize(
        ("response", "meaning"),
        [
            (answer({"error": "invalid_grant"}, 400), GrantRejectedError),
            (answer({"status": "BAD_AUTH_CODE", "message": "missing or unknown auth code"}, 400), GrantRejectedError),
            (answer({"error": "invalid_client"}, 401), ClientRejectedError),
            (answer({"status": "BAD_CLIENT_ID"}, 400), ClientRejectedError),
            (answer({"error": "invalid_grant", "status": "BAD_CODE_VERIFIER"}, 400), PkceRejectedError),
            (answer({"error": "invalid_request", "message": "code_challenge is unknown"}, 400), PkceRejectedError),
            (answer(b"", 401), ClientRejectedError),
            (answer({"error": "temporarily_unavailable"}, 400), UpstreamUnavailableError),
            (answer({"error": "invalid_grant"}, 409), UpstreamUnavailableError),
            (answer(b"<html>", 502), UpstreamUnavailableError),
            (answer({}, 429), UpstreamRateLimitedError),
            (answer(b"<html>", 403), UpstreamError),
            (answer({"error": ["invalid_grant"]}, 400), UpstreamError),
            (answer(b"", 302), UpstreamError),
        ],
    )
    def test_each_refusal_has_one_meaning(self, response: httpx.Response, meaning: type[Exception]) -> None:
        assert type(decipher_refusal(response, PROVIDER)) is meaning

    @pytest.mark.parametrize(("value", "wait_s"), [("17", 17.0), ("soon", None), ("-1", None), ("", None)])
    def test_the_wait_asked_for_is_kept_when_it_is_a_number(self, value: str, wait_s: float | None) -> None:
        error = decipher_refusal(answer({}, 429, retry_after=value), PROVIDER)

        assert isinstance(error, UpstreamRateLimitedError)
        assert error.retry_after_s == wait_s

    def test_the_vendors_words_are_left_behind(self) -> None:
        error = decipher_refusal(answer({"message": "token abc is bad"}, 400, x_request_id="r-1"), PROVIDER)

        assert isinstance(error, UpstreamError)
        assert "abc" not in f"{error} {error.detail} {error.upstream}"
        assert error.upstream is not None
        assert (error.upstream.status, error.upstream.correlation_id) == (400, "r-1")


class TestParseGrant:
    def parse(self, **members: Any) -> TokenGrant:
        return parse_grant(answer({"access_token": "a", **members}), PROVIDER)

    def test_hubspots_documented_answer(self) -> None:
        grant = self.parse(
            token_type="bearer", refresh_token="na1-aaaa", hub_id=1234567, scopes=["oauth", "a.read"], expires_in=1800
        )

        assert grant == TokenGrant(
            access_token=SecretStr("a"),
            refresh_token=SecretStr("na1-aaaa"),
            expires_in_s=1800,
            scopes=("a.read", "oauth"),
            account_id="1234567",
        )

    def test_the_standards_scope_by_spaces(self) -> None:
        assert self.parse(scope="b a").scopes == ("a", "b")

    def test_what_is_missing_is_none(self) -> None:
        grant = self.parse()

        assert (grant.refresh_token, grant.expires_in_s, grant.scopes, grant.account_id) == (None, None, None, None)

    @pytest.mark.parametrize(
        ("expires_in", "seconds"),
        [
            (1800, 1800),
            (12.9, 12),
            ("3600", 3600),
            (0, 0),
            (-5, 0),
            (None, None),
            ("soon", None),
            (True, None),
            (1e12, None),
        ],
    )
    def test_lifetimes(self, expires_in: Any, seconds: int | None) -> None:
        assert self.parse(expires_in=expires_in).expires_in_s == seconds

    @pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), float("1e400"), "9" * 400])
    def test_a_lifetime_that_is_no_finite_number_is_malformed(self, value: object) -> None:
        with pytest.raises(ValueError, match="not a lifetime"):
            lifetime_of(value)

    @pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "-Infinity"])
    def test_so_is_one_in_an_answer(self, number: str) -> None:
        with pytest.raises(UpstreamMalformedError):
            parse_grant(answer(b'{"access_token": "a", "expires_in": %s}' % number.encode()), PROVIDER)

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"access_token": ""}', b'{"access_token": 7}'])
    def test_an_answer_without_a_token_is_malformed(self, body: bytes) -> None:
        with pytest.raises(UpstreamMalformedError):
            parse_grant(answer(body), PROVIDER)

    def test_an_account_name_cut_inside_an_emoji_keeps_the_grant(self) -> None:
        provider = replace(PROVIDER, account_name_field="workspace_name")

        grant = parse_grant(
            httpx.Response(200, content=rb'{"access_token":"a","workspace_name":"Acme \ud83d"}'), provider
        )

        assert grant.account_name == "Acme \ufffd"

    def test_tokens_do_not_print(self) -> None:
        grant = parse_grant(answer({"access_token": "hush-1", "refresh_token": "hush-2"}), PROVIDER)

        assert "hush" not in f"{grant} {grant!r}"


class TestParseIntrospection:
    def test_an_active_token_names_its_account(self) -> None:
        introspection = parse_introspection(answer({"active": True, "hub_id": 42, "scopes": ["oauth"]}), PROVIDER)

        assert (introspection.active, introspection.account_id, introspection.scopes) == (True, "42", ("oauth",))

    @pytest.mark.parametrize("body", [{"active": False}, {}, {"active": "true"}, {"active": None}])
    def test_anything_but_true_is_inactive(self, body: dict[str, Any]) -> None:
        assert parse_introspection(answer(body), PROVIDER).active is False


class TestRepeating:
    @pytest.mark.parametrize("repeatable", [True, False])
    def test_what_the_vendor_did_not_look_at_is_repeated_whatever_it_is(self, *, repeatable: bool) -> None:
        for error in (UpstreamUnreachableError(), UpstreamRateLimitedError()):
            failure = classify(error, repeatable=repeatable)

            assert failure is not None
            assert failure.retryable

    @pytest.mark.parametrize(
        "error",
        [
            UpstreamTimeoutError(),
            UpstreamMalformedError(),
            UpstreamUnavailableError(),
        ],
    )
    def test_what_the_vendor_may_have_done_is_repeated_only_where_it_does_no_harm(self, error: Exception) -> None:
        exchange, refresh = classify(error, repeatable=False), classify(error, repeatable=True)

        assert exchange is not None
        assert refresh is not None
        assert (exchange.retryable, refresh.retryable) == (False, True)

    @pytest.mark.parametrize("error", [GrantRejectedError(), ClientRejectedError(), UpstreamError()])
    def test_a_refusal_is_never_repeated(self, error: Exception) -> None:
        assert classify(error, repeatable=True) is None


class TestDoubt:
    @pytest.mark.parametrize(
        ("error", "acted"),
        [
            (UpstreamUnreachableError(), False),
            (UpstreamRateLimitedError(), False),
            (UpstreamError(), False),
            (UpstreamResponseTooLargeError(), True),
            (UpstreamTimeoutError(), True),
            (UpstreamUnavailableError(), True),
            (UpstreamMalformedError(), True),
        ],
    )
    def test_only_an_answer_or_an_unsent_request_leaves_no_doubt(self, error: Exception, *, acted: bool) -> None:
        assert may_have_acted(error) is acted
