"""Each fault reaches the client as the thing itself, down to the socket; and only the requests it aims at."""

import gzip
import json
import socket
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from tests.raw_app import EU_PORTAL, FIRST_PORTAL, RawApp
from tests.servers import HOLD_S, Simulator

DETAILS = "/account-info/2026-09/details"
CONTACTS = "/crm/objects/2026-09/contacts"
TIMEOUT_S = 10


def raw_get(client: httpx.Client, path: str) -> bytes:
    """All bytes of an answer, until the connection ends."""
    url = urlsplit(str(client.base_url))
    with socket.create_connection((url.hostname or "", url.port or 80), TIMEOUT_S) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: {client.headers['authorization']}\r\n\r\n"
        connection.sendall(head.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


class TestKinds:
    @pytest.mark.parametrize(
        ("status", "category"),
        [(401, "INVALID_AUTHENTICATION"), (403, "MISSING_SCOPES"), (423, "LOCKED"), (477, "MIGRATION_IN_PROGRESS")],
    )
    def test_a_refusal_has_hubspots_body(
        self, client: httpx.Client, simulator: Simulator, status: int, category: str
    ) -> None:
        simulator.fault(DETAILS, "status", status=status, retry_after_s=7)

        answer = client.get(DETAILS)

        assert (answer.status_code, answer.json()["category"]) == (status, category)
        assert answer.headers["retry-after"] == "7"
        assert answer.json()["correlationId"] == answer.headers["x-hubspot-correlation-id"]

    @pytest.mark.parametrize(
        ("policy", "message", "policy_name"),
        [
            ("ten_secondly", "You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING"),
            ("secondly", "You have reached your secondly limit.", "SECONDLY"),
            ("daily", "You have reached your daily limit.", "DAILY"),
            ("plain", "You have reached your secondly limit.", None),
        ],
    )
    def test_a_429_of_each_policy(
        self, client: httpx.Client, simulator: Simulator, policy: str, message: str, policy_name: str | None
    ) -> None:
        simulator.fault(DETAILS, "status", status=429, policy=policy)

        body = client.get(DETAILS).json()

        assert (body["message"], body.get("policyName")) == (message, policy_name)

    def test_a_500_is_hubspots_and_what_stands_before_it_speaks_html(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.fault(DETAILS, "status", status=500)
        assert client.get(DETAILS).json()["message"] == "internal error"

        for status in (502, 503, 504, 521, 523, 524, 530):
            simulator.fault(DETAILS, "status", status=status)
            answer = client.get(DETAILS)
            assert (answer.status_code, answer.headers["content-type"][:9]) == (status, "text/html")

    @pytest.mark.parametrize("kind", ["reset", "lost"])
    def test_a_reset_is_a_reset_of_the_socket(self, client: httpx.Client, simulator: Simulator, kind: str) -> None:
        simulator.fault(DETAILS, kind)

        with pytest.raises(ConnectionResetError):
            raw_get(client, DETAILS)

        assert client.get(DETAILS).status_code == 200

    def test_a_truncated_body_is_shorter_than_it_said(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "truncated")

        head, _, body = raw_get(client, DETAILS).partition(b"\r\n\r\n")

        [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        assert len(body) == int(length.split()[1]) // 2
        simulator.fault(DETAILS, "truncated")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(DETAILS)

    def test_a_malformed_body_is_whole_but_no_json(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "malformed")

        answer = client.get(DETAILS)

        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()

    def test_html_and_nothing_come_with_a_200(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "html")
        simulator.fault(DETAILS, "empty")

        html, empty = client.get(DETAILS), client.get(DETAILS)

        assert (html.status_code, html.text[:6]) == (200, "<html>")
        assert (empty.status_code, empty.content) == (200, b"")

    def test_a_drip_is_the_true_answer_slowly(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "drip", delay_s=0.001)
        began = time.monotonic()

        answer = client.get(DETAILS)

        assert answer.json()["portalId"] == int(FIRST_PORTAL)
        assert time.monotonic() - began > 0.001 * len(answer.content)

    def test_a_bomb_is_small_on_the_wire_and_grows(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "bomb", size_bytes=8 << 20)
        with client.stream("GET", DETAILS) as answer:
            packed = b"".join(answer.iter_raw())

        assert len(packed) < 64 << 10
        assert len(gzip.decompress(packed)) > 8 << 20
        assert json.loads(zlib.decompress(packed, 31)) == {"results": []}

    def test_the_log_has_the_reference_that_the_client_was_given(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.fault(DETAILS, "status", status=503)

        answer = client.get(DETAILS)

        [entry] = simulator.log(DETAILS)
        assert entry["correlation_id"] == answer.headers["x-hubspot-correlation-id"]

    def test_a_hang_gives_no_answer(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "hang")

        with pytest.raises(httpx.ReadTimeout):
            client.get(DETAILS, timeout=0.2)

        [entry] = simulator.log(DETAILS)
        assert (entry["status"], entry["fault"]) == (0, "hang")

    def test_a_delay_is_the_true_answer_later(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "delay", delay_s=0.15)
        began = time.monotonic()

        assert client.get(DETAILS).status_code == 200
        assert time.monotonic() - began >= 0.15

    def test_a_delay_ends_when_the_faults_are_cleared(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.hold(DETAILS)
        began = time.monotonic()
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(client.get, DETAILS, timeout=HOLD_S)
            while not simulator.log(DETAILS):
                time.sleep(0.01)
            simulator.clear_faults()

            assert answer.result().status_code == 200
        assert time.monotonic() - began < HOLD_S


class TestAim:
    def test_it_strikes_so_many_times_after_so_many(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "status", after=2, times=3)

        assert [client.get(DETAILS).status_code for _ in range(7)] == [200, 200, 500, 500, 500, 200, 200]

    def test_without_times_it_strikes_until_it_is_removed(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "status", times=None)
        assert {client.get(DETAILS).status_code for _ in range(5)} == {500}

        simulator.clear_faults()
        assert client.get(DETAILS).status_code == 200

    def test_by_chance_it_strikes_that_share(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(limits_enabled=False)
        simulator.fault(DETAILS, "status", times=None, probability=0.3)

        struck = Counter(client.get(DETAILS).status_code for _ in range(300))[500]

        assert 60 < struck < 120

    def test_it_can_aim_at_path_method_and_account(
        self, app: RawApp, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.fault(f"^{CONTACTS}$", "status", times=None, method="GET", portal_id=EU_PORTAL)

        with app.client(EU_PORTAL) as other:
            assert other.get(CONTACTS).status_code == 500
            assert other.get(f"{CONTACTS}/51").status_code == 200
            assert other.post(f"{CONTACTS}/search", json={}).status_code == 200
        assert client.get(CONTACTS).status_code == 200

    def test_the_first_ordered_strikes_first(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.fault(DETAILS, "status", status=500)
        simulator.fault(DETAILS, "status", status=423)

        assert [client.get(DETAILS).status_code for _ in range(3)] == [500, 423, 200]

    @pytest.mark.parametrize(
        "order", [{"kind": "status"}, {"path": "(", "kind": "reset"}, {"path": "x", "kind": "gremlin"}, {"colour": 1}]
    )
    def test_an_order_that_makes_no_sense_is_refused(self, simulator: Simulator, order: dict[str, object]) -> None:
        answer = httpx.post(f"{simulator.url}/simulator/faults", json=order, trust_env=False)

        assert answer.status_code == 400
        assert answer.json()["error"]


class TestLatency:
    def test_answers_take_around_the_median_or_longer(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(latency_ms=40, latency_sigma=0.3)
        times = []
        for _ in range(15):
            began = time.monotonic()
            client.get(DETAILS)
            times.append(time.monotonic() - began)

        assert min(times) > 0.01
        assert sorted(times)[7] > 0.025
        assert max(times) > 1.2 * min(times)

    def test_the_control_api_has_none(self, simulator: Simulator) -> None:
        simulator.settings(latency_ms=5_000)
        began = time.monotonic()

        simulator.portals()

        assert time.monotonic() - began < 2
