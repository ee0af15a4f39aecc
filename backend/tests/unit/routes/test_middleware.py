"""The guards' decisions, without a server."""

import asyncio
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from errors import PayloadTooLargeError, RequestTimeoutError
from routes.middleware.context import choose_correlation_id
from routes.middleware.cross_site import CrossSite, allowed_origins
from routes.middleware.failures import Failures
from routes.middleware.host import allowed_hosts, is_allowed_host
from routes.middleware.limits import Limits
from routes.middleware.local import is_local_peer
from settings import LOCAL_HOSTS, Settings

LISTED = [ip_network("172.16.0.0/12")]
LOCAL = Settings()
PRODUCTION = Settings(app_env="production", public_url="https://app.example")


async def nothing(*_: object) -> Any:
    """An application, or a side of a connection, that is never used."""


class TestHost:
    @pytest.mark.parametrize(
        "host", ["localhost", "localhost:8000", "LocalHost:1", "127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"]
    )
    def test_names_of_this_machine_are_answered(self, host: str) -> None:
        assert is_allowed_host([host], LOCAL_HOSTS)

    @pytest.mark.parametrize(
        "host",
        [
            *("evil.example", "localhost.evil.example", "evil.example:8000", "localhost@evil.example", "127.0.0.2"),
            *("localhost:8000:8000", "localhost/", "localhost:", "[::2]", "::1", "", " localhost", "localhost:123456"),
        ],
    )
    def test_any_other_name_is_not(self, host: str) -> None:
        assert not is_allowed_host([host], LOCAL_HOSTS)

    @pytest.mark.parametrize("hosts", [[], ["localhost", "evil.example"], ["localhost", "localhost"]])
    def test_there_must_be_exactly_one(self, hosts: list[str]) -> None:
        assert not is_allowed_host(hosts, LOCAL_HOSTS)

    @pytest.mark.parametrize("host", ["app.example", "App.Example", "app.example:443", "app.example:8443"])
    def test_production_answers_to_the_host_of_the_public_address(self, host: str) -> None:
        assert is_allowed_host([host], allowed_hosts(PRODUCTION))

    @pytest.mark.parametrize("host", ["evil.example", "app.example.evil.example", "localhost", "127.0.0.1", "10.0.0.5"])
    def test_production_answers_to_no_other_host(self, host: str) -> None:
        assert not is_allowed_host([host], allowed_hosts(PRODUCTION))

    def test_the_public_address_may_be_an_ipv6_address(self) -> None:
        settings = Settings(app_env="production", public_url="https://[2001:DB8::1]:8443")

        assert is_allowed_host(["[2001:db8::1]:8443"], allowed_hosts(settings))


class TestPeer:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "172.20.0.3"])
    def test_this_machine_and_listed_networks_are_answered(self, address: str) -> None:
        assert is_local_peer((address, 1), LISTED)

    @pytest.mark.parametrize("address", ["192.168.1.5", "8.8.8.8", "fe80::1", "::ffff:8.8.8.8", "localhost", ""])
    def test_nobody_else_is(self, address: str) -> None:
        assert not is_local_peer((address, 1), LISTED)

    def test_a_unix_socket_is_on_this_machine(self) -> None:
        assert is_local_peer(None, [])


class TestCrossSite:
    @pytest.mark.parametrize(
        ("method", "headers"),
        [
            ("GET", {}),
            ("POST", {}),
            ("POST", {"origin": "http://localhost:8000"}),
            ("DELETE", {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}),
            ("POST", {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"}),
            ("GET", {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}),
            ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}),
            ("GET", {"origin": "http://evil.example"}),
        ],
    )
    def test_our_pages_programs_and_followed_links_pass(self, method: str, headers: dict[str, str]) -> None:
        assert CrossSite(nothing, LOCAL).is_allowed(method, Headers(headers))

    @pytest.mark.parametrize(
        ("method", "headers"),
        [
            ("GET", {"sec-fetch-site": "cross-site"}),
            ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}),
            ("GET", {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}),
            ("POST", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}),
            ("POST", {"origin": "http://evil.example"}),
            ("POST", {"origin": "null"}),
            ("DELETE", {"origin": "http://localhost:5000", "sec-fetch-site": "same-site"}),
        ],
    )
    def test_what_another_page_makes_a_browser_send_does_not(self, method: str, headers: dict[str, str]) -> None:
        assert not CrossSite(nothing, LOCAL).is_allowed(method, Headers(headers))

    def test_production_knows_one_origin(self) -> None:
        assert allowed_origins(PRODUCTION) == {"https://app.example"}


class TestCorrelationId:
    def test_a_sane_one_is_taken_over(self) -> None:
        assert choose_correlation_id("req-12345678") == "req-12345678"

    @pytest.mark.parametrize(
        "offered", [None, "", "short", "x" * 65, "with space in it", "line\nbreak-123", "ключ-ключ"]
    )
    def test_anything_else_is_replaced(self, offered: str | None) -> None:
        assert choose_correlation_id(offered) != offered
        assert len(choose_correlation_id(offered)) == 32


class TestLimits:
    async def test_a_body_that_drips_is_given_up_at_the_deadline(self) -> None:
        async def drip() -> Message:
            await asyncio.sleep(0.01)
            return {"type": "http.request", "body": b"x", "more_body": True}

        with pytest.raises(RequestTimeoutError):
            await Limits(read_all, receive_s=0.1)(request(), drip, nothing)

    async def test_a_caller_who_waits_for_the_answer_is_not_hurried(self) -> None:
        messages: Iterator[Message] = iter(
            [{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}]
        )

        async def receive() -> Message:
            message = next(messages)
            if message["type"] == "http.disconnect":
                await asyncio.sleep(0.1)
            return message

        received: list[Message] = []

        async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
            received.extend([await receive(), await receive()])

        await Limits(app, receive_s=0.02)(request(), receive, nothing)

        assert [message["type"] for message in received] == ["http.request", "http.disconnect"]

    async def test_a_reader_who_takes_nothing_is_given_up(self) -> None:
        async def stalled(_message: Message) -> None:
            await asyncio.Event().wait()

        async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.body", "body": b"x"})

        with pytest.raises(ClientDisconnect):
            await Limits(app, send_s=0.02)(request(), nothing, stalled)

    @pytest.mark.parametrize("length", [b"-1", b"1e9", b"", b"12abc"])
    async def test_a_length_that_is_no_number_is_counted_instead(self, length: bytes) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"x" * 600_000, "more_body": True}

        with pytest.raises(PayloadTooLargeError):
            await Limits(read_all)(request((b"content-length", length)), receive, nothing)


class TestFailures:
    async def test_a_client_that_leaves_before_the_end_of_its_body_is_no_failure(self) -> None:
        sent: list[Message] = []

        async def gone() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        async def app(scope: Scope, receive: Receive, _send: Send) -> None:
            await Request(scope, receive).body()

        with capture_logs() as lines:
            await Failures(app)(request(), gone, send)

        assert (sent[0]["status"], lines) == (499, [])


def request(*headers: tuple[bytes, bytes]) -> Scope:
    return {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": list(headers)}


async def read_all(_scope: Scope, receive: Receive, _send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
