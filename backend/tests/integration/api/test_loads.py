"""Whole loads over HTTP: how many at once, and what becomes of them when the service is told to stop."""

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from core.metrics import PREFIX
from integrations.load_events import CHECKPOINT_ITEMS
from routes.middleware.admission import BURST_S
from services.services import LOAD_LIMITS, LOAD_STARTS_PER_MINUTE
from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL, problem
from tests.integration.api.conftest import KEYS
from tests.integration.api.test_process import connect, http_of, took_until, unread_load
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


class TestShares:
    def test_an_owner_of_many_unread_streams_keeps_nobody_else_from_loading(
        self, service: Service, simulator: Simulator
    ) -> None:
        without_limits(simulator)
        simulator.seed(FIRST_PORTAL, contacts=20_000)
        simulator.seed(EU_PORTAL, contacts=150)
        connect(service, simulator, user_id="bob", portal_id=EU_PORTAL)
        with ExitStack() as unread:
            for _ in range(16):
                unread.enter_context(unread_load(service, f"{CONTACTS}&properties=*"))
            took_until(lambda: loads_running(service) >= LOAD_LIMITS.per_connection, 20)
            began = time.monotonic()

            with ThreadPoolExecutor(35) as readers:
                loads = list(readers.map(lambda _: load_whole(service, f"{CONTACTS}&user_id=bob"), range(35)))

            assert time.monotonic() - began < LOAD_LIMITS.wait_s
        assert [len(ids_of(lines)) for lines in loads] == 35 * [150]

    @pytest.mark.slow
    def test_readers_that_take_nothing_lose_their_slots_whichever_way_they_load(
        self, service: Service, simulator: Simulator
    ) -> None:
        without_limits(simulator)
        simulator.seed(FIRST_PORTAL, contacts=30_000)
        form = "credentials=" + quote(json.dumps(handle_of(service)))
        with ExitStack() as unread:
            unread.enter_context(unread_load(service, f"{CONTACTS}&properties=*"))
            unread.enter_context(unread_load(service, f"{CONTACTS}&properties=*", accept="text/csv"))
            unread.enter_context(unread_load(service, "/integrations/hubspot/load", form=form))
            unread.enter_context(unread_load(service, "/integrations/hubspot/get_hubspot_items", form=form))
            took_until(lambda: loads_running(service) == LOAD_LIMITS.per_connection, 20)

            took_until(lambda: figure(service, 'slow_readers_total{provider="hubspot"}') == 4, 90)

            took_until(lambda: loads_running(service) == 0, 5)
            took_until(lambda: figure(service, "http_connections") == 1, 5)  # the one that asks
            assert ids_of(load_whole(service, "/integrations/hubspot/items?object_types=companies"))
        assert "Traceback" not in service.output()

    def test_a_load_that_ended_leaves_its_slot(self, service: Service) -> None:
        with http_of(service) as http:
            for _ in range(LOAD_LIMITS.per_connection + 1):
                assert http.get(CONTACTS, headers=NDJSON).status_code == 200

    def test_loads_that_wait_for_a_slot_do_not_count_as_overload(self, service: Service, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=20_000)
        with ExitStack() as waiting:
            for user_id in ("TestUser", "ann", "bob"):
                connect(service, simulator, user_id=user_id, portal_id=FIRST_PORTAL)
                for _ in range(30):
                    waiting.enter_context(unread_load(service, f"{CONTACTS}&user_id={user_id}&properties=*"))
            took_until(lambda: loads_running(service) == 3 * LOAD_LIMITS.per_connection, 20)
            time.sleep(2 * BURST_S)  # so long that a crowd counts as one

            with http_of(service) as http:
                assert http.get("/integrations").status_code == 200

    def test_more_starts_in_a_minute_than_allowed_are_refused_with_the_time_to_wait(self, service: Service) -> None:
        with http_of(service) as http:
            for _ in range(LOAD_STARTS_PER_MINUTE):
                http.get(f"{CONTACTS}&after=wrong", headers=NDJSON)

            refused = http.get(CONTACTS, headers=NDJSON)
            page, other = http.get(CONTACTS), http.get(f"{CONTACTS}&user_id=bob", headers=NDJSON)

        problem(refused, 429, "rate_limited")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert page.status_code == 200, page.text
        problem(other, 404, "not_connected")


def without_limits(simulator: Simulator) -> None:
    simulator.settings(limits_enabled=False, burst_limit=10_000, associations_limit=10_000)


def handle_of(service: Service) -> dict[str, Any]:
    """What the stock UI keeps of the connection."""
    with http_of(service) as http:
        form = {"user_id": "TestUser", "org_id": "TestOrg"}
        handle: dict[str, Any] = http.post("/integrations/hubspot/credentials", data=form).json()
    return handle


def loads_running(service: Service) -> float:
    return figure(service, "loads_running")


def figure(service: Service, name: str) -> float:
    """A sample of /metrics; 0 while there is none."""
    with http_of(service) as http:
        samples = dict(line.rsplit(" ", 1) for line in http.get("/metrics").text.splitlines())
    return float(samples.get(PREFIX + name, 0))


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


@pytest.mark.slow
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


@pytest.mark.slow
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
        listed = [
            entry for entry in asked if not entry["path"].endswith("/search") and "/associations/" not in entry["path"]
        ]
        assert [entry for entry in asked if entry["status"] == 429] == []
        assert len(listed) > 110
        for lines in loads:
            ids = ids_of(lines)
            assert lines[-1]["receipt"]["complete"] is True
            assert len(ids) == len(set(ids)) == 5_200


def load_whole(worker: Service, path: str = "/integrations/hubspot/items") -> list[dict[str, Any]]:
    with http_of(worker) as http, http.stream("GET", path, headers=NDJSON) as stream:
        return list(lines_of(stream))
