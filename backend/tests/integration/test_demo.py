"""The demo as a real process: it starts, stops, and leaves nothing behind, however it ends."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.servers import Demo, answers, running_demo


def processes_using(folder: Path) -> list[str]:
    """Running processes that name the folder in their command line: both children's servers do."""
    listing = subprocess.run(
        ["ps", "-eww", "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in listing.splitlines() if str(folder) in line and line.split()[1][0] != "Z"]


def until(condition: Callable[[], bool], otherwise: Callable[[], str], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


class TestDemo:
    def test_a_changed_record_is_in_the_feed_within_two_seconds(self, tmp_path: Path) -> None:
        with running_demo(tmp_path) as demo, httpx.Client(base_url=demo.url, timeout=40) as http:
            start = http.get("/integrations/hubspot/authorize", headers={"Accept": "application/json"}).json()
            http.post(start["authorization_url"], data={"decision": "allow"}, follow_redirects=True).raise_for_status()
            http.put("/integrations/hubspot/sync", json={"object_types": ["contacts"]}).raise_for_status()
            feed = "/integrations/hubspot/changes"
            until(lambda: http.get("/integrations/hubspot/sync").json()["state"] == "live", demo.output, 30)
            snapshot = http.get(feed, params={"items": False}, headers={"Accept": "application/x-ndjson"}).text
            *records, end = (json.loads(line) for line in snapshot.splitlines())
            record_id = records[0]["change"]["id"].partition("_")[0]
            record = f"http://localhost:{demo.simulator_port}/simulator/portals/24681012/records/contacts/{record_id}"

            http.patch(record, json={"properties": {"firstname": "Zoë"}}).raise_for_status()
            began = time.monotonic()
            [change] = http.get(feed, params={"after": end["up_to_date"]["next"], "wait": 30}).json()["changes"]

            assert (change["op"], change["item"]["record_id"]) == ("updated", record_id)
            assert change["item"]["name"].startswith("Zoë")
            assert time.monotonic() - began < 2

    def test_it_answers_and_sigterm_ends_all_of_it(self, tmp_path: Path) -> None:
        with running_demo(tmp_path) as demo:
            assert answers(f"{demo.url}/readyz")
            assert processes_using(tmp_path)

            status = demo.stop()

        assert status == 0
        assert processes_using(tmp_path) == []

    def test_ctrl_c_ends_all_of_it(self, tmp_path: Path) -> None:
        with running_demo(tmp_path) as demo:
            os.kill(demo.pid, signal.SIGINT)

            assert demo.wait_for_end(timeout_s=10) == 0

        assert processes_using(tmp_path) == []

    def test_kill_9_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with running_demo(tmp_path) as demo:
            demo.kill()

            until(lambda: not processes_using(tmp_path), lambda: "\n".join(processes_using(tmp_path)))
            until(lambda: not answers(f"{demo.url}/livez"), lambda: "the service still answers")

    def test_a_child_that_dies_ends_the_demo_with_its_reason(self, tmp_path: Path) -> None:
        with running_demo(tmp_path) as demo:
            [simulator] = [line for line in processes_using(tmp_path) if "simulator.json" in line]

            os.kill(int(simulator.split()[0]), signal.SIGKILL)

            assert demo.wait_for_end(timeout_s=15) == 1
            assert "the simulator ended with status -9" in demo.output()
            until(lambda: not processes_using(tmp_path), lambda: "\n".join(processes_using(tmp_path)))

    def test_a_taken_port_is_said_and_nothing_is_started(self, tmp_path: Path) -> None:
        with running_demo(tmp_path) as first:
            (tmp_path / "second").mkdir()
            second = Demo(tmp_path / "second", port=first.port)

            assert second.wait_for_end() == 1

        assert f"service: port {first.port} is taken. Choose others: make demo PORT=" in second.output()
        assert not (tmp_path / "second" / "data").exists()

    def test_inherited_settings_of_the_product_do_not_matter(self, tmp_path: Path) -> None:
        unusable = {"APP_ENV": "production", "HUBSPOT_API_URL": "nonsense", "REDIS_URL": "redis://localhost:1"}

        with running_demo(tmp_path, unusable) as demo:
            assert answers(f"{demo.url}/readyz")
