"""A vendor's API whose answers a test chooses; nothing leaves the process."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import respx
from pydantic import SecretStr

from core.http import HttpClient
from core.rate import Caller, Grant, Rate
from core.rate_limit import RollingWindowLimiter
from core.retry import Retrier, RetryBudget, RetryPolicy
from integrations.vendor_api import AccountBudget, VendorApi
from oauth.connection import Account, Connection, Owner
from oauth.provider import OAuthProvider

SAMPLES = Path(__file__).parents[2] / "samples"

CONNECTION = Connection(
    connection_id="c1",
    provider="vendor",
    owner=Owner("acme", "ann"),
    account=Account(account_id="a1", name="Northwind"),
    status="connected",
    reason=None,
    granted_scopes=(),
    connected_at=datetime(2026, 1, 1, tzinfo=UTC),
    refreshed_at=None,
    access_token_expires_at=None,
)

PROVIDER = OAuthProvider(
    name="vendor",
    label="Vendor",
    authorize_url="https://vendor.example/authorize",
    token_url="https://vendor.example/token",
    api_url="https://api.vendor.example",
    client_id="id",
    client_secret=SecretStr("secret"),
    redirect_uri="http://localhost/callback",
    scopes=(),
)


class OpenLimiter:
    """Lets everybody through, and remembers who was told to wait."""

    name = "test"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.back: list[str] = []
        self.pauses: dict[str, float] = {}

    async def acquire(self, key: str, _caller: Caller, rate: Rate, **_: Any) -> Grant:
        self.asked.append(key)
        return Grant(0.0, used=len(self.asked), calls=rate.calls, window_ms=rate.window_ms, others=0)

    async def answered(self, key: str, _rate: Rate, grant: Grant) -> None:
        assert key == self.asked[grant.used - 1]
        self.back.append(key)

    async def pause(self, key: str, seconds: float) -> None:
        self.pauses[key] = seconds


class Desk:
    """Answers requests with what a test gave, and keeps them; sleeps are noted, not slept."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response], **headers: str) -> None:
        self.router = respx.MockRouter(base_url=PROVIDER.api_url)
        self.router.route().mock(side_effect=answer)
        self.sleeps: list[float] = []
        self.rejected: list[str] = []
        self.limiter = OpenLimiter()
        transport = httpx.MockTransport(self.router.async_handler)
        self.api = VendorApi(
            http=HttpClient(allowed_origins=[PROVIDER.api_url], transport=transport),
            budget=AccountBudget(
                limiter=cast("RollingWindowLimiter", self.limiter),
                provider_name=PROVIDER.name,
                account_id="a1",
                caller=Caller("interactive", "test"),
            ),
            access_token=self._access_token,
            api_url=PROVIDER.api_url,
            retrier=Retrier(RetryPolicy(), RetryBudget(), random.Random(1), sleep=self._sleep),
            headers=headers,
        )

    async def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)

    async def _access_token(self, rejected: SecretStr | None) -> SecretStr:
        if rejected is not None:
            self.rejected.append(rejected.get_secret_value())
        return SecretStr(f"token-{len(self.rejected)}")

    @property
    def requests(self) -> list[httpx.Request]:
        return [call.request for call in self.router.calls]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()
