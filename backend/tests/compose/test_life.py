"""Scaling, kills and restarts: what survives, and who notices."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compose.documents import commands
from tests.compose.stack import Stack, docker

WORKERS = 3
RECOVERY_S = 15.0
# A whole load and its verification, within the limits that the simulator keeps.
SYNC_S = 60.0


def until(condition: Callable[[], bool], what: str, within_s: float = RECOVERY_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"{what} not within {within_s:.0f} s"
        time.sleep(0.1)


def backends_asked(stack: Stack) -> set[str]:
    """Addresses of the workers that answered, by nginx's log."""
    lines = [line for line in stack.logs("frontend").splitlines() if line.startswith("{")]
    return {json.loads(line)["backend"] for line in lines} - {""}


def verified_at(stack: Stack, connected: dict[str, str]) -> str | None:
    state = stack.http.get("/integrations/hubspot/sync", params=connected).raise_for_status().json()
    return str(state["verified_at"]) if state["verified_at"] else None


def records_of_mirror(stack: Stack) -> int:
    """How many object types the mirror has records of."""
    return len(
        stack.run_in("mirror-redis", "/run/mirror-redis-admin/cli", "--scan", "--pattern", "rec:*").stdout.split()
    )


@pytest.fixture
def workers(stack: Stack) -> list[str]:
    """Ids of three backend containers, all healthy."""
    stack.up("--scale", f"backend={WORKERS}", "--no-recreate")
    return stack.containers("backend")


def test_account_connects_and_its_records_load_through_the_published_port(
    stack: Stack, connected: dict[str, str]
) -> None:
    page = stack.http.get("/integrations/hubspot/items", params={**connected, "limit": 50}).raise_for_status().json()
    headers = {"Accept": "application/x-ndjson"}
    stream = stack.http.get("/integrations/hubspot/items", params=connected, headers=headers)
    lines = [json.loads(line) for line in stream.raise_for_status().content.splitlines()]

    assert len(page["items"]) == 50
    assert lines[-1]["receipt"]["complete"]
    assert len([line for line in lines if "item" in line]) > 50


def test_three_workers_share_everything(stack: Stack, workers: list[str], connected: dict[str, str]) -> None:
    statuses = [stack.http.get("/integrations/hubspot/credentials", params=connected).json() for _ in range(30)]

    assert {status["status"] for status in statuses} == {"connected"}
    assert len(backends_asked(stack)) >= WORKERS


def test_keys_are_rotated_in_a_container(stack: Stack, connected: dict[str, str]) -> None:
    said = stack.compose("exec", "-T", "backend", "python", "-m", "oauth.keys", "rotate")

    assert "failed 0" in said


def test_simulator_can_be_left_out(stack: Stack) -> None:
    stack.compose("up", "--detach", "--wait", "--no-recreate", "--scale", "simulator=0")
    try:
        assert stack.containers("simulator") == []
        assert stack.http.get("/readyz").is_success
    finally:
        stack.up("--no-recreate")


def test_killed_worker_is_missed_by_nobody(stack: Stack, workers: list[str], connected: dict[str, str]) -> None:
    victim = workers[0]

    docker("kill", "--signal", "KILL", victim)
    answers = [stack.http.get("/integrations/hubspot/credentials", params=connected) for _ in range(30)]

    assert {answer.status_code for answer in answers} == {200}
    docker("start", victim)
    until(lambda: stack.inspect(victim)["State"]["Health"]["Status"] == "healthy", "the worker's health")


def test_killed_redis_forgets_nothing(stack: Stack, connected: dict[str, str]) -> None:
    redis = stack.containers("redis")[0]
    # What came before this write is on the disk when it is.
    written = stack.run_in(
        "redis", "sh", "-c", r"printf 'set probe 1\nwaitaof 1 0 3000\ndel probe\n' | /run/redis-admin/cli"
    )
    assert written.stdout.split()[:2] == ["OK", "1"], written

    docker("kill", "--signal", "KILL", redis)
    refused = stack.http.get("/integrations/hubspot/credentials", params=connected)
    docker("start", redis)

    assert (refused.status_code, refused.json()["code"]) == (503, "store_unavailable")
    until(lambda: stack.http.get("/readyz").is_success, "readiness")
    assert stack.http.get("/integrations/hubspot/credentials", params=connected).json()["status"] == "connected"


def test_backup_brings_back_what_was_lost(stack: Stack, connected: dict[str, str], tmp_path: Path) -> None:
    stack.shell(commands("Backup"), tmp_path)
    stack.run_in("redis", "/run/redis-admin/cli", "FLUSHALL")
    lost = stack.http.get("/integrations/hubspot/credentials", params=connected).json()

    stack.shell(commands("Restore"), tmp_path)

    page = stack.http.get("/integrations/hubspot/items", params={**connected, "limit": 1})
    assert (lost["status"], page.status_code) == ("not_connected", 200)


def test_records_are_kept_in_sync_by_the_worker_in_a_redis_of_their_own(
    stack: Stack, connected: dict[str, str]
) -> None:
    stack.http.put("/integrations/hubspot/sync", params=connected, json={}).raise_for_status()
    until(lambda: verified_at(stack, connected) is not None, "a verified mirror", SYNC_S)

    found = {
        server: stack.run_in(server, f"/run/{server}-admin/cli", "--scan", "--pattern", "rec:*").stdout.split()
        for server in ("redis", "mirror-redis")
    }

    assert found["redis"] == []
    assert len(found["mirror-redis"]) == 3
    assert "sync run ended" in stack.logs("worker")
    assert "sync run ended" not in stack.logs("backend")


def test_lost_redis_of_the_mirror_is_filled_again_and_harms_nothing_else(
    stack: Stack, connected: dict[str, str]
) -> None:
    stack.http.put("/integrations/hubspot/sync", params=connected, json={}).raise_for_status()
    until(lambda: verified_at(stack, connected) is not None, "a verified mirror", SYNC_S)

    stack.compose("stop", "mirror-redis")
    page = stack.http.get("/integrations/hubspot/items", params={**connected, "limit": 1})
    stack.compose("start", "mirror-redis")
    stack.run_in("mirror-redis", "/run/mirror-redis-admin/cli", "FLUSHALL")
    stack.http.post("/integrations/hubspot/sync/runs", params=connected, json={"kind": "verify"}).raise_for_status()

    assert page.status_code == 200
    until(lambda: records_of_mirror(stack) > 0, "records in the mirror", SYNC_S)


def test_everything_stopped_answers_as_a_problem_that_says_to_retry(stack: Stack) -> None:
    stack.compose("stop", "--timeout", "30", "backend")
    try:
        answer = stack.http.get("/integrations")

        assert (answer.status_code, answer.json()["code"]) == (503, "shutting_down")
        assert answer.headers["retry-after"] == "2"
    finally:
        stack.up()


def test_new_containers_find_connections_and_keys_where_the_old_ones_left_them(
    stack: Stack, connected: dict[str, str]
) -> None:
    stack.compose("down", "--timeout", "30")

    stack.up()

    page = stack.http.get("/integrations/hubspot/items", params={**connected, "limit": 1})
    assert page.status_code == 200, page.text
