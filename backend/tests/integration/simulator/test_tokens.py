"""The token endpoint is as strict as HubSpot's; tokens live and die as HubSpot's do."""

import hashlib
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.raw_app import EU_PORTAL, FIRST_PORTAL, REDIRECT_URI, RawApp
from tests.servers import CLIENT_ID, CLIENT_SECRET, Simulator, running_simulator

DETAILS = "/account-info/2026-09/details"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """The status line and HubSpot's own status of a refusal, whose body must have HubSpot's shape."""
    body = answer.json()
    assert body["error_description"] == body["message"]
    return answer.status_code, body["status"]


def reads(app: RawApp, access_token: str) -> int:
    with app.client_of(access_token) as client:
        return client.get(DETAILS).status_code


class TestExchange:
    def test_a_code_becomes_tokens(self, app: RawApp) -> None:
        tokens = app.connect()

        assert tokens.keys() == {
            *("token_type", "refresh_token", "access_token", "hub_id", "scopes", "expires_in", "token_use")
        }
        assert (tokens["token_type"], tokens["token_use"], tokens["expires_in"]) == ("bearer", "access_token", 1800)
        assert tokens["hub_id"] == int(FIRST_PORTAL)
        assert len(tokens["access_token"]) <= 512
        assert reads(app, tokens["access_token"]) == 200

    def test_a_code_works_once(self, app: RawApp) -> None:
        code = app.code()

        first, second = app.exchange(code), app.exchange(code)

        assert first.status_code == 200
        assert refusal(second) == (400, "BAD_AUTH_CODE")

    def test_an_old_code_is_refused(self, app: RawApp, simulator: Simulator) -> None:
        code = app.code()
        simulator.settings(clock_offset_s=61)

        assert refusal(app.exchange(code)) == (400, "BAD_AUTH_CODE")

    @pytest.mark.parametrize(
        ("spoilt", "status"),
        [
            ({"grant_type": None}, "BAD_GRANT_TYPE"),
            ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
            ({"client_id": "another"}, "BAD_CLIENT_ID"),
            ({"client_secret": "wrong"}, "BAD_CLIENT_SECRET"),
            ({"client_secret": None}, "BAD_CLIENT_SECRET"),
            ({"code": "na1-guess"}, "BAD_AUTH_CODE"),
            ({"redirect_uri": f"{REDIRECT_URI}/"}, "BAD_REDIRECT_URI"),
            ({"redirect_uri": None}, "BAD_REDIRECT_URI"),
        ],
        ids=str,
    )
    def test_a_wrong_parameter_is_refused(self, app: RawApp, spoilt: dict[str, str | None], status: str) -> None:
        form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code": app.code()}

        assert refusal(app.token(form, **spoilt)) == (400, status)

    def test_a_wrong_secret_does_not_spend_the_code(self, app: RawApp) -> None:
        code = app.code()

        app.exchange(code, client_secret="wrong")

        assert app.exchange(code).status_code == 200

    def test_only_a_form_is_read(self, app: RawApp) -> None:
        form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code": app.code()}
        form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

        in_json = httpx.post(app.token_url, json=form, trust_env=False)
        in_query = httpx.post(app.token_url, params=form, data={"x": "y"}, trust_env=False)

        assert in_json.status_code == 415
        assert refusal(in_query) == (400, "BAD_GRANT_TYPE")
        assert httpx.post(app.token_url, data=form, trust_env=False).status_code == 200

    def test_v1_also_reads_the_query(self, simulator: Simulator) -> None:
        app = RawApp(simulator, version="v1")
        tokens = app.connect()
        query = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": tokens["refresh_token"]}

        answer = httpx.post(app.token_url, params=query, data={"grant_type": "refresh_token"}, trust_env=False)

        assert answer.status_code == 200


class TestPkce:
    def test_the_right_verifier_is_accepted(self, app: RawApp) -> None:
        assert app.exchange(app.code(**ASKED), code_verifier=VERIFIER).status_code == 200

    @pytest.mark.parametrize("verifier", [None, "", "another-verifier-of-forty-three-characters-or-more"])
    def test_a_wrong_or_missing_verifier_is_refused(self, app: RawApp, verifier: str | None) -> None:
        answer = app.exchange(app.code(**ASKED), code_verifier=verifier)

        assert refusal(answer) == (400, "BAD_CODE_VERIFIER")


class TestRefresh:
    def test_fixed_tokens_come_back_the_same_and_old_access_tokens_live_on(self, app: RawApp) -> None:
        tokens = app.connect()

        fresh = app.refresh(tokens["refresh_token"]).json()

        assert fresh["refresh_token"] == tokens["refresh_token"]
        assert fresh["access_token"] != tokens["access_token"]
        assert reads(app, tokens["access_token"]) == 200

    def test_rotating_tokens_work_once(self, app: RawApp, simulator: Simulator) -> None:
        simulator.settings(refresh_mode="rotating")
        first = app.connect()["refresh_token"]

        second = app.refresh(first).json()["refresh_token"]

        assert second != first
        assert refusal(app.refresh(first)) == (400, "BAD_REFRESH_TOKEN")
        assert app.refresh(second).status_code == 200

    def test_a_token_in_its_grace_works_for_a_minute_after_its_first_use(
        self, app: RawApp, simulator: Simulator
    ) -> None:
        simulator.settings(refresh_mode="grace")
        first = app.connect()["refresh_token"]
        app.refresh(first)

        assert app.refresh(first).status_code == 200
        simulator.settings(clock_offset_s=61)
        assert refusal(app.refresh(first)) == (400, "BAD_REFRESH_TOKEN")

    def test_a_lost_answer_has_spent_a_rotating_token(self, app: RawApp, simulator: Simulator) -> None:
        simulator.settings(refresh_mode="rotating")
        token = app.connect()["refresh_token"]
        simulator.fault("/token$", "lost")

        with pytest.raises(httpx.TransportError):
            app.refresh(token)

        assert refusal(app.refresh(token)) == (400, "BAD_REFRESH_TOKEN")

    def test_an_access_token_is_no_refresh_token(self, app: RawApp) -> None:
        assert refusal(app.refresh(app.connect()["access_token"])) == (400, "BAD_REFRESH_TOKEN")

    def test_after_a_change_of_secret_only_the_new_one_works(self, app: RawApp, simulator: Simulator) -> None:
        token = app.connect()["refresh_token"]

        simulator.app(client_secret="the-new-secret")

        assert refusal(app.refresh(token)) == (400, "BAD_CLIENT_SECRET")
        assert app.refresh(token, client_secret="the-new-secret").status_code == 200


class TestAccess:
    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc"])
    def test_no_token_and_an_unknown_one_are_not_authenticated(self, simulator: Simulator, header: str) -> None:
        answer = httpx.get(f"{simulator.url}{DETAILS}", headers={"authorization": header}, trust_env=False)

        assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")

    def test_a_refresh_token_opens_nothing(self, app: RawApp) -> None:
        assert reads(app, app.connect()["refresh_token"]) == 401

    def test_a_token_expires_after_its_lifetime(self, app: RawApp, simulator: Simulator) -> None:
        with app.client() as client:
            simulator.settings(clock_offset_s=1800 + 300)
            answer = client.get(DETAILS)

        body = answer.json()
        assert (answer.status_code, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
        assert body["message"] == "The OAuth token used to make this call expired 5 minute(s) ago."
        assert list(body["context"]) == ["expire time"]

    def test_all_access_tokens_of_an_account_can_be_expired_at_once(self, app: RawApp, simulator: Simulator) -> None:
        tokens, others = app.connect(), app.connect(EU_PORTAL)

        simulator.expire(FIRST_PORTAL)

        assert reads(app, tokens["access_token"]) == 401
        assert reads(app, others["access_token"]) == 200
        assert reads(app, app.refresh(tokens["refresh_token"]).json()["access_token"]) == 200

    def test_an_uninstalled_app_has_nothing_left(self, app: RawApp, simulator: Simulator) -> None:
        tokens = app.connect()

        simulator.revoke(FIRST_PORTAL)

        assert reads(app, tokens["access_token"]) == 401
        assert refusal(app.refresh(tokens["refresh_token"])) == (400, "BAD_REFRESH_TOKEN")
        assert reads(app, app.connect()["access_token"]) == 200

    def test_an_app_can_uninstall_itself(self, app: RawApp) -> None:
        tokens = app.connect()

        with app.client_of(tokens["access_token"]) as client:
            answer = client.delete("/appinstalls/2026-09/external-install")

        assert answer.status_code == 204
        assert reads(app, tokens["access_token"]) == 401


class TestIntrospectAndRevoke:
    def test_a_live_token_says_whose_it_is(self, app: RawApp) -> None:
        tokens = app.connect(EU_PORTAL)

        body = app.introspect(tokens["access_token"]).json()

        assert (body["active"], body["hub_id"], body["hub_domain"]) == (True, int(EU_PORTAL), "bergstroem.example")
        assert body["signed_access_token"]["hublet"] == "eu1"
        assert 1790 <= body["expires_in"] <= 1800

    def test_an_unknown_token_is_not_active(self, app: RawApp) -> None:
        assert app.introspect("na1-unknown").json() == {"active": False}

    def test_a_revoked_refresh_token_is_dead_and_issued_access_tokens_live_on(self, app: RawApp) -> None:
        tokens = app.connect()

        answer = app.revoke(tokens["refresh_token"])

        assert answer.status_code == 200
        assert refusal(app.refresh(tokens["refresh_token"])) == (400, "BAD_REFRESH_TOKEN")
        assert app.introspect(tokens["refresh_token"]).json() == {"active": False}
        assert reads(app, tokens["access_token"]) == 200

    @pytest.mark.parametrize("verb", ["introspect", "revoke"])
    def test_both_want_the_right_secret(self, app: RawApp, verb: str) -> None:
        answer = getattr(app, verb)(app.connect()["refresh_token"], client_secret="wrong")

        assert refusal(answer) == (400, "BAD_CLIENT_SECRET")


def test_tokens_survive_a_restart_and_what_is_revoked_stays_so(tmp_path: Path) -> None:
    options = ("--state-file", str(tmp_path / "state.json"))
    with running_simulator(tmp_path, *options) as simulator:
        app = RawApp(simulator)
        kept: dict[str, Any] = app.connect()
        revoked: dict[str, Any] = app.connect(EU_PORTAL)
        app.revoke(revoked["refresh_token"])

    with running_simulator(tmp_path, *options) as simulator:
        app = RawApp(simulator)

        assert reads(app, kept["access_token"]) == 200
        assert app.refresh(kept["refresh_token"]).status_code == 200
        assert refusal(app.refresh(revoked["refresh_token"])) == (400, "BAD_REFRESH_TOKEN")
