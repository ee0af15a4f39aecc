"""A service whose log nobody reads: a pipe holds 64 KiB, and a write to a full one blocks whoever writes."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.metrics import PREFIX
from tests.servers import NO_CERTIFICATES, Service, Simulator, answers, clean_environment, free_port, service_settings

# A line has about 650 bytes; paths are logged up to their 500th. Together they are more than the pipe and the queue, of
# a mebibyte, hold.
REQUESTS = 2_000
# Several times what the pipe holds.
FEW_REQUESTS = 400
# Far more than an answer takes, far less than a process that hangs.
QUICK_S = 2.0
ENDS_WITHIN_S = 10.0


class UnreadService(Service):
    """A service that logs into a pipe."""

    stderr = subprocess.PIPE


@pytest.fixture
def service(tmp_path: Path, simulator: Simulator, redis_url: str) -> Iterator[UnreadService]:
    port = free_port()
    settings = {"PUBLIC_URL": f"http://localhost:{port}", "DATA_DIR": str(tmp_path / "data"), "REDIS_URL": redis_url}
    environment = clean_environment() | service_settings(simulator.url) | settings
    service = UnreadService(settings["PUBLIC_URL"], tmp_path, environment)
    try:
        service.wait_until("GET /livez", lambda: answers(f"{service.url}/livez"))
        yield service
    finally:
        service.kill()
        if service.popen.stderr is not None:
            service.popen.stderr.close()


@pytest.fixture
def http(service: UnreadService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=QUICK_S, trust_env=False, verify=NO_CERTIFICATES) as http:
        yield http


def fill_the_log(http: httpx.Client, requests: int = REQUESTS) -> None:
    """Each request is one log line."""
    path = f"/nope/{'x' * 500}"
    for _ in range(requests):
        assert http.get(path).status_code == 404


def dropped(http: httpx.Client, kind: str) -> float:
    name = f'{PREFIX}log_lines_dropped_total{{kind="{kind}"}} '
    [line] = [line for line in http.get("/metrics").text.splitlines() if line.startswith(name)]
    return float(line.removeprefix(name))


def read_until(service: UnreadService, text: bytes, limit_s: float = 10.0) -> bytes:
    """What the pipe holds, up to the read that brings the text."""
    assert service.popen.stderr is not None
    descriptor, read, ends_at = service.popen.stderr.fileno(), b"", time.monotonic() + limit_s
    os.set_blocking(descriptor, False)
    while text not in read:
        assert time.monotonic() < ends_at, f"{text!r} did not appear in {len(read)} bytes"
        try:
            read += os.read(descriptor, 65_536)
        except BlockingIOError:
            time.sleep(0.01)
    return read


class TestUnreadLog:
    def test_requests_are_answered_the_drops_are_counted_and_logged_and_the_log_goes_on(
        self, service: UnreadService, http: httpx.Client
    ) -> None:
        fill_the_log(http)
        began = time.monotonic()
        assert http.get("/livez").status_code == 200
        assert time.monotonic() - began < QUICK_S
        count = dropped(http, "service")

        log = read_until(service, b" log lines dropped")
        http.get("/nope/afterwards")
        read_until(service, b"/nope/afterwards")

        assert 0 < count < REQUESTS
        assert f"{count:.0f} log lines dropped".encode() in log
        assert log.count(b" log lines dropped") == 1

    def test_the_service_ends_in_time_when_it_is_told_to(self, service: UnreadService, http: httpx.Client) -> None:
        fill_the_log(http, FEW_REQUESTS)

        service.popen.terminate()

        assert service.wait_for_end(ENDS_WITHIN_S) == 0

    def test_a_reader_that_goes_away_is_no_failure(self, service: UnreadService, http: httpx.Client) -> None:
        assert service.popen.stderr is not None
        service.popen.stderr.close()

        fill_the_log(http, FEW_REQUESTS)

        assert dropped(http, "service") > 0
