"""What a callback says of an install that began at the vendor's marketplace, and where it may send the browser."""

from dataclasses import replace

import pytest

from oauth.install import Install, add_state, check_return_url, find_install
from tests.unit.oauth.test_tokens import PROVIDER

HUBSPOT = replace(
    PROVIDER,
    authorize_url="https://app.hubspot.com/oauth/authorize",
    client_id="our-client",
    redirect_uri="https://app.example/callback",
    install_hosts=r"app(-[a-z0-9]+)?\.hubspot\.com",
)
RETURN_URL = "https://app-eu1.hubspot.com/ecosystem/1/install?app=7"


class TestReturnUrl:
    @pytest.mark.parametrize(
        "url",
        [
            RETURN_URL,
            "https://app.hubspot.com",
            "https://app.hubspot.com/",
            "https://app-na2.hubspot.com?x=1",
            "https://app.hubspot.com/oauth/authorize?client_id=our-client&redirect_uri=https://app.example/callback",
        ],
    )
    def test_the_vendors_application_may_be_returned_to(self, url: str) -> None:
        assert check_return_url(HUBSPOT, url) == url

    @pytest.mark.parametrize(
        "url",
        [
            None,
            "",
            "http://app.hubspot.com/",
            "https://evil.example/",
            "https://app.hubspot.com.evil.example/",
            "https://app.hubspot.com@evil.example/",
            "https://app.hubspot.com:8443/",
            "https://user@app.hubspot.com/",
            "https://evil.example/https://app.hubspot.com/",
            "https://appXhubspot.com/",
            "https://app-.hubspot.com/",
            "https://blog.hubspot.com/",
            "https://app.hubspot.com\\@evil.example/",
            "https://app.hubspot.com/\\evil.example",
            "https://app.hubspot.com/a b",
            "https://app.hubspot.com/\n",
            "https://app.hubspot.com/\u00e9",
            'https://app.hubspot.com/"><script>',
            "//app.hubspot.com/",
            "javascript:alert(1)//app.hubspot.com/",
            "https://app.hubspot.com/oauth/authorize?client_id=their-client&redirect_uri=https://evil.example",
            "https://app.hubspot.com/oauth/authorize?client_id=our-client&redirect_uri=https://evil.example",
            "https://app.hubspot.com/oauth/authorize?client_id=our-client&client_id=their-client",
            "https://app.hubspot.com/oauth/authorize?a=1;client_id=their-client",
            "https://app.hubspot.com/oauth/authorize?Client_ID=their-client",
            "https://app.hubspot.com/oauth/authorize?client_id=",
        ],
    )
    def test_anything_else_is_refused(self, url: str | None) -> None:
        assert check_return_url(HUBSPOT, url) is None

    def test_a_vendor_without_such_installs_has_none(self) -> None:
        assert check_return_url(replace(HUBSPOT, install_hosts=None), RETURN_URL) is None

    @pytest.mark.parametrize(
        ("url", "with_state"),
        [
            ("https://a.example/x", "https://a.example/x?state=s%2F1"),
            ("https://a.example/x?y=%20z", "https://a.example/x?y=%20z&state=s%2F1"),
            ("https://a.example/x?y=1#z", "https://a.example/x?y=1&state=s%2F1#z"),
        ],
    )
    def test_the_state_is_added_to_what_it_has(self, url: str, with_state: str) -> None:
        assert add_state(url, "s/1") == with_state


class TestFindInstall:
    @pytest.mark.parametrize(
        ("query", "install"),
        [
            ({"step": "authorize", "returnUrl": RETURN_URL}, Install(RETURN_URL, consent_follows_there=True)),
            ({"step": "authorize", "returnUrl": "https://evil.example"}, Install(None)),
            ({"step": "authorize"}, Install(None)),
            ({"code": "c", "returnUrl": RETURN_URL}, Install(RETURN_URL)),
            ({"code": "c", "returnUrl": "https://evil.example"}, Install(None)),
        ],
    )
    def test_a_beginning_is_recognized(self, query: dict[str, str], install: Install) -> None:
        assert find_install(HUBSPOT, query) == install

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"code": "c"},
            {"code": "c", "returnUrl": ""},
            {"state": "s", "code": "c", "step": "finalize", "returnUrl": RETURN_URL},
            {"state": "s", "step": "authorize", "returnUrl": RETURN_URL},
            {"code": "c", "step": "finalize", "returnUrl": RETURN_URL},
            {"step": "other", "returnUrl": RETURN_URL},
            {"error": "access_denied", "returnUrl": RETURN_URL},
        ],
    )
    def test_anything_else_is_an_ordinary_callback(self, query: dict[str, str]) -> None:
        """A last step without our state must not start over: the browser would go in circles."""
        assert find_install(HUBSPOT, query) is None

    def test_only_a_vendor_with_such_installs_has_them(self) -> None:
        assert find_install(replace(HUBSPOT, install_hosts=None), {"step": "authorize"}) is None
