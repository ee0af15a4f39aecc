"""What each sibling's OAuth departures do to the requests that leave."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from integrations import airtable, hubspot, notion
from oauth.flow import build_authorization_url
from oauth.provider import OAuthProvider
from oauth.token_endpoint import build_call
from oauth.tokens import ClientRejectedError, GrantRejectedError, PkceRejectedError, decipher_refusal, parse_grant
from settings import Settings

SETTINGS = Settings(
    airtable_client_id="air id",
    airtable_client_secret=SecretStr("air:secret"),
    notion_client_id="not-id",
    notion_client_secret=SecretStr("not-secret"),
    notion_version="2025-09-03",
)
AIRTABLE = airtable.build_provider(SETTINGS)
NOTION = notion.build_provider(SETTINGS)
FIELDS = {"grant_type": "refresh_token", "refresh_token": "r ö"}


def query_of(provider: OAuthProvider, verifier: str | None = None) -> dict[str, list[str]]:
    return parse_qs(urlsplit(build_authorization_url(provider, "state", verifier, ())).query)


def basic_of(request: httpx.Request) -> str:
    return base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()


class TestGrants:
    def test_only_hubspot_gives_all_connections_to_an_account_one_grant(self) -> None:
        assert hubspot.build_provider(SETTINGS).shares_grant is True
        assert AIRTABLE.shares_grant is False
        assert NOTION.shares_grant is False

    def test_each_vendor_is_asked_to_revoke_as_it_documents(self) -> None:
        assert (NOTION.revoke_url, NOTION.revokes) == ("https://api.notion.com/v1/oauth/revoke", "access_token")
        assert AIRTABLE.revoke_url is None


class TestHubSpot:
    @pytest.mark.parametrize("pkce", [True, False])
    def test_pkce_follows_its_setting(self, *, pkce: bool) -> None:
        provider = hubspot.build_provider(SETTINGS.model_copy(update={"hubspot_pkce": pkce}))

        assert (provider.pkce, provider.pkce_setting) == (pkce, "HUBSPOT_PKCE")

    def test_a_refused_code_verifier_is_told_apart_from_a_refused_code(self) -> None:
        provider = hubspot.build_provider(SETTINGS)
        body = b'{"error": "invalid_grant", "status": "BAD_CODE_VERIFIER", "message": "missing or invalid"}'

        assert type(decipher_refusal(httpx.Response(400, content=body), provider)) is PkceRejectedError


class TestAirtable:
    def test_the_consent_page_is_asked_with_scopes_and_a_challenge(self) -> None:
        query = query_of(AIRTABLE, "v" * 64)

        assert query["scope"] == ["schema.bases:read user.email:read"]
        assert (query["code_challenge_method"], len(query["code_challenge"][0])) == (["S256"], 43)
        assert AIRTABLE.pkce is True

    def test_tokens_are_asked_for_by_form_and_basic_authentication(self) -> None:
        request = build_call(AIRTABLE, AIRTABLE.token_url, FIELDS).as_request(None)

        assert request.url == "https://airtable.com/oauth2/v1/token"
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert parse_qs(request.content.decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["r ö"]}
        assert basic_of(request) == "air%20id:air%3Asecret"  # RFC 6749 section 2.3.1

    def test_the_documented_answer_is_read(self) -> None:
        body = {
            "access_token": "a",
            "refresh_token": "r",
            "token_type": "Bearer",
            "scope": "schema.bases:read data.records:read",
            "expires_in": 3600,
            "refresh_expires_in": 5_184_000,
        }

        grant = parse_grant(httpx.Response(200, content=json.dumps(body).encode()), AIRTABLE)

        assert (grant.expires_in_s, grant.scopes) == (3600, ("data.records:read", "schema.bases:read"))


class TestNotion:
    def test_the_consent_page_is_asked_without_scopes_for_the_user(self) -> None:
        query = query_of(NOTION)

        assert "scope" not in query
        assert query["owner"] == ["user"]
        assert NOTION.pkce is False

    def test_tokens_are_asked_for_by_json_with_the_version(self) -> None:
        request = build_call(NOTION, NOTION.token_url, FIELDS | {"token_type_hint": "access_token"}).as_request(None)

        assert request.url == "https://api.notion.com/v1/oauth/token"
        assert json.loads(request.content) == FIELDS  # the documented members only
        assert request.headers["Content-Type"] == "application/json"
        assert request.headers["Notion-Version"] == "2025-09-03"
        assert basic_of(request) == "not-id:not-secret"

    @pytest.mark.parametrize("refresh_token", ["r", None])
    def test_the_documented_answer_is_read(self, refresh_token: str | None) -> None:
        body = {
            "access_token": "a",
            "token_type": "bearer",
            "refresh_token": refresh_token,
            "bot_id": "b",
            "workspace_id": "w",
            "workspace_name": "Northwind",
            "owner": {"type": "workspace", "workspace": True},
        }

        grant = parse_grant(httpx.Response(200, content=json.dumps(body).encode()), NOTION)

        assert (grant.account_id, grant.account_name) == ("w", "Northwind")
        assert grant.expires_in_s is None
        assert (grant.refresh_token is None) is (refresh_token is None)

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (400, {"error": "invalid_grant"}, GrantRejectedError),
            (400, {"object": "error", "status": 400, "code": "invalid_grant"}, GrantRejectedError),
            (401, {"error": "invalid_client"}, ClientRejectedError),
            (401, {"object": "error", "status": 401, "code": "unauthorized"}, ClientRejectedError),
        ],
    )
    def test_refusals_are_understood_in_both_forms(
        self, status: int, body: dict[str, object], error: type[Exception]
    ) -> None:
        response = httpx.Response(status, content=json.dumps(body).encode())

        assert isinstance(decipher_refusal(response, NOTION), error)
