"""The consent page: what it shows, whom it refuses, and what the browser brings back."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.raw_app import EU_PORTAL, FIRST_PORTAL, REDIRECT_URI, REQUIRED_SCOPES, RawApp
from tests.servers import NO_CERTIFICATES, Simulator


class Page(HTMLParser):
    """The controls of a page: radios and buttons by value, and the text of everything."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("input", "button"):
            self.controls[str(dict(attrs)["value"])] = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, verify=NO_CERTIFICATES)


class TestThePage:
    def test_it_offers_both_accounts_and_two_decisions(self, app: RawApp) -> None:
        page = Page(get(app.authorize_url()).text)

        assert page.controls.keys() == {FIRST_PORTAL, EU_PORTAL, "allow", "deny"}
        assert {page.controls[portal]["type"] for portal in (FIRST_PORTAL, EU_PORTAL)} == {"radio"}
        assert "Northwind Outfitters" in page.text
        assert "Bergström & Söhne GmbH" in page.text

    @pytest.mark.parametrize(("account_id", "chosen"), [(None, FIRST_PORTAL), (EU_PORTAL, EU_PORTAL)])
    def test_an_account_in_the_path_is_preselected(self, app: RawApp, account_id: str | None, chosen: str) -> None:
        page = Page(get(app.authorize_url(account_id)).text)

        assert [value for value, attributes in page.controls.items() if "checked" in attributes] == [chosen]

    def test_it_isolates_itself_from_its_opener_when_told_to(self, app: RawApp, simulator: Simulator) -> None:
        simulator.settings(consent_opener_policy="same-origin")

        assert get(app.authorize_url()).headers["cross-origin-opener-policy"] == "same-origin"

    @pytest.mark.parametrize(
        "spoilt",
        [
            {"client_id": "another"},
            {"client_id": None},
            {"redirect_uri": "http://localhost:8000/elsewhere"},
            {"redirect_uri": f"{REDIRECT_URI}?more=1"},
            {"redirect_uri": "https://localhost:8000/integrations/hubspot/oauth2callback"},
            {"redirect_uri": None},
            {"scope": "oauth"},
            {"scope": f"{REQUIRED_SCOPES} crm.objects.unicorns.read"},
            {"optional_scope": "crm.objects.unicorns.read"},
            {"response_type": "token"},
            {"code_challenge": "abc", "code_challenge_method": "plain"},
        ],
        ids=str,
    )
    def test_a_bad_request_shows_an_error_page_and_redirects_nowhere(
        self, app: RawApp, spoilt: dict[str, str | None]
    ) -> None:
        shown, decided = get(app.authorize_url(**spoilt)), app.answer_consent({"decision": "allow"}, **spoilt)

        for answer in (shown, decided):
            assert answer.status_code == 400
            assert "Authorization failed" in answer.text
            assert "location" not in answer.headers


class TestTheDecision:
    def test_allow_brings_back_a_code_and_the_state(self, app: RawApp) -> None:
        answer = app.answer_consent({"decision": "allow", "portal_id": EU_PORTAL})

        location = urlsplit(answer.headers["location"])
        query = parse_qs(location.query)
        assert answer.status_code == 302
        assert location._replace(query="").geturl() == REDIRECT_URI
        assert query["state"] == ["a state/with?signs"]
        assert query["code"][0].startswith("eu1-")

    def test_deny_brings_back_an_error_and_no_code(self, app: RawApp) -> None:
        query = app.callback({"decision": "deny"})

        assert query.keys() == {"error", "error_description", "state"}
        assert query["error"] == "access_denied"

    def test_the_error_can_be_any_other(self, app: RawApp, simulator: Simulator) -> None:
        simulator.settings(consent_error="server_error")

        assert app.callback({"decision": "allow"})["error"] == "server_error"

    @pytest.mark.parametrize("form", [{}, {"decision": "maybe"}, {"decision": "allow", "portal_id": "1"}], ids=str)
    def test_no_decision_and_a_foreign_account_are_refused(self, app: RawApp, form: dict[str, str]) -> None:
        assert app.answer_consent(form).status_code == 400

    def test_an_added_account_can_allow_and_is_gone_after_a_reset(self, app: RawApp, simulator: Simulator) -> None:
        [portal_id] = simulator.add_portals(1, contacts=3)

        assert app.connect(portal_id)["hub_id"] == int(portal_id)
        assert len(simulator.export(portal_id, "contacts")) == 3
        simulator.reset()
        assert app.answer_consent({"decision": "allow", "portal_id": portal_id}).status_code == 400

    def test_an_optional_scope_that_the_account_lacks_is_dropped_silently(self, app: RawApp) -> None:
        granted = app.connect(EU_PORTAL)["scopes"]

        assert "crm.objects.owners.read" in granted
        assert "tickets" not in granted

    def test_a_required_scope_that_the_account_lacks_fails_the_install(self, app: RawApp) -> None:
        form = {"decision": "allow", "portal_id": EU_PORTAL}

        answer = app.answer_consent(form, scope=f"{REQUIRED_SCOPES} tickets")

        assert answer.status_code == 400
        assert "tickets" in answer.text
