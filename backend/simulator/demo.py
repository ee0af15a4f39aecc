"""The demo: the simulator and the service side by side, until Ctrl-C. `make demo` runs it.

Order of events: look at the ports; start both children; wait until both answer; have the simulator send webhooks to the
service; say what to try; watch.
A child that ends, Ctrl-C, SIGTERM, or (with --end-with-parent) the end of make ends everything.
The service is started as anybody would start it, by its settings; nothing of it is imported here.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.error import URLError

from simulator.airtable.vendor import CLIENT as AIRTABLE_CLIENT
from simulator.notion.vendor import CLIENT as NOTION_CLIENT

BACKEND = Path(__file__).resolve().parents[1]
ROOT = BACKEND.parent
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 8.0
POLL_S = 0.1
LAST_PORT = 65_535

CLIENT_ID = "demo-client-id"
CLIENT_SECRET = "demo-client-secret-0123456789"
# Settings of the product and the simulator that happen to be set are not meant for the demo. DATA_DIR is kept.
NOT_INHERITED = re.compile(
    r"^((APP_ENV|PUBLIC_URL|REDIS_URL|REDIS_PLAINTEXT_HOSTS|WORKER|ENCRYPTION_KEYS|LOCAL_PEERS|TRUSTED_PROXIES|HTTPS_PROXY|NO_PROXY|VENDOR_CA)(_FILE)?|OTEL_.+|DATA_DIR_FILE|(HUBSPOT|AIRTABLE|NOTION|HOST|FRAME|MIRROR|TOMBSTONE|SIMULATOR)_.+)$"
)

TIED = Path(__file__).with_name("tied.py")


class DemoError(Exception):
    """The demo cannot go on. The message says what to do."""


class Child:
    """One process of the demo; its output appears here, each line with its name before it."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 (our own programs)
            [sys.executable, str(TIED), *command],
            cwd=BACKEND,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the demo, which ends the children in order
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._reader = threading.Thread(target=self._show_output, daemon=True)
        self._reader.start()

    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def end(self) -> None:
        if self.status() is None:
            self._process.terminate()

    def wait(self, timeout_s: float) -> None:
        """Until it has ended; after `timeout_s` it is killed."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            say(f"the {self.name} did not stop within {STOP_TIMEOUT_S:.0f} s; killing it")
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=1)

    def _show_output(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 (a pipe was asked for)
        for line in self._process.stdout:
            print(f"{self.name:>9} | {line}", end="", flush=True)


@dataclass
class Demo:
    """What runs, and whether it has been told to stop."""

    port: int
    simulator_port: int
    parent_pid: int | None
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://localhost:{self.simulator_port}"

    def start(self, data_dir: Path) -> None:
        environment = child_environment(os.environ)
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = str(data_dir / "simulator.json")
        simulator = ["module", "simulator", "--port", str(self.simulator_port), "--public-url", self.simulator_url]
        self.children.append(Child("simulator", [*simulator, "--state-file", state], environment))
        settings = service_settings(self.url, self.simulator_url, data_dir)
        self.children.append(Child("service", ["script", "main.py", "--env-file", ""], environment | settings))

    def wait_until_ready(self) -> None:
        """Raises: DemoError when a child ends or does not answer in time."""
        deadline = time.monotonic() + START_TIMEOUT_S
        for address in (f"{self.simulator_url}/simulator/health", f"{self.url}/readyz"):
            while not self.stopping.is_set() and not answers(address):
                self.check()
                if time.monotonic() > deadline:
                    raise DemoError(f"{address} did not answer within {START_TIMEOUT_S:.0f} s; its log is above.")
                self.stopping.wait(POLL_S)

    def send_webhooks(self) -> None:
        """Have the simulator push each change of a record to the service, as HubSpot does for an app with webhooks."""
        order = json.dumps({"target_url": f"{self.url}/webhooks/hubspot"}).encode()
        request = urllib.request.Request(f"{self.simulator_url}/simulator/webhooks", data=order, method="PUT")  # noqa: S310 (our own simulator)
        with open_url(request):
            pass

    def watch(self) -> None:
        """Return when told to stop. Raises: DemoError when a child has ended."""
        while not self.stopping.wait(POLL_S):
            self.check()

    def check(self) -> None:
        for child in self.children:
            if (status := child.status()) is not None and not self.stopping.is_set():
                raise DemoError(f"the {child.name} ended with status {status}; its last words are above.")
        if self.parent_pid is not None and os.getppid() != self.parent_pid:
            self.stopping.set()

    def end(self) -> None:
        for child in self.children:
            child.end()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in self.children:
            child.wait(max(0.0, deadline - time.monotonic()))


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped; the exit status: 0 when stopped by the user, 1 when it could not go on."""
    options = parse(arguments)
    parent_pid = os.getppid() if options.end_with_parent else None
    demo = Demo(options.port, options.simulator_port, parent_pid)
    stop_on_signals(demo.stopping)
    try:
        check_ports({"service": demo.port, "simulator": demo.simulator_port})
        demo.start(ROOT / (os.environ.get("DATA_DIR") or ".data/demo"))
        demo.wait_until_ready()
        if not demo.stopping.is_set():
            demo.send_webhooks()
            print(what_to_try(demo.url, demo.simulator_url), flush=True)
        demo.watch()
    except DemoError as exc:
        say(str(exc))
        return 1
    finally:
        demo.end()
    say("stopped")
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="The service with the bundled HubSpot simulator.")
    parser.add_argument("--port", type=int, default=8000, help="of the service (make demo PORT=...)")
    parser.add_argument("--simulator-port", type=int, default=9000, help="make demo SIMULATOR_PORT=...")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the process that started it is gone")
    return parser.parse_args(arguments)


def stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def check_ports(ports: Mapping[str, int]) -> None:
    """Raises: DemoError naming every port that cannot be used, and a command that would work."""
    taken = {name: reason for name, port in ports.items() if (reason := why_unusable(port))}
    if len(set(ports.values())) < len(ports):
        taken = {"service and simulator": "cannot share one port"}
    if not taken:
        return
    free = free_ports(ports)
    faults = "; ".join(f"{name}: {reason}" for name, reason in taken.items())
    raise DemoError(f"{faults}. Choose others: make demo PORT={free['service']} SIMULATOR_PORT={free['simulator']}")


def free_ports(wanted: Mapping[str, int]) -> dict[str, int]:
    """For each name its port if that is free, else the next one that is."""
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        candidates = [*range(max(port, 1024), LAST_PORT + 1), *range(1024, port)]
        chosen[name] = next(
            candidate for candidate in candidates if candidate not in chosen.values() and not why_unusable(candidate)
        )
    return chosen


def why_unusable(port: int) -> str | None:
    """None when we could listen there. Whoever answers on ::1 would be met first by some browsers."""
    if not 0 < port <= LAST_PORT:
        return f"{port} is no port"
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return f"port {port} is taken"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return f"port {port} is not allowed to this user"
        except OSError:
            return f"port {port} is taken"
    return None


def child_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in inherited.items() if not NOT_INHERITED.match(name)}


def service_settings(url: str, simulator_url: str, data_dir: Path) -> dict[str, str]:
    """What points the service at the simulator instead of the vendors: addresses and apps' credentials, no more."""
    return {
        "APP_ENV": "local",
        "PUBLIC_URL": url,
        "DATA_DIR": str(data_dir),
        "HUBSPOT_CLIENT_ID": CLIENT_ID,
        "HUBSPOT_CLIENT_SECRET": CLIENT_SECRET,
        "HUBSPOT_API_URL": simulator_url,
        "HUBSPOT_AUTHORIZE_URL": f"{simulator_url}/oauth/authorize",
        "AIRTABLE_CLIENT_ID": AIRTABLE_CLIENT.client_id,
        "AIRTABLE_CLIENT_SECRET": AIRTABLE_CLIENT.client_secret,
        "AIRTABLE_API_URL": f"{simulator_url}/airtable",
        "AIRTABLE_AUTHORIZE_URL": f"{simulator_url}/airtable/oauth2/v1/authorize",
        "AIRTABLE_TOKEN_URL": f"{simulator_url}/airtable/oauth2/v1/token",
        "NOTION_CLIENT_ID": NOTION_CLIENT.client_id,
        "NOTION_CLIENT_SECRET": NOTION_CLIENT.client_secret,
        "NOTION_API_URL": f"{simulator_url}/notion",
        "NOTION_AUTHORIZE_URL": f"{simulator_url}/notion/v1/oauth/authorize",
    }


def answers(url: str) -> bool:
    try:
        with open_url(url):
            return True
    except (URLError, OSError):
        return False


def open_url(request: str | urllib.request.Request) -> AbstractContextManager[object]:
    """Raises: OSError."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy is asked for localhost
    answer: AbstractContextManager[object] = opener.open(request, timeout=2)
    return answer


def what_to_try(url: str, simulator_url: str) -> str:
    hubspot = f"{url}/integrations/hubspot"
    field_of = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"authorization_url\"])'"
    return f"""
  Open  {url}  and click "Connect HubSpot".
  HubSpot, Airtable and Notion are played by a simulator ({simulator_url}) with made-up records.
  Ctrl-C stops everything.

  Or by curl:
    jar=$(mktemp)
    url=$(curl -s -c "$jar" -H 'Accept: application/json' {hubspot}/authorize | {field_of})
    curl -sL -b "$jar" -d decision=allow "$url" >/dev/null
    curl -s {hubspot}/credentials
    curl -s '{hubspot}/items?object_types=contacts&limit=3'
"""


def say(message: str) -> None:
    print(f"     demo | {message}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
