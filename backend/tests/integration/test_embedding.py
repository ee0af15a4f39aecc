"""The embedding guide's three commands, and its example host, from the user's side."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from urllib.parse import urlsplit

import httpx
import pytest

from settings import ROOT
from tests.integration.api.client import OWN_FETCH
from tests.servers import Process, Simulator, answers, clean_environment, free_port

JSON = {"Accept": "application/json"}
AUTHORIZE = "/integrations/hubspot/authorize"
GUIDE = ROOT / "docs" / "embedding.md"
WRITE = {"X-Requested-With": "integrations-ui"}
# The guide's ports, and where each command answers when it is ready.
PORTS = {"simulator": 9000, "service": 8000, "host": 8100}
READY = {"simulator": "/simulator/health", "service": "/readyz", "host": "/"}


def commands() -> dict[str, str]:
    """The guide's named shell blocks."""
    text = GUIDE.read_text(encoding="utf-8")
    return dict(re.findall(r"^```sh (\w+)\n(.*?)\n```", text, flags=re.MULTILINE | re.DOTALL))


def as_run_here(command: str, free: Mapping[str, int]) -> str:
    """On free ports, with this interpreter's packages, and in the shell's place: it is the program that is ended."""
    for name, port in PORTS.items():
        command = command.replace(f"localhost:{port}", f"localhost:{free[name]}")
        command = command.replace(f"--port {port}", f"--port {free[name]}")
    command = re.sub(r"\S*\.venv/bin/python", sys.executable, command)
    command = re.sub(r"\S*\.venv/bin/uvicorn", f"{sys.executable} -m uvicorn", command)
    return re.sub(r"^(cd backend && )?", r"\1exec env ", command)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Everything running as the guide says, on free ports."""
    folder = tmp_path_factory.mktemp("embedding")
    free = {name: free_port() for name in PORTS}
    environment = clean_environment() | {
        "DATA_DIR": str(folder),
        "PUBLIC_URL": f"http://localhost:{free['service']}",
        "SERVICE_URL": f"http://localhost:{free['service']}",
    }
    with ExitStack() as ending:
        for name, command in commands().items():
            shell = ["/bin/sh", "-c", f"cd {ROOT} && {as_run_here(command, free)}"]
            process = Process(name, shell, folder=folder, environment=environment)
            ending.callback(process.stop)
            process.wait_until(READY[name], partial(answers, f"http://localhost:{free[name]}{READY[name]}"))
        yield free


def test_host_passes_on_what_to_do_while_nothing_is_connected(ports: dict[str, int]) -> None:
    answer = httpx.get(f"http://localhost:{ports['host']}/contacts", trust_env=False)

    assert answer.json() == {"problem": "No account is connected yet. Connect one first."}


def test_user_of_the_host_connects_on_our_page_and_sees_records_on_the_hosts(ports: dict[str, int]) -> None:
    service, host = f"http://localhost:{ports['service']}", f"http://localhost:{ports['host']}"
    simulator = Simulator(f"http://localhost:{ports['simulator']}")
    with httpx.Client(timeout=30, trust_env=False) as http:
        signed_in = http.post(f"{service}/session", headers={**host_token(http, host), **OWN_FETCH, **WRITE})
        cookie = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}
        begun = http.get(f"{service}{AUTHORIZE}", headers={**JSON, **cookie, **OWN_FETCH})
        flow = begun.headers["set-cookie"].partition(";")[0]
        callback = simulator.decide(begun.json()["authorization_url"])
        ended = http.get(callback, headers={"Cookie": f"{cookie['Cookie']}; {flow}"})
        contacts = http.get(f"{host}/contacts")

    simulator.close()
    assert (signed_in.json()["user_id"], signed_in.json()["org_id"]) == ("ann", "acme")
    assert ended.status_code == 200, ended.text
    assert len(contacts.json()["contacts"]) == 5


def host_token(http: httpx.Client, host: str) -> dict[str, str]:
    """As the host puts it into the address of our page."""
    sent = http.get(f"{host}/integrations")
    return {"Authorization": f"Bearer {urlsplit(sent.headers['location']).fragment.removeprefix('token=')}"}


@pytest.mark.parametrize(("is_signed_in", "status"), [(True, 200), (False, 400)])
def test_attempt_of_the_hosts_server_ends_well_only_in_a_browser_with_a_session(
    ports: dict[str, int], *, is_signed_in: bool, status: int
) -> None:
    service, host = f"http://localhost:{ports['service']}", f"http://localhost:{ports['host']}"
    simulator = Simulator(f"http://localhost:{ports['simulator']}")
    with httpx.Client(timeout=30, trust_env=False) as http:
        begun = http.get(f"{service}{AUTHORIZE}", headers={**JSON, **host_token(http, host)})
        callback = simulator.decide(begun.json()["authorization_url"])
        browser = {}
        if is_signed_in:
            signed_in = http.post(f"{service}/session", headers={**host_token(http, host), **OWN_FETCH, **WRITE})
            browser = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}

        ended = http.get(callback, headers=browser)

    simulator.close()
    assert ended.status_code == status
    assert ("oauth_state_unbound" in ended.text) is not is_signed_in


def test_service_answers_nobody_without_a_token(ports: dict[str, int]) -> None:
    answer = httpx.get(f"http://localhost:{ports['service']}/integrations/hubspot/items", trust_env=False)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_example_host_stays_as_short_as_promised() -> None:
    lines = (ROOT / "docs" / "examples" / "host.py").read_text(encoding="utf-8").splitlines()

    assert len([line for line in lines if line.strip()]) <= 40
