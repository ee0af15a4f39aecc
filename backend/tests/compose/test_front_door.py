"""nginx in front: what it serves, what it passes on, and what it does to those who mean harm.

All traffic goes to the port that this test published on this machine.
"""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from tests.compose.stack import Stack

# client_header_timeout of nginx.conf, the receive deadline of the service, and a little.
HEAD_PATIENCE_S = 10 + 5
BODY_PATIENCE_S = 20 + 5
SLOW_CLIENTS = 100


def open_socket(stack: Stack) -> socket.socket:
    return socket.create_connection(("127.0.0.1", stack.port), timeout=5)


def is_closed_by(connection: socket.socket, drip: bytes, deadline: float) -> bool:
    """Whether the other side ends the connection by then, while a byte is sent every half second."""
    connection.settimeout(0.5)
    while time.monotonic() < deadline:
        try:
            connection.sendall(drip)
            if connection.recv(65536) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def answer_on(connection: socket.socket) -> bytes:
    """All that comes until the other side closes, or resets, the connection."""
    answer = b""
    try:
        while piece := connection.recv(65536):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


def lines_of(answer: httpx.Response) -> Iterator[bytes]:
    """As they come. (httpx's own `iter_lines` also splits at separators that may stand inside a text.)"""
    rest = b""
    for piece in answer.iter_bytes():
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole


class TestFlood:
    def test_of_sign_ins_and_starts_is_cut_off_while_the_rest_is_answered(self, stack: Stack) -> None:
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: stack.http.post("/session"), range(300)))
        refused = [answer for answer in answers if answer.status_code == 429]

        assert len(refused) > 50
        assert refused[0].json()["code"] == "rate_limited"
        assert refused[0].headers["retry-after"] == "2"
        assert stack.http.get("/livez").status_code == 200


class TestPage:
    def test_says_to_stay_with_https_where_it_came_over_it(self, stack: Stack) -> None:
        headers = {"Accept": "text/html", "X-Forwarded-Proto": "https"}

        assert "strict-transport-security" in stack.http.get("/index.html", headers=headers).headers
        assert "strict-transport-security" not in stack.http.get("/index.html").headers

    def test_is_served_to_a_browser_and_asked_for_again_each_time(self, stack: Stack) -> None:
        page = stack.http.get("/", headers={"Accept": "text/html,*/*;q=0.8"})

        assert page.text.lower().startswith("<!doctype html>")
        assert page.headers["cache-control"] == "no-cache"
        assert "accept" in page.headers["vary"].lower()
        assert page.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"

    def test_sends_a_browser_to_the_name_the_cookies_belong_to(self, stack: Stack) -> None:
        answer = stack.http.get(f"http://127.0.0.1:{stack.port}/?q=1", headers={"Accept": "text/html"})

        assert (answer.status_code, answer.headers["location"]) == (307, f"http://localhost:{stack.port}/?q=1")

    def test_gives_programs_the_sign_of_life(self, stack: Stack) -> None:
        assert stack.http.get("/", headers={"Accept": "*/*"}).json() == {"Ping": "Pong"}

    def test_assets_are_compressed_and_kept_for_ever(self, stack: Stack) -> None:
        page = stack.http.get("/", headers={"Accept": "text/html"}).text
        script = next(part.split('"')[0] for part in page.split('src="') if part.startswith("./assets/index-"))

        asset = stack.http.get(script.removeprefix("."), headers={"Accept-Encoding": "gzip"})

        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert asset.headers["content-encoding"] == "gzip"
        assert asset.headers["vary"] == "Accept-Encoding"
        assert int(asset.headers["content-length"]) > 0, "the build's own file, not compressed for this answer"
        assert asset.headers["x-content-type-options"] == "nosniff"


class TestProxy:
    def test_believes_nobody_who_claims_to_speak_for_another(self, stack: Stack) -> None:
        spoofed = {
            "Forwarded": "for=10.0.0.1;host=evil.example",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Real-IP": "10.0.0.1",
        }

        # In local mode the service refuses any request that carries one of these: an answer means none arrived.
        assert stack.http.get("/integrations", headers=spoofed).status_code == 200

    @pytest.mark.parametrize(("reported", "status"), [("10.0.0.1", 200), ("no address", 200), ("8.8.8.8", 403)])
    def test_lets_nobody_from_the_internet_into_local_mode(self, stack: Stack, reported: str, status: int) -> None:
        assert stack.http.get("/integrations", headers={"X-Forwarded-For": reported}).status_code == status

    def test_passes_on_the_name_that_was_asked_for(self, stack: Stack) -> None:
        refused = stack.http.get("/integrations", headers={"Host": "rebound.example"})

        assert (refused.status_code, refused.json()["code"]) == (421, "host_not_allowed")

    def test_hides_the_metrics(self, stack: Stack) -> None:
        assert stack.http.get("/metrics").json()["code"] == "not_found"

    def test_hands_lines_on_as_they_come_compressed_or_not(self, stack: Stack, connected: dict[str, str]) -> None:
        # Each page of the load takes half a second: lines that were held back would all come at the end.
        stack.simulator.fault("/crm/objects/.*/contacts$", "delay", delay_s=0.5, times=None)
        try:
            for encoding in ("identity", "gzip"):
                headers = {"Accept": "application/x-ndjson", "Accept-Encoding": encoding}
                query = {**connected, "object_types": "contacts", "associations": "false"}
                with stack.http.stream("GET", "/integrations/hubspot/items", params=query, headers=headers) as answer:
                    assert answer.headers["x-accel-buffering"] == "no"  # for a TLS terminator in front
                    arrivals = [(time.monotonic(), json.loads(line)) for line in lines_of(answer)]

                assert "plan" in arrivals[0][1]
                assert "receipt" in arrivals[-1][1]
                assert arrivals[-1][0] - arrivals[0][0] > 1.0
        finally:
            stack.simulator.clear_faults()


class TestLimits:
    def test_body_over_a_mebibyte_is_refused(self, stack: Stack) -> None:
        answer = stack.http.post("/integrations/hubspot/load", content=b"x" * (1024 * 1024 + 1))

        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")

    def test_chunked_body_over_a_mebibyte_is_refused(self, stack: Stack) -> None:
        def chunks() -> Iterator[bytes]:
            for _ in range(40):
                yield b"x" * 32768

        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = stack.http.post("/integrations/hubspot/load", content=chunks(), headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")

    @pytest.mark.parametrize("length", [9_000, 30_000])
    def test_overlong_query_is_refused_as_a_problem(self, stack: Stack, length: int) -> None:
        answer = stack.http.get(f"/integrations/hubspot/items?properties={'x' * length}")

        assert answer.status_code in {413, 414}
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "payload_too_large"

    def test_small_gzip_body_is_not_unpacked(self, stack: Stack) -> None:
        bomb = gzip.compress(b"credentials=" + b"x" * 8_000_000)
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}

        answer = stack.http.post("/integrations/hubspot/load", content=bomb, headers=headers)

        assert answer.status_code in {400, 415, 422}


class TestHeads:
    """The service leaves heads to nginx: what is no request, or never ends, does not reach it."""

    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            (b"hello\r\n\r\n", 400, "validation_failed"),
            (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, "validation_failed"),
            (b"GET /" + b"a" * 20_000, 414, "payload_too_large"),
            (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 20_000, 431, "payload_too_large"),
            (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Another: one\r\n" * 8_000, 431, "payload_too_large"),
        ],
        ids=["no request", "header name", "address", "header", "headers"],
    )
    def test_what_is_no_request_or_too_large_is_refused_as_a_problem_before_its_end(
        self, stack: Stack, sent: bytes, status: int, code: str
    ) -> None:
        with open_socket(stack) as connection:
            connection.sendall(sent)
            head, _, body = answer_on(connection).partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"\r\nContent-Type: application/problem+json\r\n" in head
        assert (json.loads(body)["code"], json.loads(body)["status"]) == (code, status)


class TestSlowClients:
    def test_those_who_drip_a_head_or_a_body_are_cut_off_and_disturb_nobody(self, stack: Stack) -> None:
        with ThreadPoolExecutor() as beside, ExitStack() as open_ones:
            body = open_ones.enter_context(open_socket(stack))
            body.sendall(
                b"POST /integrations/hubspot/load HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            )
            is_body_closed = beside.submit(is_closed_by, body, b"x", time.monotonic() + BODY_PATIENCE_S)
            heads = [open_ones.enter_context(open_socket(stack)) for _ in range(SLOW_CLIENTS)]
            for connection in heads:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            deadline = time.monotonic() + HEAD_PATIENCE_S

            began = time.monotonic()
            assert stack.http.get("/readyz").status_code == 200
            took_s = time.monotonic() - began

            assert took_s < 1.0
            assert all(is_closed_by(connection, b"X: y\r\n", deadline) for connection in heads)
            assert is_body_closed.result()


class TestLogs:
    def test_hold_paths_without_their_query_also_for_what_failed(self, stack: Stack) -> None:
        stack.http.get("/integrations/hubspot/oauth2callback", params={"code": "SECRET-CODE", "state": "SECRET-STATE"})
        stack.http.get(f"/integrations/hubspot/items?state=SECRET-STATE{'x' * 20_000}")

        logs = stack.logs("frontend") + stack.logs("backend")

        assert "/integrations/hubspot/oauth2callback" in logs
        assert "SECRET" not in logs
