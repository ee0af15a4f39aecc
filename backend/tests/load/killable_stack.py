"""Two Redis, a service and a worker, each of which can be killed and comes back at once; and what they have stored."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import redis

from core.embedded_redis import server_binary
from tests.load.processes import PROVIDER, WHO
from tests.servers import Process, QuickService, Simulator, answers, clean_environment, free_port, service_settings

PORTAL = "24681012"
WEBHOOKS = "/webhooks/hubspot"
SYNC = f"{PROVIDER}/sync"
NDJSON = {"Accept": "application/x-ndjson"}
KEYS = "k1:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
READ_WITHIN_S = 300.0

Items = dict[str, dict[str, Any]]


class KillableStack:
    """What production runs, as processes: both Redis write each change to disk before they answer."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self._folder, self._simulator = folder, simulator
        self.url = f"http://localhost:{free_port()}"
        self._worker_url = f"http://localhost:{free_port()}"
        self._starts: dict[str, Callable[[], Process]] = {
            "redis": lambda: self._redis("redis"),
            "mirror redis": lambda: self._redis("mirror redis"),
            "service": lambda: self._program("service", self.url, "main.py"),
            "worker": lambda: self._program("worker", self._worker_url, "main.py", "worker"),
        }
        self._processes = {name: start() for name, start in self._starts.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Of all processes, in the order in which they are killed."""
        return tuple(self._starts)

    def kill(self, name: str) -> None:
        """Kill it and start it again."""
        self._processes[name].kill()
        self._processes[name] = self._starts[name]()

    def stop(self) -> None:
        for name in self.names:
            self._processes[name].kill()

    def _program(self, name: str, url: str, *program: str) -> Process:
        environment = clean_environment() | service_settings(self._simulator.url)
        environment |= {
            "PUBLIC_URL": url,
            "REDIS_URL": f"unix://{self._socket('redis')}",
            "MIRROR_REDIS_URL": f"unix://{self._socket('mirror redis')}",
            "ENCRYPTION_KEYS": KEYS,
            "WORKER": "separate",
            "DATA_DIR": str(self._folder / "data"),
        }
        (folder := self._folder / name).mkdir(exist_ok=True)
        process = QuickService(url, folder, environment, program)
        process.wait_until(f"{name} to be ready", lambda: answers(f"{url}/readyz"))
        return process

    def _redis(self, name: str) -> Process:
        socket = self._socket(name)
        socket.parent.mkdir(exist_ok=True)
        options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(socket.parent), "--save", ""]
        durable = ["--appendonly", "yes", "--appendfsync", "always"]
        process = Process(name, [server_binary(), *options, *durable], folder=socket.parent)
        process.wait_until("PONG", lambda: _is_up(socket))
        return process

    def _socket(self, name: str) -> Path:
        return self._folder / name.replace(" ", "-") / "redis.sock"


def _is_up(socket: Path) -> bool:
    with suppress(redis.ConnectionError), redis.Redis(unix_socket_path=str(socket)) as client:
        return bool(client.ping())
    return False


async def read_mirror(http: httpx.AsyncClient) -> Items:
    """What a new reader of the change feed gets."""
    answer = await http.get(f"{PROVIDER}/changes", params=WHO, headers=NDJSON, timeout=READ_WITHIN_S)
    lines = [json.loads(line) for line in answer.text.strip().split("\n")]
    return {line["change"]["id"]: line["change"]["item"] for line in lines if "change" in line}


async def read_vendor(http: httpx.AsyncClient, object_types: tuple[str, ...]) -> Items:
    """What a whole load reads from the vendor now."""
    parameters = WHO | {"object_types": ",".join(object_types)}
    answer = await http.get(f"{PROVIDER}/items", params=parameters, headers=NDJSON, timeout=READ_WITHIN_S)
    lines = [json.loads(line) for line in answer.text.strip().split("\n")]
    assert lines[-1]["receipt"]["complete"], lines[-1]
    return {line["item"]["id"]: line["item"] for line in lines if "item" in line}
