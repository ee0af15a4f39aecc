"""Whole loads over HTTP: how many at once, and what becomes of them when the service is told to stop."""

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.integration_item import CHECKPOINT_ITEMS
from services.services import LOADS_AN_ACCOUNT
from tests.integration.api.client import FIRST_PORTAL, problem
from tests.integration.api.conftest import KEYS
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


class TestCrash:
    def test_after_a_worker_was_killed_another_goes_on_from_the_last_checkpoint(
        self, tmp_path: Path, simulator: Simulator, redis_url: str
    ) -> None:
        simulator.seed(FIRST_PORTAL, contacts=9_000)
        shared = {"REDIS_URL": redis_url, "ENCRYPTION_KEYS": KEYS}
        folders = [tmp_path / "killed", tmp_path / "other"]
        for folder in folders:
            folder.mkdir()
        with (
            running_service(folders[0], simulator, **shared) as killed,
            running_service(folders[1], simulator, **shared) as other,
        ):
            connect(killed, simulator)
            begun: list[dict[str, Any]] = []
            with (
                http_of(killed) as http,
                suppress(httpx.TransportError),
                http.stream("GET", CONTACTS, headers=NDJSON) as stream,
            ):
                for line in lines_of(stream):
                    begun.append(line)
                    if len(checkpoints_of(begun)) == 2 and killed.popen.poll() is None:
                        killed.popen.kill()
                        killed.popen.wait()
            assert "receipt" not in begun[-1]
            last, resume = checkpoints_of(begun)[-1]
            with http_of(other) as http, http.stream("GET", f"{CONTACTS}&after={resume}", headers=NDJSON) as stream:
                ended = list(lines_of(stream))

        assert ended[-1]["receipt"]["complete"] is True
        ids = ids_of(begun[:last]) + ids_of(ended)
        assert len(ids_of(begun[:last])) >= 2 * CHECKPOINT_ITEMS
        assert len(ids) == len(set(ids)) == 9_000


def checkpoints_of(lines: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Where they stand among the lines, and where to go on."""
    notices = [(place, line["notice"]) for place, line in enumerate(lines) if "notice" in line]
    return [(place, notice["resume"]) for place, notice in notices if notice["code"] == "checkpoint"]


class TestManyWorkers:
    def test_workers_that_load_one_account_together_share_its_limit(
        self, tmp_path: Path, simulator: Simulator, redis_url: str
    ) -> None:
        """Together they need more calls than HubSpot allows in ten seconds, and none is refused."""
        simulator.seed(FIRST_PORTAL, contacts=4_500, companies=300, deals=400)
        with ExitStack() as running:
            workers = []
            for name in ("one", "two", "three"):
                (tmp_path / name).mkdir()
                shared = {"REDIS_URL": redis_url, "ENCRYPTION_KEYS": KEYS}
                workers.append(running.enter_context(running_service(tmp_path / name, simulator, **shared)))
            connect(workers[0], simulator)
            simulator.clear_log()

            with ThreadPoolExecutor(len(workers)) as readers:
                loads = list(readers.map(load_whole, workers))

        asked = simulator.log("^/crm/")
        listed = [one for one in asked if not one["path"].endswith("/search") and "/associations/" not in one["path"]]
        assert [one for one in asked if one["status"] == 429] == []
        assert len(listed) > 110
        for lines in loads:
            ids = ids_of(lines)
            assert lines[-1]["receipt"]["complete"] is True
            assert len(ids) == len(set(ids)) == 5_200


def load_whole(worker: Service) -> list[dict[str, Any]]:
    with http_of(worker) as http, http.stream("GET", "/integrations/hubspot/items", headers=NDJSON) as stream:
        return list(lines_of(stream))
