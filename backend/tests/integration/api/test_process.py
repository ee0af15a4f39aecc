"""The service as a process of its own: starting, stopping, real sockets, Redis that comes and goes."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import httpx
import pytest
import redis

from core.embedded_redis import server_binary
from main import check_settings
from settings import ConfigurationError
from tests.integration.api.client import FIRST_PORTAL, problem
from tests.servers import (
    BACKEND,
    NO_CERTIFICATES,
    Process,
    Service,
    Simulator,
    clean_environment,
    free_port,
    running_redis,
    running_service,
)
from tests.warm_start import START_TIMEOUT_S

EXIT_CONFIGURATION = 78
# What is promised of Redis' faults and of callers who go away, in seconds.
RECOVERS_S = 2.0
REFUSES_S = 2.0
ENDS_S = 1.0


@contextmanager
def http_of(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=30, trust_env=False, verify=NO_CERTIFICATES) as http:
        yield http


def connect(service: Service, simulator: Simulator, *, user_id: str = "TestUser", portal_id: str | None = None) -> None:
    with http_of(service) as http:
        start = f"/integrations/hubspot/authorize?user_id={user_id}"
        started = http.get(start, headers={"Accept": "application/json"}).json()
        choice = {} if portal_id is None else {"portal_id": portal_id}
        page = http.get(simulator.decide(started["authorization_url"], **choice))
        assert page.status_code == 200, page.text


def took_until(condition: Callable[[], Any], limit_s: float) -> float:
    """Seconds until the condition is true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit_s, f"not within {limit_s} s"
        time.sleep(0.01)
    return time.monotonic() - began


def run_main(*command: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The service with settings it cannot start with."""
    environment = clean_environment() | {"DATA_DIR": str(folder)} | settings
    return subprocess.run(
        [sys.executable, *command],
        cwd=BACKEND,
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_TIMEOUT_S,
        check=False,
    )


class TestConfiguration:
    def test_every_missing_setting_is_named_at_once(self, tmp_path: Path) -> None:
        ended = run_main("main.py", "--env-file", "", folder=tmp_path)

        assert ended.returncode == EXIT_CONFIGURATION
        assert ended.stderr.splitlines() == [
            "configuration: HUBSPOT_CLIENT_ID is missing",
            "configuration: HUBSPOT_CLIENT_SECRET is missing",
        ]

    def test_production_names_all_that_is_unsafe_and_no_value(self) -> None:
        secret = "short-secret-canary"

        faults = faults_of(
            APP_ENV="production",
            PUBLIC_URL="http://app.example",
            ENCRYPTION_KEYS=f"k1:{base64.b64encode(b'A' * 32).decode()}",
            HUBSPOT_CLIENT_ID="id",
            HUBSPOT_CLIENT_SECRET="secret",
            HOST_JWT_SECRET=secret,
            HOST_JWT_JWKS='{"keys": []}',
        )

        for name in (
            *("PUBLIC_URL must", "REDIS_URL is missing", "ENCRYPTION_KEYS: key k1", "HOST_JWT_ISSUER is missing"),
            *("HOST_JWT_AUDIENCE is missing", "HOST_JWT_JWKS and HOST_JWT_SECRET", "HOST_JWT_SECRET must"),
            "HOST_JWT_JWKS: no EdDSA, ES256 or RS256 key",
        ):
            assert name in faults
        assert secret not in faults

    def test_a_redis_that_drops_keys_is_named_with_the_rest(self, tmp_path: Path) -> None:
        (tmp_path / "r").mkdir()
        with running_redis(tmp_path / "r") as url:
            with redis.Redis.from_url(url) as client:
                client.config_set("maxmemory-policy", "allkeys-lru")
            faults = faults_of(
                APP_ENV="production",
                PUBLIC_URL="http://app.example",
                REDIS_URL=url,
                ENCRYPTION_KEYS=f"k1:{base64.b64encode(os.urandom(32)).decode()}",
            )

        assert "maxmemory-policy is allkeys-lru" in faults
        assert "PUBLIC_URL must begin with https://" in faults

    def test_a_mirror_redis_that_drops_keys_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "r").mkdir()
        (tmp_path / "m").mkdir()
        with running_redis(tmp_path / "r") as url, running_redis(tmp_path / "m") as mirror_url:
            with redis.Redis.from_url(mirror_url) as client:
                client.config_set("maxmemory-policy", "volatile-ttl")
            faults = faults_of(
                APP_ENV="production",
                PUBLIC_URL="http://app.example",
                REDIS_URL=url,
                MIRROR_REDIS_URL=mirror_url,
                ENCRYPTION_KEYS=f"k1:{base64.b64encode(os.urandom(32)).decode()}",
            )

        assert "MIRROR_REDIS_URL: its maxmemory-policy is volatile-ttl, which deletes synced records" in faults

    def test_the_same_by_uvicorn(self, tmp_path: Path) -> None:
        ended = run_main("-m", "uvicorn", "main:app", folder=tmp_path, APP_ENV="production")

        assert ended.returncode == EXIT_CONFIGURATION
        assert "configuration: HOST_JWT_ISSUER is missing" in ended.stderr

    def test_uvicorn_serves_it_without_any_setting(self, tmp_path: Path) -> None:
        port = free_port()
        settings = {"PUBLIC_URL": f"http://localhost:{port}", "DATA_DIR": str(tmp_path / "data")}
        command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port)]
        process = Process("uvicorn", command, folder=tmp_path, environment=clean_environment() | settings)
        try:
            process.wait_until("GET /readyz", lambda: answer(f"http://localhost:{port}/readyz") == 200)
        finally:
            process.stop()

    def test_public_peers_in_local_mode_are_warned_of(self, tmp_path: Path, redis_url: str) -> None:
        app = {"HUBSPOT_CLIENT_ID": "id", "HUBSPOT_CLIENT_SECRET": "secret"}
        settings = {"REDIS_URL": redis_url, "LOCAL_PEERS": "0.0.0.0/0"} | app
        with running_service(tmp_path, None, **settings) as service:
            assert "LOCAL_PEERS holds public addresses" in service.output()

    def test_a_taken_port_is_named_with_how_to_choose_another(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            ended = run_main(
                *("main.py", "--env-file", ""),
                folder=tmp_path,
                PUBLIC_URL=f"http://localhost:{port}",
                HUBSPOT_CLIENT_ID="id",
                HUBSPOT_CLIENT_SECRET="secret",
            )

        assert ended.returncode == EXIT_CONFIGURATION
        assert ended.stderr.splitlines()[-1] == (
            f"configuration: port {port} of 127.0.0.1 cannot be listened on (the line before says why); "
            "choose another with PUBLIC_URL or --port"
        )


def faults_of(**settings: str) -> str:
    """What `python main.py` prints with these settings and no file of them; a line each, as the first test shows."""
    environment = clean_environment() | settings
    with patch.dict(os.environ, environment, clear=True), pytest.raises(ConfigurationError) as refused:
        check_settings(None)
    return "\n".join(refused.value.faults)


def answer(url: str, timeout_s: float = 5) -> int:
    """The status, or 0 without one."""
    try:
        return httpx.get(url, timeout=timeout_s, trust_env=False, verify=NO_CERTIFICATES).status_code
    except httpx.TransportError:
        return 0


class TestRedisThatComesAndGoes:
    def test_without_redis_it_lives_is_not_ready_and_heals_by_itself(
        self, tmp_path: Path, simulator: Simulator
    ) -> None:
        folder = tmp_path / "r"
        folder.mkdir()
        url = f"unix://{folder / 'redis.sock'}"
        with (
            running_service(tmp_path, simulator, wait_for="/livez", REDIS_URL=url) as service,
            http_of(service) as http,
        ):
            refused = http.get("/readyz")
            body = problem(refused, 503, "store_unavailable")
            problem(http.get("/integrations"), 503, "store_unavailable")
            page = http.get("/integrations/hubspot/oauth2callback?state=x&code=y")

            with running_redis(folder):
                took_s = took_until(lambda: http.get("/readyz").status_code == 200, RECOVERS_S)

                assert http.get("/integrations").status_code == 200

        assert body["retryable"] is True
        assert (body["retry_after"], refused.headers["retry-after"]) == (2, "2")
        assert (page.status_code, "store_unavailable" in page.text) == (503, True)
        assert took_s < RECOVERS_S

    def test_a_redis_that_hangs_refuses_within_two_seconds_and_recovers_within_two(
        self, tmp_path: Path, simulator: Simulator
    ) -> None:
        with own_redis(tmp_path) as (process, url), running_service(tmp_path, simulator, REDIS_URL=url) as service:
            os.kill(process.pid, signal.SIGSTOP)
            try:
                with http_of(service) as http:
                    for path in ("/readyz", "/integrations", "/integrations/hubspot/credentials"):
                        began = time.monotonic()
                        problem(http.get(path), 503, "store_unavailable")
                        assert time.monotonic() - began < REFUSES_S
                    assert http.get("/livez").status_code == 200
            finally:
                os.kill(process.pid, signal.SIGCONT)

            took_until(lambda: answer(f"{service.url}/integrations") == 200, RECOVERS_S)


@contextmanager
def own_redis(folder: Path) -> Iterator[tuple[Process, str]]:
    """A Redis whose process the test may stop."""
    path = folder / "own.sock"
    command = [server_binary(), "--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", ""]
    process = Process("own-redis", command, folder=folder)
    try:
        process.wait_until("its socket", path.exists)
        yield process, f"unix://{path}"
    finally:
        process.stop()


class TestStopping:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_in_order(self, tmp_path: Path, redis_url: str, number: signal.Signals) -> None:
        with running_service(
            tmp_path, REDIS_URL=redis_url, HUBSPOT_CLIENT_ID="id", HUBSPOT_CLIENT_SECRET="secret"
        ) as service:
            service.popen.send_signal(number)

            assert service.wait_for_end() == 0, service.output()

        assert "Traceback" not in service.output()


@pytest.fixture(scope="module")
def _service(tmp_path_factory: pytest.TempPathFactory, _simulator_process: Simulator) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("s"), _simulator_process) as service:
        yield service


@pytest.fixture
def service(_service: Service, simulator: Simulator) -> Service:
    """Connected to the simulator's first portal; it has printed nothing of this test yet."""
    connect(_service, simulator)
    _service.forget_output()
    return _service


class TestSockets:
    def test_no_answer_names_the_server(self, service: Service) -> None:
        with http_of(service) as http:
            for path in ("/livez", "/nope"):
                assert "server" not in http.get(path).headers
        address = urlsplit(service.url)
        with socket.create_connection((str(address.hostname), address.port or 80), timeout=5) as connection:
            connection.sendall(b"no request\r\n\r\n")
            refusal = connection.recv(65_536)

        assert refusal.startswith(b"HTTP/1.1 400 ")
        assert b"\r\nserver:" not in refusal.lower()

    def test_the_log_has_a_line_for_each_answer_and_never_a_query(self, service: Service) -> None:
        with http_of(service) as http:
            http.get("/integrations/hubspot/oauth2callback?state=canary-state&code=canary-code")
            http.get("/nope?token=canary-token")
        service.wait_until("its log line", lambda: "path=/nope" in service.output())

        assert "path=/integrations/hubspot/oauth2callback" in service.output()
        assert "canary" not in service.output()

    def test_a_line_break_in_a_path_does_not_break_the_log(self, service: Service) -> None:
        with http_of(service) as http:
            http.get("/nope%0AFAKE-LINE")
        service.wait_until("its log line", lambda: "FAKE-LINE" in service.output())

        assert not any(line.startswith("FAKE-LINE") for line in service.output().splitlines())

    @pytest.mark.parametrize("accept", ["application/x-ndjson", "text/csv"])
    def test_a_caller_who_goes_away_ends_the_upstream_work_within_a_second(
        self, service: Service, simulator: Simulator, accept: str
    ) -> None:
        simulator.settings(latency_ms=200)
        path = "/integrations/hubspot/items?object_types=contacts&associations=false"

        with http_of(service) as http, http.stream("GET", path, headers={"Accept": accept}) as stream:
            next(stream.iter_bytes())

        assert_work_ends(simulator)
        assert "[error" not in service.output()
        assert "Traceback" not in service.output()

    def test_a_table_that_breaks_off_is_one_line_in_the_log(self, service: Service, simulator: Simulator) -> None:
        simulator.fault("/contacts$", "status", status=429, policy="daily", after=10, times=None)
        path = "/integrations/hubspot/items?object_types=contacts&associations=false"

        with (
            http_of(service) as http,
            pytest.raises(httpx.RemoteProtocolError),
            http.stream("GET", path, headers={"Accept": "text/csv"}) as stream,
        ):
            stream.read()

        service.wait_until("its log line", lambda: "load ended early" in service.output())
        assert "Traceback" not in service.output()

    def test_one_who_goes_away_before_the_first_byte_does_too(self, service: Service, simulator: Simulator) -> None:
        simulator.settings(latency_ms=400)
        simulator.clear_log()

        with http_of(service) as http, pytest.raises(httpx.ReadTimeout):
            http.get("/integrations/hubspot/items", timeout=0.3)

        assert_work_ends(simulator)
        service.wait_until("the end", lambda: "status=499" in service.output())
        assert "Traceback" not in service.output()

    def test_a_slow_reader_holds_the_load_back(self, service: Service, simulator: Simulator) -> None:
        """Nothing is read ahead beyond what the sockets hold: the vendor is asked no further while nobody reads."""
        simulator.seed(FIRST_PORTAL, contacts=20_000)
        simulator.clear_log()
        with unread_load(service, "/integrations/hubspot/items?object_types=contacts&associations=false&properties=*"):
            settled = took_until(lambda: stands_still(simulator), 20)

            assert settled < 20
            assert pages_read(simulator) < 150


def pages_read(simulator: Simulator) -> int:
    return len(simulator.log("/objects/"))


def stands_still(simulator: Simulator) -> bool:
    """No page was asked for in a second; the first one was."""
    before = pages_read(simulator)
    time.sleep(1)
    return before > 0 and pages_read(simulator) == before


def assert_work_ends(simulator: Simulator) -> None:
    """Whatever was under way may end; a second later nothing more arrives."""
    time.sleep(ENDS_S)
    before = len(simulator.log())
    time.sleep(ENDS_S)
    assert len(simulator.log()) == before


@contextmanager
def unread_load(
    service: Service, path: str, *, accept: str = "application/x-ndjson", form: str | None = None
) -> Iterator[None]:
    """Asks for a load and reads nothing of it. With a form it is posted."""
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        port = urlsplit(service.url).port
        raw.connect(("127.0.0.1", port))
        head = f"{'GET' if form is None else 'POST'} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: {accept}\r\n"
        if form is not None:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        raw.sendall(f"{head}\r\n{form or ''}".encode())
        yield
