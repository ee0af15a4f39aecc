"""Installing from HubSpot's marketplace; the test plays HubSpot's part between the simulator's consent and us."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from routes.auth.principal import SESSION_COOKIE
from tests.integration.api.client import FIRST_PORTAL, OWN_CLICK, SENT_BACK, Api, problem, query_of
from tests.integration.api.conftest import OpenApi
from tests.integration.api.test_connect import connections, shown_code
from tests.integration.api.test_sign_in import PRODUCTION, SECRET, sign_in

CALLBACK = "/integrations/hubspot/oauth2callback"


def consent_url(api: Api) -> str:
    """Where HubSpot goes on once it has our state. It builds this address itself, so there is no PKCE challenge."""
    query = {
        "client_id": "demo-client-id",
        "redirect_uri": f"http://localhost:8000{CALLBACK}",
        "scope": "oauth crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read",
    }
    return f"{api.simulator.url}/oauth/authorize?{urlencode(query)}"


async def begin(api: Api, **query: str) -> httpx.Response:
    return await api.http.get(f"{CALLBACK}?{urlencode(query)}", headers={"Accept": "text/html", **SENT_BACK})


def with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *more.items()])))


def shown_return(page: httpx.Response) -> str:
    match = re.search(r'data-return-to="([^"]*)"', page.text)
    assert match is not None
    return match[1].replace("&amp;", "&")


class TestWithSignIn:
    async def test_it_ends_connected_and_back_at_hubspot(self, api: Api) -> None:
        first = await begin(api, step="authorize", returnUrl=consent_url(api))
        assert first.status_code == 307
        assert first.headers["location"].startswith(consent_url(api) + "&state=")
        assert "HttpOnly" in first.headers["set-cookie"]
        done = f"{api.simulator.url}/done"
        callback = with_query(api.simulator.decide(first.headers["location"]), step="finalize", returnUrl=done)

        page = await api.come_back(callback)

        assert page.status_code == 200
        assert shown_return(page) == done
        assert await connections(api) == [FIRST_PORTAL]

    @pytest.mark.parametrize("later", ["https://evil.example/", ""])
    async def test_a_last_return_address_elsewhere_is_not_followed(self, api: Api, later: str) -> None:
        first = await begin(api, step="authorize", returnUrl=consent_url(api))
        callback = with_query(api.simulator.decide(first.headers["location"]), step="finalize", returnUrl=later)

        page = await api.come_back(callback)

        assert shown_return(page) == consent_url(api)

    async def test_an_ordinary_attempt_never_follows_a_return_address(self, api: Api) -> None:
        callback = api.simulator.decide((await api.start())["authorization_url"])

        page = await api.come_back(with_query(callback, step="finalize", returnUrl=f"{api.simulator.url}/done"))

        assert (page.status_code, shown_return(page)) == (200, "")

    async def test_a_refusal_stays_to_be_read_here(self, api: Api) -> None:
        first = await begin(api, step="authorize", returnUrl=consent_url(api))

        page = await api.come_back(api.simulator.decide(first.headers["location"], "deny"))

        assert (shown_code(page), shown_return(page)) == ("oauth_denied", "")
        assert 'href="/"' in page.text

    async def test_another_browser_cannot_finish_it(self, api: Api) -> None:
        first = await begin(api, step="authorize", returnUrl=consent_url(api))
        callback = with_query(api.simulator.decide(first.headers["location"]), step="finalize")
        api.cookies.clear()

        page = await api.come_back(callback)

        assert shown_code(page) == "oauth_state_unbound"
        assert api.simulator.log("/token$") == []

    async def test_a_last_step_without_our_state_ends_and_does_not_start_over(self, api: Api) -> None:
        page = await begin(api, step="finalize", code="x", returnUrl=consent_url(api))

        assert shown_code(page) == "oauth_state_invalid"


class TestWithoutSignIn:
    async def test_a_code_nobody_here_asked_for_is_not_used_and_our_own_attempt_begins(self, api: Api) -> None:
        done = f"{api.simulator.url}/done"
        first = await begin(api, code="of-somebody", returnUrl=done)
        assert first.status_code == 307
        assert query_of(first.headers["location"])["code_challenge_method"] == "S256"
        assert api.simulator.log("/token$") == []

        page = await api.come_back(api.simulator.decide(first.headers["location"]))

        assert shown_return(page) == done
        assert await connections(api) == [FIRST_PORTAL]

    @pytest.mark.parametrize("query", [{"code": "x"}, {"step": "authorize"}])
    async def test_a_return_address_elsewhere_is_dropped(self, api: Api, query: dict[str, str]) -> None:
        first = await begin(api, returnUrl="https://evil.example/", **query)
        assert first.headers["location"].startswith(f"{api.simulator.url}/oauth/authorize?")

        page = await api.come_back(api.simulator.decide(first.headers["location"]))

        assert (page.status_code, shown_return(page)) == (200, "")
        assert "evil" not in first.headers["location"] + page.text


class TestWhoBegins:
    async def test_the_signed_in_user_does(self, open_api: OpenApi) -> None:
        async with open_api(**PRODUCTION, host_jwt_secret=SECRET) as api:
            await sign_in(api)
            first = await begin(api, code="x", returnUrl=f"{api.simulator.url}/done")

            page = await api.come_back(api.simulator.decide(first.headers["location"]))

            assert "is connected for user ann of organization acme" in page.text

    @pytest.mark.parametrize("cookie", [None, "over"])
    async def test_nobody_does_without_a_session_and_the_page_says_what_to_do(
        self, open_api: OpenApi, cookie: str | None
    ) -> None:
        async with open_api(**PRODUCTION, host_jwt_secret=SECRET) as api:
            if cookie:
                api.cookies[SESSION_COOKIE] = cookie

            page = await begin(api, step="authorize", returnUrl=consent_url(api))

            assert (page.status_code, page.headers["www-authenticate"]) == (401, "Bearer")
            assert shown_code(page) in {"unauthenticated", "token_expired"}
            assert "Open this service from your application" in page.text

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "no-cors"}])
    async def test_another_sites_page_does_not(self, api: Api, headers: dict[str, Any]) -> None:
        answer = await api.get(CALLBACK, SENT_BACK | headers, step="authorize")

        problem(answer, 403, "cross_site_blocked")

    @pytest.mark.parametrize("provider", ["airtable", "notion"])
    async def test_other_vendors_have_no_such_install(self, api: Api, provider: str) -> None:
        page = await api.get(CALLBACK.replace("hubspot", provider), OWN_CLICK, step="authorize")

        assert shown_code(page) == "oauth_state_invalid"
