"""The consent page's address, and what a callback is checked for."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import structlog

from errors import (
    OAuthCodeRejectedError,
    OAuthDeniedError,
    OAuthPkceRejectedError,
    OAuthProviderMismatchError,
    OAuthStateUnboundError,
    ProviderMisconfiguredError,
    SessionMismatchError,
    UpstreamUnavailableError,
)
from oauth.callback import Callback, cookie_name, verify_callback
from oauth.connection import Owner
from oauth.flow import FlowStart, build_authorization_url
from oauth.flow_store import BegunFlow, hash_secret
from oauth.provider import OAuthProvider
from tests.unit.oauth.test_tokens import PROVIDER

BEGUN = BegunFlow(
    flow_id="flow-id-1234567",
    provider="vendor",
    org_id="acme",
    user_id="ann",
    redirect_uri=PROVIDER.redirect_uri,
    code_verifier="hush-verifier",
    bind_digest=hash_secret("bind"),
    scopes=["read"],
)
COOKIES = {cookie_name(BEGUN.flow_id): "bind"}
QUERY = {"state": "s", "code": "c"}
ANN = Owner("acme", "ann")


def check(
    provider: OAuthProvider, begun: BegunFlow, query: dict[str, str], cookies: dict[str, str], owner: Owner | None
) -> None:
    verify_callback(provider, begun, Callback(query=query, cookies=cookies, session_owner=owner))


class TestAuthorizationUrl:
    def test_it_asks_for_what_the_standard_and_the_vendor_want(self) -> None:
        provider = replace(PROVIDER, scopes=("oauth", "a.read"))

        url = build_authorization_url(provider, "state-1", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", ("more",))

        assert url.startswith("https://vendor.test/authorize?")
        assert "scope=oauth%20a.read" in url  # HubSpot wants %20, not +
        assert parse_qs(urlsplit(url).query) == {
            "client_id": ["client id"],
            "redirect_uri": [PROVIDER.redirect_uri],
            "response_type": ["code"],
            "scope": ["oauth a.read"],
            "optional_scope": ["more"],
            "state": ["state-1"],
            # RFC 7636 appendix B
            "code_challenge": ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
            "code_challenge_method": ["S256"],
        }

    def test_without_pkce_and_optional_scopes_neither_is_mentioned(self) -> None:
        query = parse_qs(urlsplit(build_authorization_url(PROVIDER, "s", None, ())).query)

        assert query.keys() == {"client_id", "redirect_uri", "response_type", "scope", "state"}


class TestVerifyCallback:
    def test_the_right_browser_with_a_code_may_go_on(self) -> None:
        check(PROVIDER, BEGUN, QUERY, COOKIES, ANN)
        check(PROVIDER, BEGUN, QUERY, COOKIES, None)

    def test_the_provider_is_checked_before_the_browser(self) -> None:
        with pytest.raises(OAuthProviderMismatchError):
            check(replace(PROVIDER, name="other"), BEGUN, QUERY, {}, None)

    def test_a_redirect_address_that_changed_meanwhile_is_refused(self) -> None:
        with pytest.raises(OAuthProviderMismatchError):
            check(replace(PROVIDER, redirect_uri="https://elsewhere.test/cb"), BEGUN, QUERY, COOKIES, None)

    @pytest.mark.parametrize(
        "cookies", [{}, {cookie_name(BEGUN.flow_id): ""}, {cookie_name(BEGUN.flow_id): "other"}, {"bind": "bind"}]
    )
    def test_a_browser_without_the_cookie_is_refused_even_with_a_denial(self, cookies: dict[str, str]) -> None:
        with pytest.raises(OAuthStateUnboundError):
            check(PROVIDER, BEGUN, {"state": "s", "error": "access_denied"}, cookies, None)

    def test_a_live_session_of_the_same_owner_stands_for_the_cookie(self) -> None:
        check(PROVIDER, BEGUN, QUERY, {}, ANN)

    @pytest.mark.parametrize("cookies", [{}, COOKIES])
    def test_another_owners_session_is_refused_with_or_without_the_cookie(self, cookies: dict[str, str]) -> None:
        with pytest.raises(SessionMismatchError):
            check(PROVIDER, BEGUN, QUERY, cookies, Owner("acme", "bob"))

    def test_any_browser_may_finish_only_what_says_so(self) -> None:
        check(PROVIDER, msgspec.structs.replace(BEGUN, any_browser=True), QUERY, {}, None)

    def test_a_flow_stored_without_a_binding_is_refused(self) -> None:
        """As an older release stored a start by a host token."""
        with pytest.raises(OAuthStateUnboundError):
            check(PROVIDER, msgspec.structs.replace(BEGUN, bind_digest=None), QUERY, COOKIES, None)

    @pytest.mark.parametrize("error", ["access_denied", "anything", ""])
    def test_any_error_of_the_vendor_is_a_denial_even_beside_a_code(self, error: str) -> None:
        with pytest.raises(OAuthDeniedError):
            check(PROVIDER, BEGUN, QUERY | {"error": error}, COOKIES, None)

    @pytest.mark.parametrize(
        "query",
        [
            {"error": "invalid_request", "error_description": "Unknown parameter: code_challenge"},
            {"error": "pkce_not_supported"},
            {"error": "invalid_request"},
        ],
    )
    def test_a_refused_challenge_names_the_setting_that_turns_pkce_off(self, query: dict[str, str]) -> None:
        provider = replace(PROVIDER, pkce_setting="VENDOR_PKCE")

        with (
            structlog.testing.capture_logs() as captured,
            pytest.raises(OAuthPkceRejectedError, match="VENDOR_PKCE=false"),
        ):
            check(provider, BEGUN, {"state": "s"} | query, COOKIES, None)

        assert [line["setting"] for line in captured] == ["VENDOR_PKCE=false"]

    @pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
    def test_a_vendor_that_fails_is_not_called_a_denial(self, error: str) -> None:
        with pytest.raises(UpstreamUnavailableError, match="Try again"):
            check(PROVIDER, BEGUN, {"state": "s", "error": error}, COOKIES, None)

    @pytest.mark.parametrize("error", ["invalid_scope", "unauthorized_client", "unsupported_response_type"])
    def test_a_refused_request_is_for_the_operator(self, error: str) -> None:
        with pytest.raises(ProviderMisconfiguredError, match=error):
            check(PROVIDER, BEGUN, {"state": "s", "error": error}, COOKIES, None)

    def test_an_attempt_without_a_challenge_was_not_refused_for_it(self) -> None:
        begun = msgspec.structs.replace(BEGUN, code_verifier=None)

        with pytest.raises(ProviderMisconfiguredError):
            check(PROVIDER, begun, {"state": "s", "error": "invalid_request"}, COOKIES, None)

    def test_without_a_code_there_is_nothing_to_exchange(self) -> None:
        with pytest.raises(OAuthCodeRejectedError):
            check(PROVIDER, BEGUN, {"state": "s"}, COOKIES, None)


class TestIssuer:
    """RFC 9207 section 2.4."""

    KNOWN = replace(PROVIDER, issuer="https://vendor.test")

    @pytest.mark.parametrize("query", [QUERY, QUERY | {"iss": "https://vendor.test"}])
    def test_the_vendors_own_or_none_is_accepted(self, query: dict[str, str]) -> None:
        check(self.KNOWN, BEGUN, query, COOKIES, ANN)

    @pytest.mark.parametrize("iss", ["https://other.test", "https://vendor.test/", "HTTPS://vendor.test", ""])
    @pytest.mark.parametrize("answer", [{"code": "c"}, {"error": "access_denied"}])
    def test_any_other_is_refused_with_a_code_or_an_error(self, iss: str, answer: dict[str, str]) -> None:
        with pytest.raises(OAuthProviderMismatchError, match="another authorization server"):
            check(self.KNOWN, BEGUN, {"state": "s", "iss": iss} | answer, COOKIES, ANN)

    def test_of_a_vendor_whose_issuer_is_not_known_it_is_not_compared(self) -> None:
        check(PROVIDER, BEGUN, QUERY | {"iss": "https://anything.test"}, COOKIES, ANN)


class TestNothingPrints:
    def test_neither_what_is_stored_nor_what_is_handed_out(self) -> None:
        start = FlowStart(
            authorization_url="https://vendor.test/?state=hush-state",
            flow_id="f",
            cookie_name="n",
            cookie_value="hush-bind",
        )

        callback = Callback(query={"state": "hush-state", "code": "hush-code"}, cookies={"n": "hush-bind"})

        assert "hush" not in f"{BEGUN} {BEGUN!r} {start} {start!r} {callback} {callback!r}"
