"""One call to a vendor's API. The retries, tokens and budgets of real vendors are in their own tests."""

import random
import time
from email.utils import formatdate

import httpx
import pytest
import respx
from pydantic import SecretStr

from core.api_client import AccessTokens, ApiClient, Call, Unlimited
from core.http import HttpClient
from core.retry import Retrier, RetryBudget, RetryPolicy
from errors import UpstreamUnavailableError

URL = "https://vendor.test"


async def no_sleep(_seconds: float) -> None:
    return None


@pytest.fixture
def vendor() -> respx.MockRouter:
    return respx.MockRouter(base_url=URL)


def client_of(vendor: respx.MockRouter, access_token: AccessTokens | None = None) -> ApiClient[None]:
    return ApiClient(
        http=HttpClient(allowed_origins=[URL], transport=httpx.MockTransport(vendor.async_handler)),
        budget=Unlimited(),
        access_token=access_token,
        retrier=Retrier(RetryPolicy(), RetryBudget(), random.Random(1), lambda: 0.0, no_sleep),
    )


def read_text(response: httpx.Response) -> str:
    if response.status_code != 200:
        raise UpstreamUnavailableError
    return response.text


class TestRequests:
    async def test_a_call_without_a_token_carries_only_its_own_headers(self, vendor: respx.MockRouter) -> None:
        route = vendor.post("/token").respond(text="ok")
        call = Call("POST", f"{URL}/token", None, b"a=b", headers={"Content-Type": "text/plain"})

        assert await client_of(vendor).call(call, read_text) == "ok"
        assert "Authorization" not in route.calls.last.request.headers
        assert route.calls.last.request.headers["Content-Type"] == "text/plain"

    async def test_a_body_is_json_unless_the_call_says_otherwise(self, vendor: respx.MockRouter) -> None:
        route = vendor.post("/search").respond()

        await client_of(vendor).call(Call("POST", f"{URL}/search", None, b"{}"), read_text)

        assert route.calls.last.request.headers["Content-Type"] == "application/json"

    async def test_the_answer_sets_the_vendors_clock(self, vendor: respx.MockRouter) -> None:
        an_hour_ago = time.time() - 3_600
        vendor.get("/").respond(headers={"Date": formatdate(an_hour_ago, usegmt=True)})
        client = client_of(vendor)

        await client.call(Call("GET", f"{URL}/", None), read_text)

        assert client.clock.now_s() == pytest.approx(an_hour_ago, abs=5)

    async def test_neither_token_nor_body_is_in_a_representation(self) -> None:
        call = Call("POST", f"{URL}/?a=SECRET", None, b"SECRET", headers={"Authorization": "SECRET"})

        assert "SECRET" not in f"{call!r} {call.as_request(SecretStr('SECRET')).headers!r}"

    async def test_each_attempt_is_built_when_it_is_made(self, vendor: respx.MockRouter) -> None:
        paths = iter(("/first", "/second"))
        vendor.get("/first").respond(500)
        vendor.get("/second").respond(text="ok")

        assert await client_of(vendor).call(lambda: Call("GET", URL + next(paths), None), read_text) == "ok"

    async def test_a_cookie_of_one_answer_is_not_sent_with_the_next_call(self, vendor: respx.MockRouter) -> None:
        route = vendor.get("/").respond(headers={"Set-Cookie": "account=1; Path=/"})
        client = client_of(vendor)

        for _ in range(2):
            await client.call(Call("GET", URL, None), read_text)

        assert "Cookie" not in route.calls.last.request.headers
