"""The documents' consumers of the change feed, each fed by a service process."""

import importlib.util
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from settings import ROOT
from tests.integration.api.client import FIRST_PORTAL
from tests.servers import Simulator, running_redis, running_service, running_simulator

EXAMPLES = ROOT / "docs" / "examples"
WAIT_S = 20


@dataclass
class Running:
    """A service whose only connection is in sync."""

    url: str
    simulator: Simulator
    http: httpx.Client

    def names(self) -> dict[str, str | None]:
        """First names of every contact that HubSpot has, by item id; None where it is empty."""
        found = self.simulator.export(FIRST_PORTAL, "contacts")
        return {f"{record['id']}_Contact": record["properties"].get("firstname") or None for record in found}

    def change(self) -> None:
        """Rename a contact and archive another one, and wait until both are stored."""
        first, second, *_ = sorted(self.names(), key=lambda item_id: int(item_id.removesuffix("_Contact")))
        self.simulator.update(
            FIRST_PORTAL, "contacts", first.removesuffix("_Contact"), firstname=f"Now {time.monotonic_ns()}"
        )
        self.simulator.archive(FIRST_PORTAL, "contacts", second.removesuffix("_Contact"))
        for kind in ("poll", "verify"):
            self.run(kind)

    def run(self, kind: str) -> None:
        run_id = self.http.post("/sync/runs", json={"kind": kind}).raise_for_status().json()["run_id"]
        wait_until(lambda: any(run["run_id"] == run_id and run["ended_at"] for run in self._runs()))

    def _runs(self) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self.http.get("/sync/runs").json()["runs"]
        return runs


def wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def example(name: str, monkeypatch: pytest.MonkeyPatch, url: str) -> ModuleType:
    """The program of the documents, as a module."""
    monkeypatch.setenv("SERVICE_URL", url)
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("c")
    with (
        running_redis(tmp_path_factory.mktemp("r")) as redis_url,
        running_simulator(folder) as simulator,
        running_service(folder, simulator, REDIS_URL=redis_url) as service,
        httpx.Client(base_url=f"{service.url}/integrations/hubspot", timeout=30, trust_env=False) as http,
    ):
        simulator.seed(FIRST_PORTAL, contacts=40, companies=5, deals=0)
        begun = http.get("/authorize", headers={"Accept": "application/json"}).json()
        http.get(simulator.decide(begun["authorization_url"], portal_id=FIRST_PORTAL)).raise_for_status()
        http.put("/sync", json={"object_types": ["contacts"]}).raise_for_status()
        wait_until(lambda: http.get("/sync").json()["as_of"] is not None)
        yield Running(service.url, simulator, http)


def test_copy_in_sqlite_equals_hubspot_after_each_round(
    running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = example("follow_changes", monkeypatch, running.url)
    copy: sqlite3.Connection = module.open_copy(str(tmp_path / "copy.sqlite"))

    for _ in range(2):
        while not module.follow(copy, running.http, wait=0):
            pass
        stored = {id_: json.loads(item) for id_, item in copy.execute("SELECT id, item FROM items")}
        assert {id_: item["properties"].get("firstname") for id_, item in stored.items()} == running.names()
        running.change()


def test_copy_begins_again_when_its_cursor_has_expired(
    running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = example("follow_changes", monkeypatch, running.url)
    copy: sqlite3.Connection = module.open_copy(str(tmp_path / "copy.sqlite"))
    answers = iter([httpx.Response(410), None])

    class Expiring(httpx.Client):
        def get(self, *args: Any, **more: Any) -> httpx.Response:
            return next(answers) or running.http.get(*args, **more)

    copy.execute("INSERT INTO items VALUES ('1_Contact', '{}')")
    with Expiring() as http:
        assert not module.follow(copy, http, wait=0)
        assert copy.execute("SELECT count(*) FROM items").fetchone() == (0,)
        assert module.follow(copy, http, wait=0)


def test_dlt_merges_changes_and_deletions_into_duckdb(
    running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path))
    module = example("changes_to_duckdb", monkeypatch, running.url)

    for _ in range(2):
        pipeline = module.run(f"{running.url}/integrations/hubspot")
        with pipeline.sql_client() as client:
            rows = client.execute_sql("SELECT id, properties->>'firstname' FROM items")
        assert dict(rows) == running.names()
        running.change()


def test_langchain_gets_a_document_for_each_record_and_ids_to_delete(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = example("changes_as_documents", monkeypatch, running.url)
    loader = module.ChangesLoader(f"{running.url}/integrations/hubspot")

    documents = loader.load()
    before = set(running.names())
    running.change()
    changed = module.ChangesLoader(f"{running.url}/integrations/hubspot", after=loader.after)

    assert {document.id for document in documents} == before
    assert all(document.metadata["object_type"] == "contacts" for document in documents)
    assert len(changed.load()) == 1
    assert set(changed.deleted) == before - set(running.names())
