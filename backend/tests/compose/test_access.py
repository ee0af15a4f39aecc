"""The users of Redis: who may do what in it, and what becomes of their passwords."""

from pathlib import Path

import pytest

from tests.compose.documents import commands
from tests.compose.stack import Stack

CLI = "/run/redis-admin/cli"
# Redis by its wire protocol, without a password.
STRANGER = """
import socket, sys
connection = socket.create_connection((sys.argv[1], 6379), timeout=2)
connection.sendall(b"PING\\r\\nGET key_checks\\r\\nCONFIG GET *\\r\\n")
connection.shutdown(socket.SHUT_WR)
print(b"".join(iter(lambda: connection.recv(65536), b"")).decode())
"""


def is_connected(stack: Stack, connected: dict[str, str]) -> bool:
    return bool(stack.http.get("/integrations/hubspot/credentials", params=connected).json()["status"] == "connected")


@pytest.mark.parametrize("server", ["redis", "mirror-redis"])
def test_a_stranger_on_its_network_gets_nothing(stack: Stack, server: str) -> None:
    said = stack.run_in("backend", "python", "-c", STRANGER, server).stdout.splitlines()

    assert [line.split()[0] for line in said if line] == ["-NOAUTH"] * 3


def test_service_may_not_administer_it(stack: Stack) -> None:
    ask = "from ops.redis_access import SERVICE_FOLDER; import redis; "
    ask += "redis.from_url((SERVICE_FOLDER / 'url').read_text().strip()).config_get()"

    assert "NoPermissionError" in stack.run_in("backend", "python", "-c", ask).stderr


@pytest.mark.parametrize(
    ("service", "path"),
    [
        *(("backend", f"/run/{server}-admin/password") for server in ("redis", "mirror-redis")),
        *((server, "/run/redis-access/url") for server in ("redis", "mirror-redis")),
        ("mirror-redis", "/run/redis-admin/password"),
    ],
)
def test_neither_side_has_the_password_of_the_other(stack: Stack, service: str, path: str) -> None:
    looked = stack.run_in(service, "cat", path)

    assert looked.stdout == ""
    assert "No such file" in looked.stderr or "Permission denied" in looked.stderr


def test_the_program_that_makes_them_has_no_rights_of_its_own(stack: Stack) -> None:
    [container] = stack.containers("redis-access")
    limits = stack.inspect(container)

    assert limits["State"]["ExitCode"] == 0
    assert limits["Config"]["User"] == "10001:10001"
    assert limits["HostConfig"]["CapDrop"] == ["ALL"]
    assert limits["HostConfig"]["ReadonlyRootfs"]
    assert limits["HostConfig"]["Memory"] == 128 * 1024 * 1024


def test_an_upgrade_brings_new_rights_to_the_redis_that_runs(stack: Stack, connected: dict[str, str]) -> None:
    withdraw = "sed -i 's/ +hgetall / /' /run/redis-admin/users.acl"
    stack.compose("run", "--rm", "redis-access", "sh", "-c", withdraw)
    stack.run_in("redis", CLI, "ACL", "LOAD")
    refused = stack.http.get("/integrations/hubspot/credentials", params=connected)
    redis = stack.containers("redis")

    stack.up()

    assert (refused.status_code, refused.json()["code"]) == (503, "store_unavailable")
    assert is_connected(stack, connected)
    assert stack.containers("redis") == redis


def test_passwords_can_be_changed(stack: Stack, connected: dict[str, str], tmp_path: Path) -> None:
    urls = ("cat", "/run/redis-access/url", "/run/redis-access/mirror_url")
    before = stack.run_in("backend", *urls).stdout.split()

    stack.shell(commands("Change the passwords"), tmp_path)

    after = stack.run_in("worker", *urls).stdout.split()
    assert len({*before, *after}) == 4
    assert is_connected(stack, connected)
