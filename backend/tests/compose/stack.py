"""The services of docker-compose.yml, running: what a test asks of them and does to them."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.servers import Simulator, free_port

ROOT = Path(__file__).resolve().parents[3]
SERVICES = ("backend", "frontend", "mirror-redis", "redis", "simulator", "worker")
UP_TIMEOUT_S = 120
SUBNET = "172.31.251.0/24"


class Stack:
    """One project of Compose on ports of its own."""

    def __init__(self, project: str) -> None:
        self.port, self.simulator_port = free_port(), free_port()
        self._compose = ["docker-compose", "--env-file", os.devnull, "--project-name", project]
        # A .env of the developer's must not decide what is tested: an empty one is read in its place.
        ports = {"PORT": self.port, "SIMULATOR_PORT": self.simulator_port}
        settings = {**ports, "SUBNET": SUBNET, "HUBSPOT_CLIENT_ID": "", "REDIS_URL": "", "MIRROR_REDIS_URL": ""}
        self._environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
        self.http = httpx.Client(base_url=f"http://localhost:{self.port}", timeout=30, trust_env=False)
        self.simulator = Simulator(f"http://localhost:{self.simulator_port}")

    def compose(self, *arguments: str) -> str:
        """Run docker-compose; its output. Raises: AssertionError with what it said."""
        return run([*self._compose, *arguments], self._environment)

    def shell(self, script: str, folder: Path) -> str:
        """Run commands of our documents in a folder. Raises: AssertionError with what they said."""
        ours = shlex.join([*self._compose, "--file", str(ROOT / "docker-compose.yml")])
        return run(["sh", "-euc", script.replace("docker compose", ours)], self._environment, folder)

    def up(self, *options: str) -> None:
        """Return when every container is healthy."""
        try:
            self.compose("up", "--detach", "--wait", "--wait-timeout", str(UP_TIMEOUT_S), *options)
            # A container that restarts again and again counts as up to Compose.
            assert {self.health(service) for service in SERVICES} == {"healthy"}
        except AssertionError as exc:
            raise AssertionError(f"{exc}\n{self.compose('logs', '--tail', '40')}") from None

    def close(self) -> None:
        """Take everything down: containers, networks, volumes, the images built."""
        self.http.close()
        self.simulator.close()
        self.compose("down", "--volumes", "--rmi", "local", "--timeout", "5")

    def health(self, service: str) -> str:
        """`healthy` when all the service's containers are; otherwise how the first one that is not is."""
        states = [
            self.inspect(container)["State"].get("Health", {}).get("Status", "none")
            for container in self.containers(service)
        ]
        return next((state for state in states if state != "healthy"), "healthy" if states else "missing")

    def containers(self, service: str) -> list[str]:
        """Ids of the service's containers."""
        return self.compose("ps", "--all", "--quiet", service).split()

    def inspect(self, container: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(docker("inspect", container))[0]
        return found

    def run_in(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the service's first container."""
        return _run(["docker", "exec", self.containers(service)[0], *command], os.environ)

    def logs(self, service: str) -> str:
        return self.compose("logs", "--no-color", "--no-log-prefix", service)

    def connect(self, user: str) -> str:
        """Go through the whole flow by the published ports, as a browser would; the connection's id."""
        who = {"user_id": user, "org_id": "compose"}
        headers = {"Accept": "application/json"}
        begun = self.http.get("/integrations/hubspot/authorize", params=who, headers=headers).raise_for_status().json()
        callback = self.simulator.decide(begun["authorization_url"])
        self.http.get(callback).raise_for_status()
        status = self.http.get("/integrations/hubspot/credentials", params=who).raise_for_status().json()
        return str(status["connections"][0]["connection_id"])


@contextmanager
def running_stack() -> Iterator[Stack]:
    stack = Stack(f"integrations-test-{os.getpid()}")
    try:
        stack.compose("build")
        stack.up()
        yield stack
    finally:
        stack.close()


def docker(*arguments: str) -> str:
    return run(["docker", *arguments], os.environ)


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path = ROOT) -> str:
    """The command's output. Raises: AssertionError with everything it said."""
    done = _run(command, environment, folder)
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def _run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
