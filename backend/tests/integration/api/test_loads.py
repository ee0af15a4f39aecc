"""Whole loads over HTTP: how many at once, and what becomes of them when the service is told to stop."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.services import LOADS_AN_ACCOUNT
from tests.integration.api.client import FIRST_PORTAL, problem
from tests.integration.api.test_process import connect, http_of
from tests.servers import Service, Simulator, running_service

NDJSON = {"Accept": "application/x-ndjson"}
CONTACTS = "/integrations/hubspot/items?object_types=contacts&associations=false"


@pytest.fixture
def service(tmp_path: Path, simulator: Simulator) -> Iterator[Service]:
    with running_service(tmp_path, simulator) as service:
        connect(service, simulator)
        yield service


def lines_of(stream: httpx.Response) -> Iterator[dict[str, Any]]:
    """One object a line; only a line feed ends one."""
    rest = b""
    for chunk in stream.iter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines)
    assert rest == b""


def ids_of(lines: list[dict[str, Any]]) -> list[str]:
    return [line["item"]["id"] for line in lines if "item" in line]


class TestPlaces:
    def test_one_load_too_many_for_an_account_is_told_when_to_come_back(
        self, service: Service, simulator: Simulator
    ) -> None:
        simulator.seed(FIRST_PORTAL, contacts=5_000)
        simulator.settings(latency_ms=250)
        with http_of(service) as http, ExitStack() as loads:
            streams = [
                loads.enter_context(http.stream("GET", CONTACTS, headers=NDJSON)) for _ in range(LOADS_AN_ACCOUNT)
            ]
            readers = [stream.iter_bytes() for stream in streams]  # one that is let go closes its stream
            assert all(next(reader) for reader in readers)

            refused = http.get(CONTACTS, headers=NDJSON)
            page = http.get(CONTACTS)

        problem(refused, 429, "rate_limited")
        assert int(refused.headers["Retry-After"]) > 0
        assert page.status_code == 200, page.text

    def test_a_load_that_ended_leaves_its_place(self, service: Service) -> None:
        with http_of(service) as http:
            for _ in range(LOADS_AN_ACCOUNT + 1):
                assert http.get(CONTACTS, headers=NDJSON).status_code == 200


class TestStopping:
    def test_a_load_ends_with_a_place_from_which_another_process_goes_on(
        self, tmp_path: Path, simulator: Simulator
    ) -> None:
        simulator.seed(FIRST_PORTAL, contacts=3_000)
        with running_service(tmp_path, simulator) as first:
            connect(first, simulator)
            simulator.settings(latency_ms=200)
            with http_of(first) as http, http.stream("GET", CONTACTS, headers=NDJSON) as stream:
                begun = []
                for line in lines_of(stream):
                    begun.append(line)
                    if "item" in line and first.popen.poll() is None and len(ids_of(begun)) == 1:
                        first.popen.send_signal(signal.SIGTERM)
            assert first.wait_for_end() == 0, first.output()
        simulator.settings(latency_ms=0)

        with running_service(tmp_path, simulator) as second, http_of(second) as http:
            receipt = begun[-1]["receipt"]
            with http.stream("GET", f"{CONTACTS}&after={receipt['resume']}", headers=NDJSON) as stream:
                ended = list(lines_of(stream))

        assert receipt["complete"] is False
        assert ended[-1]["receipt"]["complete"] is True
        ids = ids_of(begun) + ids_of(ended)
        assert len(ids) == len(set(ids)) == 3_000
