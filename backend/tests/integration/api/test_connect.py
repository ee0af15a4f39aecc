"""The connect flow over HTTP: start, callback page, status, and everything that refuses one."""

import re

import httpx
import pytest

from core.metrics import REGISTRY
from errors import OAuthStateInvalidError
from tests.integration.api.client import (
    EU_PORTAL,
    FIRST_PORTAL,
    OWN_CLICK,
    SENT_BACK,
    URL,
    Api,
    problem,
    query_of,
)
from tests.integration.api.conftest import OpenApi
from tests.servers import Simulator

AUTHORIZE = "/integrations/hubspot/authorize"
CALLBACK = "/integrations/hubspot/oauth2callback"


def shown_code(page: httpx.Response) -> str | None:
    """The stable code on a callback page."""
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    match = re.search(r"Code: <code>(\w+)</code>", page.text)
    return match and match[1]


def failures(code: str) -> float:
    return REGISTRY.get_sample_value("integrations_failures_total", {"code": code}) or 0


async def connections(api: Api) -> list[str]:
    credentials = await api.json("/integrations/hubspot/credentials")
    return [connection["portal_id"] for connection in credentials["connections"]]


class TestStart:
    async def test_a_browser_is_sent_to_the_vendor_with_a_cookie_for_this_attempt(self, api: Api) -> None:
        answer = await api.get(AUTHORIZE, {"Accept": "text/html,*/*;q=0.8", **OWN_CLICK})

        assert answer.status_code == 307
        assert answer.headers["location"].startswith(f"{api.simulator.url}/oauth/authorize?")
        cookie = answer.headers["set-cookie"]
        assert re.match(r"__Host-flow_[\w-]{8}=[\w-]{43}; ", cookie)
        for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
            assert attribute in cookie
        assert "Domain" not in cookie

    async def test_a_program_gets_the_address(self, api: Api) -> None:
        started = await api.start()

        assert set(started) == {"authorization_url", "flow_id", "expires_in"}
        assert started["expires_in"] == 600
        query = query_of(started["authorization_url"])
        assert query["redirect_uri"] == URL + CALLBACK
        assert query["code_challenge_method"] == "S256"

    async def test_no_secret_but_the_state_leaves_with_it(self, api: Api) -> None:
        answer = await api.get(AUTHORIZE, {"Accept": "application/json"})

        [bind] = [value for name, value in api.cookies.items() if name.startswith("__Host-flow_")]
        assert bind not in answer.text
        assert "verifier" not in answer.text

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
            {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
            {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Origin": "http://localhost:3000"},
        ],
    )
    async def test_another_sites_page_cannot_start_one(self, api: Api, headers: dict[str, str]) -> None:
        problem(await api.get(AUTHORIZE, headers), 403, "cross_site_blocked")

    async def test_a_link_on_another_site_may_open_it(self, api: Api) -> None:
        assert (await api.get(AUTHORIZE, SENT_BACK)).status_code == 307

    async def test_a_browser_under_another_local_name_is_sent_to_the_one_the_vendor_comes_back_to(
        self, api: Api
    ) -> None:
        answer = await api.http.get(f"http://127.0.0.1:8000{AUTHORIZE}?return_to=/a", headers=OWN_CLICK)

        assert answer.status_code == 307
        assert answer.headers["location"] == f"{URL}{AUTHORIZE}?return_to=/a"
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize(
        "path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\tb", "/ /evil.example", ""]
    )
    async def test_only_a_path_of_our_own_can_be_returned_to(self, api: Api, path: str) -> None:
        problem(await api.get(AUTHORIZE, return_to=path), 422, "validation_failed")

    @pytest.mark.parametrize("scope", ["crm.objects.contacts.write", "tickets  oauth", 'a"b', " "])
    async def test_a_link_cannot_ask_for_scopes_of_its_own(self, api: Api, scope: str) -> None:
        problem(await api.get(AUTHORIZE, scope=scope), 422, "validation_failed")

    async def test_a_scope_of_the_integration_may_be_named(self, api: Api) -> None:
        assert (await api.start(scope="tickets"))["flow_id"]

    async def test_an_integration_that_is_not_set_up_says_so(self, open_api: OpenApi) -> None:
        async with open_api(hubspot_client_id="", hubspot_client_secret="") as api:
            problem(await api.get(AUTHORIZE), 503, "provider_not_configured")

            listed = await api.json("/integrations")

        [hubspot] = [integration for integration in listed["integrations"] if integration["id"] == "hubspot"]
        assert hubspot["configured"] is False
        assert hubspot["missing_settings"] == ["HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET"]

    async def test_an_unknown_integration_is_not_found(self, api: Api) -> None:
        body = problem(await api.get("/integrations/salesforce/authorize"), 404, "not_found")

        assert "hubspot" in body["detail"]

    async def test_a_storm_of_starts_is_slowed_down(self, api: Api) -> None:
        answers = [await api.get(AUTHORIZE) for _ in range(31)]

        body = problem(answers[-1], 429, "rate_limited")
        assert {answer.status_code for answer in answers[:-1]} == {307}
        assert answers[-1].headers["retry-after"] == str(body["retry_after"])


class TestConnecting:
    async def test_the_flow_ends_connected_and_the_credentials_show_it(self, api: Api) -> None:
        started = await api.start()
        waiting = await api.json(f"/integrations/hubspot/flows/{started['flow_id']}")

        page = await api.come_back(api.simulator.decide(started["authorization_url"]))

        flow = await api.json(f"/integrations/hubspot/flows/{started['flow_id']}")
        credentials = await api.json("/integrations/hubspot/credentials")
        [connection] = credentials["connections"]
        assert waiting == {"status": "pending", "connection_id": None, "error": None}
        assert flow == {"status": "connected", "connection_id": connection["connection_id"], "error": None}
        assert page.status_code == 200
        assert shown_code(page) is None
        assert (credentials["provider"], credentials["status"]) == ("hubspot", "connected")
        assert list(connection) == [
            *("connection_id", "status", "portal_id", "portal_name", "account_type", "region", "ui_domain"),
            *("granted_scopes", "missing_scopes", "connected_at", "refreshed_at", "access_token_expires_at"),
            *("reason", "ended_at", "sync"),
        ]
        assert connection["portal_id"] == FIRST_PORTAL
        assert connection["missing_scopes"] == []

    async def test_the_flows_cookie_is_gone_afterwards(self, api: Api) -> None:
        await api.connect()

        assert [name for name in api.cookies if name.startswith("__Host-flow_")] == []

    async def test_two_tabs_at_once_do_not_disturb_each_other(self, api: Api) -> None:
        first, second = await api.start(), await api.start()

        for started, portal_id in ((second, EU_PORTAL), (first, FIRST_PORTAL)):
            callback = api.simulator.decide(started["authorization_url"], portal_id=portal_id)
            assert (await api.come_back(callback)).status_code == 200

        assert await connections(api) == [EU_PORTAL, FIRST_PORTAL]

    async def test_the_same_portal_again_replaces_its_connection(self, api: Api) -> None:
        before = await api.connect()

        assert await api.connect() == before
        assert await connections(api) == [FIRST_PORTAL]

    async def test_a_start_by_a_program_may_finish_in_any_browser_in_local(self, api: Api) -> None:
        started = await api.start(headers={})
        api.cookies.clear()

        page = await api.come_back(api.simulator.decide(started["authorization_url"]))

        assert page.status_code == 200

    async def test_somebody_elses_flow_looks_like_none(self, api: Api) -> None:
        started = await api.start()

        theirs = await api.as_user("Mallory").get(f"/integrations/hubspot/flows/{started['flow_id']}")
        none = await api.get("/integrations/hubspot/flows/no-such-flow")

        assert problem(theirs, 404, "not_found")["detail"] == problem(none, 404, "not_found")["detail"]


class TestRefusedCallback:
    async def test_another_browser_is_refused_and_nothing_is_spent(self, api: Api, simulator: Simulator) -> None:
        started = await api.start()
        callback = simulator.decide(started["authorization_url"])
        api.cookies.clear()

        page = await api.come_back(callback)

        assert (page.status_code, shown_code(page)) == (400, "oauth_state_unbound")
        assert simulator.log("/token") == []
        assert await connections(api) == []

    async def test_a_replayed_callback_is_refused_and_the_connection_stays(self, api: Api) -> None:
        started = await api.start()
        callback = api.simulator.decide(started["authorization_url"])
        await api.come_back(callback)

        page = await api.come_back(callback)

        assert (page.status_code, shown_code(page)) == (400, "oauth_state_invalid")
        assert await connections(api) == [FIRST_PORTAL]

    async def test_denied_consent_is_said_and_announced(self, api: Api) -> None:
        started = await api.start()

        page = await api.come_back(api.simulator.decide(started["authorization_url"], "deny"))

        flow = await api.json(f"/integrations/hubspot/flows/{started['flow_id']}")
        assert (page.status_code, shown_code(page)) == (400, "oauth_denied")
        assert flow["status"] == "failed"
        assert (flow["error"]["code"], flow["error"]["action"]) == ("oauth_denied", "reconnect")

    async def test_a_vendors_words_are_never_shown(self, api: Api) -> None:
        state = query_of((await api.start())["authorization_url"])["state"]

        page = await api.come_back(
            f"{CALLBACK}?state={state}&error=x&error_description=%3Cscript%3Ecanary%3C/script%3E"
        )

        assert page.status_code == 400
        assert "canary" not in page.text

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("", "oauth_state_invalid"),
            ("state=&code=x", "oauth_state_invalid"),
            ("state=unknown&code=x", "oauth_state_invalid"),
            ("code=x", "oauth_state_invalid"),
            ("error=access_denied", "oauth_state_invalid"),
            ("state={state}", "oauth_code_rejected"),
            ("state={state}&code=", "oauth_code_rejected"),
            ("state={state}&code=invented", "oauth_code_rejected"),
            ("state={state}&state={state}&code=x", "oauth_state_invalid"),
            ("state={state}&code=x&code=y", "oauth_state_invalid"),
            ("state={state}&code=x&iss=a&iss=b", "oauth_state_invalid"),
            ("step=authorize&step=authorize", "oauth_state_invalid"),
            ("state=%00%ff&code=x", "oauth_state_invalid"),
        ],
    )
    async def test_a_query_that_is_not_the_vendors_is_a_page_with_its_code(
        self, api: Api, query: str, code: str
    ) -> None:
        state = query_of((await api.start())["authorization_url"])["state"]

        page = await api.come_back(f"{CALLBACK}?{query.format(state=state)}")

        assert (page.status_code, shown_code(page)) == (400, code)
        assert state not in page.text
        assert await connections(api) == []

    async def test_two_answers_in_one_spend_nothing_so_that_the_real_one_still_counts(self, api: Api) -> None:
        callback = api.simulator.decide((await api.start())["authorization_url"])
        await api.come_back(f"{callback}&code=other")

        assert (await api.come_back(callback)).status_code == 200

    @pytest.mark.parametrize("provider", ["hubspot", "airtable", "notion"])
    async def test_an_answer_of_another_authorization_server_is_refused_and_nothing_is_spent(
        self, open_api: OpenApi, provider: str
    ) -> None:
        async with open_api(**{f"{provider}_issuer": "https://issuer.example"}) as api:
            started = (await api.get(AUTHORIZE.replace("hubspot", provider), {"Accept": "application/json"})).json()
            state = query_of(started["authorization_url"])["state"]
            callback = CALLBACK.replace("hubspot", provider)

            page = await api.come_back(f"{callback}?state={state}&code=x&iss=https://evil.example")

            assert (page.status_code, shown_code(page)) == (400, "oauth_provider_mismatch")
            assert api.simulator.log("/token$") == []

    async def test_another_integrations_callback_is_refused(self, api: Api) -> None:
        callback = api.simulator.decide((await api.start())["authorization_url"])

        page = await api.come_back(callback.replace("/hubspot/", "/airtable/"))

        assert (page.status_code, shown_code(page)) == (400, "oauth_provider_mismatch")

    async def test_a_wrong_client_secret_is_the_operators_and_says_so(self, open_api: OpenApi) -> None:
        async with open_api(hubspot_client_secret="not-the-secret-of-the-app") as api:
            page = await api.come_back(api.simulator.decide((await api.start())["authorization_url"]))

        assert (page.status_code, shown_code(page)) == (500, "provider_misconfigured")

    async def test_a_failure_that_no_caller_caused_is_counted(self, open_api: OpenApi) -> None:
        before = failures("provider_misconfigured")
        async with open_api(hubspot_client_secret="not-the-secret-of-the-app") as api:
            await api.come_back(api.simulator.decide((await api.start())["authorization_url"]))
            await api.come_back(api.simulator.decide((await api.start())["authorization_url"], decision="deny"))

        assert (failures("provider_misconfigured") - before, failures("oauth_denied")) == (1, 0)

    async def test_a_vendor_outage_is_a_page_too(self, api: Api, simulator: Simulator) -> None:
        callback = simulator.decide((await api.start())["authorization_url"])
        simulator.fault("/token$", "status", status=503, times=100, retry_after_s=7)

        page = await api.come_back(callback)

        assert (page.status_code, page.headers["retry-after"]) == (503, "7")
        assert shown_code(page) == "upstream_unavailable"


class TestCallbackPage:
    async def test_it_is_kept_by_nobody_and_runs_only_its_own_script(self, api: Api) -> None:
        page = await api.come_back(CALLBACK)

        policy = page.headers["content-security-policy"]
        nonce = re.search(r"script-src 'nonce-([\w-]{16,})'", policy)
        assert nonce is not None
        assert page.text.count(f'nonce="{nonce[1]}"') == 2
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        # An opener policy would cut it off from the page that waits.
        assert "cross-origin-opener-policy" not in page.headers

    async def test_each_page_has_a_nonce_of_its_own(self, api: Api) -> None:
        pages = [await api.come_back(CALLBACK) for _ in range(2)]

        assert len({page.headers["content-security-policy"] for page in pages}) == 2

    async def test_it_tells_our_origin_the_flow_and_how_it_ended_and_nothing_else(self, api: Api) -> None:
        started = await api.start()
        callback = api.simulator.decide(started["authorization_url"])

        page = await api.come_back(callback)

        assert f'data-flow-id="{started["flow_id"]}" data-status="connected" data-origin="{URL}"' in page.text
        assert "integration-connect" in page.text
        assert "location.pathname" in page.text
        for secret in query_of(callback).values():
            assert secret not in page.text

    async def test_it_names_the_account_and_the_user_it_belongs_to(self, api: Api) -> None:
        started = await api.as_user("<Ann>", "Acme").start()

        page = await api.come_back(api.simulator.decide(started["authorization_url"]))

        expected = (
            f"Northwind Outfitters (account {FIRST_PORTAL}) is connected for user &lt;Ann&gt; of organization Acme."
        )
        assert expected in page.text

    async def test_a_german_browser_reads_it_in_german(self, api: Api) -> None:
        started = await api.as_user("<Ann>", "Acme").start()

        page = await api.come_back(api.simulator.decide(started["authorization_url"]), "de-DE,de;q=0.9,en;q=0.8")

        assert '<html lang="de">' in page.text
        assert "<h1>HubSpot ist verbunden</h1>" in page.text
        assert f"Northwind Outfitters (Konto {FIRST_PORTAL}) ist für den Benutzer &lt;Ann&gt; der Org" in page.text
        assert page.headers["content-language"] == "de"

    async def test_a_german_browser_reads_a_failure_in_german(self, api: Api) -> None:
        page = await api.come_back(CALLBACK, "de")

        assert (page.status_code, shown_code(page)) == (400, "oauth_state_invalid")
        assert "<h1>Dieser Link zum Verbinden gilt nicht mehr</h1>" in page.text
        assert "Zurück zur Seite" in page.text
        assert f"Referenz: <code>{page.headers['x-request-id']}</code>" in page.text

    async def test_other_browsers_read_it_in_english_and_caches_keep_the_languages_apart(self, api: Api) -> None:
        page = await api.come_back(CALLBACK, "fr-FR,fr;q=0.9")

        assert '<html lang="en">' in page.text
        assert page.headers["content-language"] == "en"
        assert "Accept-Language" in page.headers["vary"]

    async def test_the_page_of_a_same_tab_attempt_goes_back_to_where_it_was_begun(self, api: Api) -> None:
        answer = await api.get(AUTHORIZE, OWN_CLICK, return_to="/?type=deals&q=%22x%22")

        page = await api.come_back(api.simulator.decide(answer.headers["location"]))

        assert 'data-return-to="/?type=deals&amp;q=%22x%22"' in page.text
        assert 'href="/?type=deals&amp;q=%22x%22"' in page.text

    async def test_a_failure_shows_its_reference(self, api: Api) -> None:
        page = await api.come_back(CALLBACK)

        assert OAuthStateInvalidError.default_detail.partition(".")[0] in page.text
        assert f"Reference: <code>{page.headers['x-request-id']}</code>" in page.text
        assert 'data-flow-id=""' in page.text
