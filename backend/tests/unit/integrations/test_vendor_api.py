from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from msgspec import Struct

from core.api_client import AccessTokenRejectedError
from core.rate import Rate
from errors import (
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
)
from integrations.vendor_api import Bucket, UpstreamOverloadedError
from tests.unit.integrations.vendor import Desk

WIDE = Bucket("account", Rate(calls=50, window_ms=1_000, slack_ms=0, burst=1.0))
NARROW = Bucket("base:1", Rate(calls=5, window_ms=1_000, slack_ms=0, burst=1.0))


class Thing(Struct):
    id: str


def desk_of(*answers: httpx.Response) -> Desk:
    """The answers in turn; the last one stays."""
    left: Iterator[httpx.Response] = iter(answers)
    last = answers[-1]
    return Desk(lambda _request: next(left, last))


def thing() -> httpx.Response:
    return httpx.Response(200, json={"id": "1", "new": True})


class TestCalls:
    async def test_an_answer_comes_typed_and_its_unknown_members_pass(self) -> None:
        desk = desk_of(thing())

        found = await desk.api.get("/things/1", Thing)

        assert found == Thing("1")
        assert desk.requests[0].headers["authorization"] == "Bearer token-0"

    async def test_a_text_cut_inside_an_emoji_does_not_make_the_answer_unreadable(self) -> None:
        desk = desk_of(httpx.Response(200, content=rb'{"id":"Roadmap \ud83d"}'))

        assert await desk.api.get("/things/1", Thing) == Thing("Roadmap \ufffd")

    async def test_a_post_carries_json(self) -> None:
        desk = desk_of(thing())

        await desk.api.post("/search", {"query": "ä"}, Thing)

        assert desk.requests[0].headers["content-type"] == "application/json"
        assert desk.requests[0].content == '{"query":"ä"}'.encode()

    async def test_each_budget_is_asked_in_order_and_told_of_the_answer(self) -> None:
        desk = desk_of(thing())

        await desk.api.get("/", Thing, buckets=(WIDE, NARROW))

        assert desk.limiter.asked == ["budget:{vendor/a1}:account", "budget:{vendor/a1}:base:1"]
        assert desk.limiter.back == desk.limiter.asked


class TestRejectedTokens:
    async def test_a_refused_token_is_replaced_once(self) -> None:
        desk = desk_of(httpx.Response(401), thing())

        await desk.api.get("/", Thing)

        assert desk.rejected == ["token-0"]
        assert [request.headers["authorization"] for request in desk.requests] == ["Bearer token-0", "Bearer token-1"]

    async def test_a_second_refusal_is_an_error(self) -> None:
        desk = desk_of(httpx.Response(401))

        with pytest.raises(AccessTokenRejectedError):
            await desk.api.get("/", Thing)

        assert len(desk.requests) == 2


class TestRetries:
    @pytest.mark.parametrize(
        "passing",
        [
            httpx.Response(500),
            httpx.Response(503),
            httpx.Response(409),
            httpx.Response(200, content=b'{"id": '),
            httpx.Response(200, content=b"<html>"),
            httpx.Response(200, json={"name": "no id"}),
        ],
    )
    async def test_what_passes_is_tried_again(self, passing: httpx.Response) -> None:
        desk = desk_of(passing, thing())

        assert await desk.api.get("/", Thing) == Thing("1")
        assert (desk.api.requests, desk.api.retries) == (2, 1)

    @pytest.mark.parametrize(
        ("status", "error"), [(400, UpstreamError), (403, UpstreamError), (404, UpstreamError), (302, UpstreamError)]
    )
    async def test_what_stays_is_not(self, status: int, error: type[UpstreamError]) -> None:
        desk = desk_of(httpx.Response(status, json={"message": "the vendor's own words"}))

        with pytest.raises(error) as caught:
            await desk.api.get("/", Thing)

        assert len(desk.requests) == 1
        assert caught.value.upstream is not None
        assert caught.value.upstream.status == status
        assert "own words" not in str(caught.value)

    @pytest.mark.parametrize("status", [429, 529])
    async def test_a_pause_the_vendor_asks_for_holds_for_the_account(self, status: int) -> None:
        desk = desk_of(httpx.Response(status, headers={"Retry-After": "7"}), thing())

        assert await desk.api.get("/", Thing, buckets=(WIDE,)) == Thing("1")
        assert desk.limiter.pauses == {"budget:{vendor/a1}:account": 7.0}
        assert desk.sleeps[0] >= 7

    async def test_an_overloaded_vendor_is_no_limit_of_the_account(self) -> None:
        desk = desk_of(httpx.Response(529, headers={"Retry-After": "7"}))

        with pytest.raises(UpstreamOverloadedError) as caught:
            await desk.api.get("/", Thing)

        assert (caught.value.code, caught.value.retry_after_s) == ("upstream_unavailable", 7)

    async def test_a_429_that_blocks_us_for_good_is_not_tried_again(self) -> None:
        body = {"code": "rate_limited", "additional_data": {"rate_limit_reason": "public_api_request_blocked"}}
        desk = desk_of(httpx.Response(429, json=body))

        with pytest.raises(UpstreamError, match="blocked"):
            await desk.api.get("/", Thing)

        assert len(desk.requests) == 1

    @pytest.mark.parametrize(
        ("answer", "error"),
        [(httpx.Response(503), UpstreamUnavailableError), (httpx.Response(200), UpstreamMalformedError)],
    )
    async def test_what_does_not_pass_after_all_is_raised_as_it_is(
        self, answer: httpx.Response, error: type[UpstreamError]
    ) -> None:
        desk = desk_of(answer)

        with pytest.raises(error):
            await desk.api.get("/", Thing)


class TestPauses:
    async def test_a_short_pause_is_waited_out(self) -> None:
        desk = desk_of(httpx.Response(429, headers={"Retry-After": "3"}), thing())

        await desk.api.get("/", Thing, buckets=(WIDE, NARROW))

        assert desk.sleeps[0] >= 3
        assert desk.limiter.pauses == {"budget:{vendor/a1}:base:1": 3.0}

    async def test_a_long_pause_is_the_callers(self) -> None:
        desk = desk_of(httpx.Response(429, headers={"Retry-After": "30"}))

        with pytest.raises(UpstreamRateLimitedError) as caught:
            await desk.api.get("/", Thing)

        assert (caught.value.retry_after_s, len(desk.requests)) == (30.0, 1)

    @pytest.mark.parametrize("said", ["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])
    async def test_a_pause_that_cannot_be_read_is_the_vendors_usual_one(self, said: str) -> None:
        desk = desk_of(httpx.Response(429, headers={"Retry-After": said}), thing())

        await replace(desk.api, pause_s=2.0).get("/", Thing)

        assert desk.sleeps[0] >= 2
