"""A vendor's token endpoint in this process, behind the transport: it counts calls and plays each refresh mode."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, Literal
from urllib.parse import parse_qsl

import httpx
from pydantic import SecretStr

from core.http import HttpClient
from oauth.connection import Account
from oauth.provider import OAuthProvider
from oauth.token_endpoint import TokenEndpoint
from oauth.tokens import TokenGrant

ORIGIN = "https://vendor.test"
Answer = httpx.Response | Exception


class Vendor:
    """Issues tokens `access-1`, `access-2`, …; `next_answers` come first, one a call."""

    def __init__(self, *, mode: Literal["fixed", "rotating"] = "fixed", lifetime_s: int | None = 1800) -> None:
        self.mode = mode
        self.lifetime_s = lifetime_s
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.next_answers: list[Answer | Callable[[], Awaitable[Answer]]] = []
        self.refresh_token = "refresh-1"
        self.is_revoked = False
        self.active = True
        self.hub_id: int | None = 42
        self.bot_id: str | None = None
        self.http = HttpClient(allowed_origins=[ORIGIN], transport=httpx.MockTransport(self._handle))
        self.provider = OAuthProvider(
            name="vendor",
            label="Vendor",
            authorize_url=f"{ORIGIN}/authorize",
            token_url=f"{ORIGIN}/token",
            introspect_url=f"{ORIGIN}/introspect",
            revoke_url=f"{ORIGIN}/revoke",
            api_url=ORIGIN,
            client_id="client",
            client_secret=SecretStr("client-secret"),
            redirect_uri="http://localhost:8000/integrations/vendor/oauth2callback",
            scopes=("read",),
            optional_scopes=("more",),
            account_id_field="hub_id",
            grant_id_field="bot_id",
            shares_grant=True,
        )
        self.endpoint = TokenEndpoint(self.http, self.provider)

    def depart(self, **facts: Any) -> None:
        """Change facts of the provider."""
        self.provider = dataclasses.replace(self.provider, **facts)
        self.endpoint = TokenEndpoint(self.http, self.provider)

    def revoked(self) -> list[str]:
        """The tokens it was asked to revoke."""
        return [fields["token"] for path, fields in self.calls if path == "/revoke"]

    def count(self, path: str) -> int:
        return sum(1 for called, _ in self.calls if called == path)

    async def read_account(self, grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
        assert grant.account_id is not None
        return Account(account_id=grant.account_id, name="Acme"), grant.scopes or ()

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        fields = dict(parse_qsl(request.content.decode()))
        self.calls.append((request.url.path, fields))
        await asyncio.sleep(0)
        if self.next_answers:
            planned = self.next_answers.pop(0)
            answer = planned if isinstance(planned, httpx.Response | Exception) else await planned()
            if isinstance(answer, Exception):
                raise answer
            return answer
        return self.answer(request.url.path, fields)

    def answer(self, path: str, fields: dict[str, str]) -> httpx.Response:
        """The true answer, with its effect."""
        match path:
            case "/revoke":
                self.is_revoked = True
                return httpx.Response(200)
            case "/introspect":
                return httpx.Response(200, json={"active": self.active, "hub_id": self.hub_id})
        if fields.get("grant_type") == "refresh_token" and fields["refresh_token"] != self.refresh_token:
            return refusal("invalid_grant")
        if self.is_revoked:
            return refusal("invalid_grant")
        if self.mode == "rotating":
            self.refresh_token = f"refresh-{self.count('/token') + 1}"
        return httpx.Response(200, json=self.grant(self.count("/token")))

    def grant(self, number: int) -> dict[str, Any]:
        return {
            "access_token": f"access-{number}",
            "refresh_token": self.refresh_token,
            "expires_in": self.lifetime_s,
            "hub_id": self.hub_id,
            "bot_id": self.bot_id,
            "scopes": ["read"],
        }


def refusal(error: str, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "error_description": "words of the vendor"})
