"""Real processes for tests: Redis, the simulator, the service. Each ends with the test run, even a killed one."""

import json
import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import redis

from core.embedded_redis import GUARD, server_binary
from settings import Settings
from tests.warm_start import START_TIMEOUT_S, warm_process

BACKEND = Path(__file__).resolve().parents[1]
STOP_TIMEOUT_S = 30.0
# Longer than a test holds a request, even where much else runs.
HOLD_S = 60.0
POLL_S = 0.02
PROGRAM = ("main.py",)
# All of them speak plain HTTP: without this, each client would load the system's certificates, for 20 ms.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

# What the simulator's registered app is called; the service under test signs in with the same.
CLIENT_ID = "demo-client-id"
CLIENT_SECRET = "demo-client-secret-0123456789"


def free_port() -> int:
    """A port nobody listens on at this moment, and that nobody else of this test run is given."""
    for port in islice(_PORTS, len(_OWN_PORTS)):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def _own_ports() -> range:
    """No other process of this test run chooses from them. They are below those that systems give out by themselves."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    return range(20_000 + 1_000 * int(worker), 21_000 + 1_000 * int(worker)) if worker else range(10_000, 20_000)


_OWN_PORTS = _own_ports()
# A port is given again only after all others, because the process that got it may not have bound it yet.
_PORTS = cycle(random.sample(_OWN_PORTS, len(_OWN_PORTS)))


class Process:
    """A child process whose output is kept for failure messages.

    `stderr` is as `subprocess.Popen` takes it; a subclass that chooses PIPE reads `popen.stderr` itself, or does not.
    """

    stderr = subprocess.STDOUT

    def __init__(
        self, name: str, command: list[str], *, folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._output = folder / f"{name}.log"
        self.popen: subprocess.Popen[bytes] = self._start(
            command, dict(os.environ if environment is None else environment)
        )

    def _start(self, command: list[str], environment: dict[str, str]) -> Any:
        mode = "exec" if sys.platform == "linux" else "watch"
        with self._output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), mode, *command],
                cwd=BACKEND,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=self.stderr,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def output(self) -> str:
        """What the process has printed so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def forget_output(self) -> None:
        """Empty the log of its output for the next test. (It appends, wherever the end is.)"""
        os.truncate(self._output, 0)

    def wait_until(self, ready: str, condition: Any, timeout_s: float = START_TIMEOUT_S) -> None:
        """Poll `condition` until it is true. Raises: AssertionError with the process's output."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if self.popen.poll() is not None:
                raise AssertionError(f"{self.name} ended with status {self.popen.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name}: {ready} not within {timeout_s:.0f} s. Its output:\n{self.output()}")
            time.sleep(POLL_S)

    def wait_for_end(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """The exit status. Raises: AssertionError with the output when the process goes on."""
        try:
            status = self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{self.name} still runs after {timeout_s:.0f} s. Its output:\n{self.output()}"
            ) from None
        self._close_stdin()
        return status

    def stop(self) -> int:
        """SIGTERM and the exit status; SIGKILL, and a failure, when that is not enough."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        try:
            return self.wait_for_end()
        finally:
            self.kill()

    def kill(self) -> None:
        """As `kill -9`; returns when the process is gone."""
        self.popen.kill()
        self.popen.wait()
        self._close_stdin()

    def _close_stdin(self) -> None:
        if self.popen.stdin is not None:
            self.popen.stdin.close()


def answers(url: str) -> bool:
    """Whether a GET of the address is answered with a 2xx."""
    try:
        return httpx.get(url, timeout=2, trust_env=False, verify=NO_CERTIFICATES).is_success
    except httpx.TransportError:
        return False


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """A server without persistence on a unix socket in `folder`; its URL."""
    path = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", "", "--appendonly", "no"]
    process = Process("redis", [server_binary(), *options], folder=folder)
    client = redis.Redis(unix_socket_path=str(path))

    def is_up() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        process.wait_until("PONG", is_up)
        yield f"unix://{path}"
    finally:
        client.close()
        process.stop()


class Simulator:
    """The control API of a running simulator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=f"{url}/simulator", timeout=30, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def reset(self) -> None:
        """Everything back to its defaults: faults, settings, log, tokens, records."""
        self._call("POST", "/reset")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings; all of them, as they are then."""
        answer: dict[str, Any] = self._call("PATCH", "/settings", json=changes).json()
        return answer

    def fault(self, path: str, kind: str, **more: Any) -> str:
        """Answer the next request (times=1) to a path (regular expression) with a fault; the fault's id."""
        return str(self._call("POST", "/faults", json={"path": path, "kind": kind, **more}).json()["id"])

    def hold(self, path: str, **more: Any) -> str:
        """Answer the next request (times=1) to a path once the faults are cleared; the fault's id."""
        return self.fault(path, "delay", delay_s=HOLD_S, **more)

    def clear_faults(self) -> None:
        """None from now on; requests that are held or delayed are answered."""
        self._call("DELETE", "/faults")

    def log(self, path: str | None = None) -> list[dict[str, Any]]:
        """The requests HubSpot's side has seen, oldest first; `path` is a regular expression."""
        answer = self._call("GET", "/log", params={"path": path} if path else None).json()
        requests: list[dict[str, Any]] = answer["requests"]
        return requests

    def clear_log(self) -> None:
        self._call("DELETE", "/log")

    def portals(self) -> list[dict[str, Any]]:
        portals: list[dict[str, Any]] = self._call("GET", "/portals").json()["portals"]
        return portals

    def add_portals(self, number: int, **records: int) -> list[str]:
        """Add accounts with these numbers of records by object type; return their ids."""
        body = {"number": number, "records": records}
        portal_ids: list[str] = self._call("POST", "/portals", json=body).json()["portal_ids"]
        return portal_ids

    def seed(self, portal_id: str, **records: int | str) -> None:
        """Replace a portal's records by these numbers of records by object type."""
        self._call("PUT", f"/portals/{portal_id}/seed", json=records)

    def relabel(self, portal_id: str, object_type: str, label: str) -> None:
        """As when a user renames a custom object; its records and its name stay."""
        self._call("PUT", f"/portals/{portal_id}/label/{object_type}", json={"label": label})

    def undefine(self, portal_id: str, object_type: str) -> None:
        """As when a user deletes a custom object's definition."""
        self._call("DELETE", f"/portals/{portal_id}/schemas/{object_type}")

    def define(self, portal_id: str, object_type: str) -> None:
        """Take that back, with the records."""
        self._call("PUT", f"/portals/{portal_id}/schemas/{object_type}")

    def revoke(self, portal_id: str) -> None:
        """As when the customer uninstalls the app."""
        self._call("POST", f"/portals/{portal_id}/revoke")

    def expire(self, portal_id: str) -> None:
        """Let every access token issued to a portal so far have expired."""
        self._call("POST", f"/portals/{portal_id}/expire")

    def app(self, **changes: Any) -> None:
        """Change the app's registration: client_secret, redirect_uris, required_scopes."""
        self._call("PATCH", "/app", json=changes)

    def records(self, portal_id: str, object_type: str, *, archived: bool = False) -> str:
        """The truth about a portal's records: one JSON object a line."""
        params = {"archived": "true"} if archived else None
        return self._call("GET", f"/portals/{portal_id}/records/{object_type}", params=params).text

    def export(self, portal_id: str, object_type: str, *, archived: bool = False) -> list[dict[str, Any]]:
        """The same, parsed. Only a line feed ends a line: some records hold other line separators."""
        text = self.records(portal_id, object_type, archived=archived)
        return [json.loads(line) for line in text.split("\n") if line]

    def mutate(self, portal_id: str, **deeds: dict[str, int]) -> dict[str, dict[str, list[Any]]]:
        """Change records at once: `contacts={"create": 3, "merge": 1}`; the ids of what was done."""
        done: dict[str, dict[str, list[Any]]] = self._call("POST", f"/portals/{portal_id}/mutate", json=deeds).json()
        return done

    def background_changes(self, portal_id: str, *, percent_per_second: float, seconds: float, **more: Any) -> None:
        """Start changing records for a while; the next call, `stop_background_changes` or `reset` ends it earlier."""
        order = {"percent_per_second": percent_per_second, "seconds": seconds, **more}
        self._call("POST", f"/portals/{portal_id}/background-changes", json=order)

    def background_changes_state(self, portal_id: str) -> dict[str, Any]:
        """Whether a changes is running, and how much it has done."""
        state: dict[str, Any] = self._call("GET", f"/portals/{portal_id}/background-changes").json()
        return state

    def stop_background_changes(self, portal_id: str) -> None:
        self._call("DELETE", f"/portals/{portal_id}/background-changes")

    def create(self, portal_id: str, object_type: str, **properties: str | None) -> dict[str, Any]:
        """A new record with these properties."""
        path = f"/portals/{portal_id}/records/{object_type}"
        record: dict[str, Any] = self._call("POST", path, json={"properties": properties}).json()
        return record

    def update(self, portal_id: str, object_type: str, record_id: str, **properties: str | None) -> dict[str, Any]:
        path = f"/portals/{portal_id}/records/{object_type}/{record_id}"
        record: dict[str, Any] = self._call("PATCH", path, json={"properties": properties}).json()
        return record

    def archive(self, portal_id: str, object_type: str, record_id: str) -> None:
        self._call("DELETE", f"/portals/{portal_id}/records/{object_type}/{record_id}")

    def restore(self, portal_id: str, object_type: str, record_id: str) -> None:
        self._call("POST", f"/portals/{portal_id}/records/{object_type}/{record_id}/restore")

    def erase(self, portal_id: str, object_type: str, record_id: str) -> None:
        """Delete a record for privacy: it cannot be read again, not even as archived."""
        self._call("POST", f"/portals/{portal_id}/records/{object_type}/{record_id}/gdpr-delete")

    def push_to(self, target_url: str, **faults: Any) -> None:
        """Send webhooks of what changes from now on; `lose`, `double`, `shuffle_s`, `delay_s`, `retry_factor`."""
        self._call("PUT", "/webhooks", json={"target_url": target_url, **faults})

    def pushes(self) -> dict[str, Any]:
        """How many events were sent, lost, doubled, delivered, and are on their way."""
        state: dict[str, Any] = self._call("GET", "/webhooks").json()
        return state

    def merge(self, portal_id: str, object_type: str, record_id: str, loser_id: str) -> dict[str, Any]:
        """Two records become one; the survivor, which for contacts has a new id."""
        path = f"/portals/{portal_id}/records/{object_type}/{record_id}/merge"
        record: dict[str, Any] = self._call("POST", path, json={"loser_id": loser_id}).json()
        return record

    def associate(self, portal_id: str, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Link two records, each given as object type and id."""
        self._call("PUT", f"/portals/{portal_id}/records/{'/'.join(source)}/associations/{'/'.join(target)}")

    def dissociate(self, portal_id: str, source: tuple[str, str], target: tuple[str, str]) -> None:
        self._call("DELETE", f"/portals/{portal_id}/records/{'/'.join(source)}/associations/{'/'.join(target)}")

    def accounts(self, vendor: str) -> dict[str, str]:
        """Ids and names of the accounts that can be chosen on a vendor's consent page."""
        if vendor == "hubspot":
            return {portal["portal_id"]: portal["name"] for portal in self.portals()}
        accounts: dict[str, str] = self._call("GET", f"/{vendor}/accounts").json()
        return accounts

    def account(self, vendor: str, account_id: str, deed: str, **seed: int) -> None:
        """`revoke` or `expire` an account of any vendor, or `seed` it."""
        path = f"/portals/{account_id}" if vendor == "hubspot" else f"/{vendor}/accounts/{account_id}"
        self._call("PUT" if deed == "seed" else "POST", f"{path}/{deed}", **({"json": seed} if seed else {}))

    def decide(self, authorization_url: str, decision: str = "allow", **form: str) -> str:
        """What the user does on the consent page; the callback URL the browser is sent to."""
        answer = self._http.post(authorization_url, data={"decision": decision, **form})
        assert answer.is_redirect, f"the consent page answered {answer.status_code}: {answer.text[:500]}"
        return answer.headers["location"]

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._http.request(method, path, **more)
        assert answer.is_success, f"simulator: {method} {path} answered {answer.status_code}: {answer.text[:500]}"
        return answer


@contextmanager
def running_simulator(folder: Path, *options: str, port: int | None = None) -> Iterator[Simulator]:
    """The simulator as its own process."""
    port = port or free_port()
    command = [sys.executable, "-m", "simulator", "--port", str(port), *options]
    process = Process("simulator", command, folder=folder, environment=clean_environment())
    simulator = Simulator(f"http://localhost:{port}")
    try:
        process.wait_until("GET /simulator/health", lambda: answers(f"{simulator.url}/simulator/health"))
        yield simulator
    finally:
        simulator.close()
        process.stop()


class Service(Process):
    """The service as `python main.py` runs it, or another program that takes the same options."""

    def __init__(
        self, url: str, folder: Path, environment: Mapping[str, str], program: Sequence[str] = PROGRAM
    ) -> None:
        super().__init__(
            "service", [sys.executable, *program, "--env-file", ""], folder=folder, environment=environment
        )
        self.url = url


class WarmService(Service):
    """The same, started by a process that has imported the service already."""

    def _start(self, command: list[str], environment: dict[str, str]) -> Any:
        return warm_process().start(command[1:], environment=environment, output=self._output)


# Measurements start programs as everybody does, and so do the tests of starting. macOS has what survives no fork.
IS_WARM = sys.platform == "linux" and "PYTEST_VERSION" in os.environ
QuickService = WarmService if IS_WARM else Service


def run_program(
    *arguments: str, environment: Mapping[str, str], timeout_s: float = 60
) -> subprocess.CompletedProcess[str]:
    """What `python <arguments>` prints, and how it ends; by the same process."""
    if not IS_WARM:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=BACKEND, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    with TemporaryDirectory() as folder:
        output, errors = (Path(folder) / name for name in ("output", "errors"))
        started = warm_process().start(arguments, environment=environment, output=output, errors=errors)
        try:
            status = started.wait(timeout_s)
        finally:
            started.kill()
        return subprocess.CompletedProcess(arguments, status, output.read_text("utf-8"), errors.read_text("utf-8"))


@contextmanager
def running_service(
    folder: Path,
    simulator: Simulator | None = None,
    *,
    wait_for: str = "/readyz",
    program: Sequence[str] = PROGRAM,
    **settings: str,
) -> Iterator[Service]:
    """A service process on a free port with its data in `folder`; `settings` by their environment names.

    Without REDIS_URL it runs its embedded Redis. The caller may end the process earlier.
    """
    url = settings.get("PUBLIC_URL") or f"http://localhost:{free_port()}"
    environment = clean_environment() | {"PUBLIC_URL": url, "DATA_DIR": str(folder / "data")}
    if simulator is not None:
        environment |= service_settings(simulator.url)
    service = QuickService(url, folder, environment | settings, program)
    try:
        service.wait_until(f"GET {wait_for}", lambda: answers(url + wait_for))
        yield service
    finally:
        service.stop()


def service_settings(simulator_url: str) -> dict[str, str]:
    """What points a service at a simulator."""
    return {
        "HUBSPOT_CLIENT_ID": CLIENT_ID,
        "HUBSPOT_CLIENT_SECRET": CLIENT_SECRET,
        "HUBSPOT_API_URL": simulator_url,
        "HUBSPOT_AUTHORIZE_URL": f"{simulator_url}/oauth/authorize",
        "AIRTABLE_CLIENT_ID": "demo-airtable-client-id",
        "AIRTABLE_CLIENT_SECRET": "demo-airtable-client-secret-0123456789",
        "AIRTABLE_API_URL": f"{simulator_url}/airtable",
        "AIRTABLE_AUTHORIZE_URL": f"{simulator_url}/airtable/oauth2/v1/authorize",
        "AIRTABLE_TOKEN_URL": f"{simulator_url}/airtable/oauth2/v1/token",
        "NOTION_CLIENT_ID": "demo-notion-client-id",
        "NOTION_CLIENT_SECRET": "demo-notion-client-secret-0123456789",
        "NOTION_API_URL": f"{simulator_url}/notion",
        "NOTION_AUTHORIZE_URL": f"{simulator_url}/notion/v1/oauth/authorize",
    }


def clean_environment() -> dict[str, str]:
    """Our environment without settings of the product or the simulator that happen to be set."""
    ours = {name.upper() for name in Settings.model_fields}
    pattern = re.compile(rf"^(({'|'.join(sorted(ours))})(_FILE)?|SIMULATOR_.*)$")
    return {name: value for name, value in os.environ.items() if not pattern.match(name)}


class Demo(Process):
    """`python -m simulator.demo` on ports of its own, with its data in `folder`."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.simulator_port = free_port()
        self.url = f"http://localhost:{self.port}"
        ports = ["--port", str(self.port), "--simulator-port", str(self.simulator_port)]
        super().__init__(
            "demo",
            [sys.executable, "-m", "simulator.demo", *ports],
            folder=folder,
            environment=clean_environment() | {"DATA_DIR": str(folder / "data")} | dict(environment or {}),
        )

    def wait_until_open(self) -> None:
        self.wait_until("the address to open", lambda: f"Open  {self.url}" in self.output(), timeout_s=60)


@contextmanager
def running_demo(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Demo]:
    """A demo that is open. The caller may end it earlier."""
    demo = Demo(folder, environment)
    try:
        demo.wait_until_open()
        yield demo
    finally:
        demo.stop()
