"""The simulated Airtable and Notion are as strict as what they stand for."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.servers import NO_CERTIFICATES, Simulator, service_settings

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Client:
    """Speaks OAuth with a simulated vendor, without the product."""

    def __init__(self, simulator: Simulator, vendor: str) -> None:
        settings = service_settings(simulator.url)
        self.simulator = simulator
        self.client_id = settings[f"{vendor.upper()}_CLIENT_ID"]
        self.auth = (self.client_id, settings[f"{vendor.upper()}_CLIENT_SECRET"])
        self.url = f"{simulator.url}/{vendor}"
        self.redirect_uri = f"http://localhost:8000/integrations/{vendor}/oauth2callback"
        self.http = httpx.Client(base_url=self.url, trust_env=False, verify=NO_CERTIFICATES)

    def authorize_url(self, path: str, **parameters: str | None) -> str:
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "state": "s" * 20,
        } | parameters
        return f"{self.url}{path}?{urlencode({name: value for name, value in asked.items() if value is not None})}"

    def callback(self, authorize_url: str, decision: str = "allow") -> dict[str, str]:
        query = urlsplit(self.simulator.decide(authorize_url, decision)).query
        return {name: values[0] for name, values in parse_qs(query).items()}


class Airtable(Client):
    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator, "airtable")

    def authorize(self, **parameters: str | None) -> str:
        scope = "schema.bases:read user.email:read"
        pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        return self.authorize_url("/oauth2/v1/authorize", **({"scope": scope} | pkce | parameters))

    def token(self, fields: Mapping[str, str], **more: Any) -> httpx.Response:
        return self.http.post("/oauth2/v1/token", data=fields, **({"auth": self.auth} | more))

    def exchange(self, **changed: str) -> httpx.Response:
        code = self.callback(self.authorize())["code"]
        fields = {"grant_type": "authorization_code", "redirect_uri": self.redirect_uri, "code_verifier": VERIFIER}
        return self.token(fields | {"code": code} | changed)

    def refresh(self, refresh_token: str) -> httpx.Response:
        return self.token({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def get(self, path: str, access_token: str) -> httpx.Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {access_token}"})


class Notion(Client):
    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator, "notion")

    def authorize(self, **parameters: str | None) -> str:
        return self.authorize_url("/v1/oauth/authorize", **({"owner": "user"} | parameters))

    def token(self, body: Mapping[str, str], path: str = "token") -> httpx.Response:
        return self.http.post(f"/v1/oauth/{path}", json=body, auth=self.auth)

    def exchange(self) -> httpx.Response:
        code = self.callback(self.authorize())["code"]
        return self.token({"grant_type": "authorization_code", "redirect_uri": self.redirect_uri, "code": code})

    def search(self, access_token: str, *, version: str | None = "2022-06-28", **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {access_token}"} | ({"Notion-Version": version} if version else {})
        return self.http.post("/v1/search", json=body, headers=headers)


@pytest.fixture
def airtable(simulator: Simulator) -> Iterator[Airtable]:
    client = Airtable(simulator)
    yield client
    client.http.close()


@pytest.fixture
def notion(simulator: Simulator) -> Iterator[Notion]:
    client = Notion(simulator)
    yield client
    client.http.close()


class TestAirtableConsent:
    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"state": None}, "invalid_request"),
            ({"scope": ""}, "invalid_scope"),
            ({"scope": "schema.bases:read schema.bases:read"}, "invalid_scope"),
            ({"scope": "schema.bases:write"}, "invalid_scope"),
            ({"response_type": "token"}, "unsupported_response_type"),
        ],
    )
    def test_a_request_that_is_not_as_documented_is_sent_back(
        self, airtable: Airtable, changed: dict[str, str | None], error: str
    ) -> None:
        assert airtable.callback(airtable.authorize(**changed))["error"] == error

    @pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}])
    def test_nobody_is_sent_to_an_address_that_is_not_registered(
        self, airtable: Airtable, changed: dict[str, str]
    ) -> None:
        assert httpx.post(airtable.authorize(**changed), data={"decision": "allow"}).status_code == 400

    def test_a_denial_comes_back_with_the_state(self, airtable: Airtable) -> None:
        answer = airtable.callback(airtable.authorize(), "deny")

        assert (answer["error"], answer["state"]) == ("access_denied", "s" * 20)


class TestAirtableTokens:
    def test_a_code_buys_tokens_for_an_hour_and_sixty_days(self, airtable: Airtable) -> None:
        tokens = airtable.exchange().json()

        assert (tokens["expires_in"], tokens["refresh_expires_in"]) == (3600, 60 * 86_400)
        assert (tokens["token_type"], tokens["scope"]) == ("Bearer", "schema.bases:read user.email:read")

    def test_another_verifier_or_address_buys_nothing(self, airtable: Airtable) -> None:
        answers = [airtable.exchange(code_verifier="w" * 64), airtable.exchange(redirect_uri="http://localhost/")]

        assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(400, "invalid_grant")] * 2

    def test_the_client_must_prove_itself_by_basic_authentication(self, airtable: Airtable) -> None:
        in_the_body = {"client_id": airtable.auth[0], "client_secret": airtable.auth[1]}

        answer = airtable.token({"grant_type": "refresh_token", "refresh_token": "x"} | in_the_body, auth=None)

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    def test_a_json_body_is_not_read(self, airtable: Airtable) -> None:
        answer = airtable.http.post("/oauth2/v1/token", json={"grant_type": "refresh_token"}, auth=airtable.auth)

        assert answer.json()["error"] == "invalid_request"

    def test_a_refresh_ends_both_old_tokens_at_once(self, airtable: Airtable) -> None:
        old = airtable.exchange().json()

        new = airtable.refresh(old["refresh_token"]).json()

        assert airtable.get("/v0/meta/whoami", old["access_token"]).status_code == 401
        assert airtable.get("/v0/meta/whoami", new["access_token"]).status_code == 200

    def test_a_refresh_token_used_twice_ends_the_grant(self, airtable: Airtable) -> None:
        old = airtable.exchange().json()
        new = airtable.refresh(old["refresh_token"]).json()

        answer = airtable.refresh(old["refresh_token"])

        assert answer.json()["error"] == "invalid_grant"
        assert airtable.get("/v0/meta/whoami", new["access_token"]).status_code == 401
        assert airtable.refresh(new["refresh_token"]).json()["error"] == "invalid_grant"

    @pytest.mark.parametrize(("days", "status"), [(59, 200), (61, 400)])
    def test_a_refresh_token_dies_after_sixty_days(
        self, airtable: Airtable, simulator: Simulator, days: int, status: int
    ) -> None:
        tokens = airtable.exchange().json()
        simulator.settings(clock_offset_s=days * 86_400)

        assert airtable.refresh(tokens["refresh_token"]).status_code == status


class TestAirtableApi:
    def test_the_email_is_only_told_with_its_scope(self, airtable: Airtable) -> None:
        token = airtable.exchange().json()["access_token"]

        assert airtable.get("/v0/meta/whoami", token).json() == {
            "id": "usrNorthwindJane01",
            "scopes": ["schema.bases:read", "user.email:read"],
            "email": "jane.doe@northwind-outfitters.example",
        }

    def test_a_sixth_call_in_a_second_closes_the_base_for_the_penalty(
        self, airtable: Airtable, simulator: Simulator
    ) -> None:
        token = airtable.exchange().json()["access_token"]
        first, second = airtable.get("/v0/meta/bases", token).json()["bases"][:2]

        statuses = [airtable.get(f"/v0/meta/bases/{first['id']}/tables", token).status_code for _ in range(7)]

        assert statuses == [200] * 5 + [429] * 2
        assert airtable.get(f"/v0/meta/bases/{second['id']}/tables", token).status_code == 200

    def test_an_offset_that_was_made_up_is_refused(self, airtable: Airtable) -> None:
        token = airtable.exchange().json()["access_token"]

        assert airtable.get("/v0/meta/bases?offset=itrXYZ", token).status_code == 422


class TestNotionOAuth:
    def test_owner_user_is_required(self, notion: Notion) -> None:
        assert httpx.post(notion.authorize(owner=None), data={"decision": "allow"}).status_code == 400

    def test_the_token_answer_names_workspace_and_bot_and_no_lifetime(self, notion: Notion) -> None:
        tokens = notion.exchange().json()

        assert tokens["workspace_name"] == "Northwind Outfitters"
        assert tokens["owner"]["type"] == "user"
        assert {"access_token", "refresh_token", "bot_id", "workspace_id", "token_type"} <= set(tokens)
        assert "expires_in" not in tokens

    def test_a_form_body_is_not_read(self, notion: Notion) -> None:
        answer = notion.http.post("/v1/oauth/token", data={"grant_type": "refresh_token"}, auth=notion.auth)

        assert answer.json()["error"] == "invalid_request"

    def test_a_refresh_ends_the_old_refresh_token(self, notion: Notion) -> None:
        old = notion.exchange().json()
        refresh = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"]}

        statuses = [notion.token(refresh).status_code for _ in range(2)]

        assert statuses == [200, 400]

    def test_only_an_access_token_is_revoked(self, notion: Notion) -> None:
        tokens = notion.exchange().json()

        refused = notion.token({"token": tokens["refresh_token"]}, "revoke")
        accepted = notion.token({"token": tokens["access_token"]}, "revoke")

        assert (refused.status_code, accepted.status_code) == (400, 200)
        assert notion.token({"token": tokens["access_token"]}, "introspect").json()["active"] is False


class TestNotionSearch:
    @pytest.fixture
    def token(self, notion: Notion) -> str:
        return str(notion.exchange().json()["access_token"])

    def test_the_version_must_be_named(self, notion: Notion, token: str) -> None:
        assert notion.search(token, version=None).json()["code"] == "missing_version"

    @pytest.mark.parametrize(
        "body",
        [
            {"page_size": 101},
            {"page_size": 0},
            {"start_cursor": "made-up"},
            {"filter": {"property": "object", "value": "block"}},
            {"filter": {"in_trash": "yes"}},
            {"sort": {"timestamp": "created_time", "direction": "ascending"}},
            {"limit": 5},
        ],
    )
    def test_a_body_that_is_not_as_documented_is_refused(
        self, notion: Notion, token: str, body: dict[str, Any]
    ) -> None:
        answer = notion.search(token, **body)

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")

    def test_databases_become_data_sources_with_the_newer_version(self, notion: Notion, token: str) -> None:
        kinds = [
            {result["object"] for result in notion.search(token, version=version).json()["results"]}
            for version in ("2022-06-28", "2025-09-03")
        ]

        assert kinds == [{"page", "database"}, {"page", "data_source"}]

    @pytest.mark.parametrize("version", ["2022-06-28", "2026-03-11"])
    def test_a_search_shows_the_trash_or_what_is_not_in_it(self, notion: Notion, token: str, version: str) -> None:
        live, trash = (
            notion.search(token, version=version, filter={"in_trash": flag}).json()["results"] for flag in (False, True)
        )

        assert {entry["in_trash"] for entry in live if "in_trash" in entry} == {False}
        assert sorted(entry["object"] == "page" for entry in trash) == [False, True]
        assert notion.search(token, version=version).json()["results"] == live

    def test_a_database_of_several_sources_is_not_there_for_older_versions(self, notion: Notion, token: str) -> None:
        titles = [
            {
                title["plain_text"]
                for result in notion.search(token, version=version).json()["results"]
                for title in result.get("title", [])
            }
            for version in ("2022-06-28", "2025-09-03")
        ]

        assert titles[1] - titles[0] == {"Projects", "Project archive"}

    def test_a_call_beyond_the_minutes_budget_is_told_when_to_come_back(
        self, notion: Notion, token: str, simulator: Simulator
    ) -> None:
        simulator.settings(notion_per_minute=3)
        answers = [notion.search(token, page_size=1) for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        refused = answers[-1]
        assert 50 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["additional_data"] == {
            "retry_after": refused.headers["retry-after"],
            "rate_limit_reason": "public_api_request_rate_limit",
        }
