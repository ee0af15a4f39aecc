"""Every shell line of the README's curl tour, run by bash against a real demo."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from settings import ROOT
from tests.servers import CLIENT_SECRET, Demo, clean_environment, running_demo

SECTION = "## The same with curl"
TIMEOUT_S = 60
END_OF_LINE = "@@@ the line ended with "


@dataclass(frozen=True)
class Ran:
    """What one line did; `errors` is what the whole shell said beside it, progress meters included."""

    line: str
    status: int
    output: str
    errors: str


def shell_blocks(text: str) -> list[str]:
    """All `sh` blocks, in order."""
    return re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def shell_lines(text: str) -> list[str]:
    return [line for block in shell_blocks(text) for line in block.splitlines() if line.strip()]


def tour_lines() -> list[str]:
    """The lines of the section, in order."""
    _before, _heading, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(SECTION)
    return shell_lines(rest.partition("\n## ")[0])


def webhook_blocks() -> list[str]:
    return shell_blocks((ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8"))


def sync_lines() -> list[str]:
    return shell_lines((ROOT / "docs" / "sync.md").read_text(encoding="utf-8"))


def run_tour(url: str, simulator_url: str, folder: Path) -> list[Ran]:
    """All lines in one shell, as a reader would type them."""
    script = "set -o pipefail\n"
    for line in tour_lines():
        command = line.replace("http://localhost:8000", url).replace("http://localhost:9000", simulator_url)
        script += f"{command}\nprintf '\\n{END_OF_LINE}%s\\n' $?\n"
    shell = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=clean_environment() | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    parts = re.split(rf"\n{END_OF_LINE}(\d+)\n", shell.stdout)
    return [
        Ran(line, int(status), output, shell.stderr)
        for line, output, status in zip(tour_lines(), parts[0::2], parts[1::2], strict=False)
    ]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="module")
def tour(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    simulator_url = f"http://localhost:{demo.simulator_port}"
    return {ran.line: ran for ran in run_tour(demo.url, simulator_url, tmp_path_factory.mktemp("tour"))}


def is_consent_page(output: str) -> bool:
    return "307 Temporary Redirect" in output and "200 OK" in output and "Allow" in output


def is_callback_page(output: str) -> bool:
    return "<html" in output.lower() and "connected" in output.lower()


def has_connection(document: dict[str, Any]) -> bool:
    return document["status"] == "connected" and len(document["connections"]) == 1


def lists_hubspot(document: dict[str, Any]) -> bool:
    [hubspot] = [integration for integration in document["integrations"] if integration["id"] == "hubspot"]
    return hubspot["configured"] is True and len(hubspot["connections"]) == 1


def has_the_changed_contact(document: dict[str, Any]) -> bool:
    [change] = document["changes"]
    return (change["op"], change["item"]["properties"]["jobtitle"]) == ("updated", "Astronaut")


def as_json(check: Callable[[dict[str, Any]], bool]) -> Callable[[str], bool]:
    return lambda output: check(json.loads(output))


# By a distinctive part of the line, in the order they are looked for.
SHAPES: list[tuple[str, Callable[[str], bool]]] = [
    ("jar=$(mktemp)", lambda output: not output),
    ("curl -iL ", is_consent_page),
    ("url=$(", lambda output: not output),
    ("decision=allow", is_callback_page),
    ("id=$(", lambda output: not output),
    ("after=$(", lambda output: not output),
    ("next=$(", lambda output: not output),
    ("curl -s http://localhost:8000/integrations |", as_json(lists_hubspot)),
    ("/credentials |", as_json(has_connection)),
    ("/object-types |", as_json(lambda document: "contacts" in {type_["name"] for type_ in document["object_types"]})),
    ("limit=2'", as_json(lambda document: [item["type"] for item in document["items"]] == ["Contact", "Contact"])),
    ("after=$next", lambda output: re.fullmatch(r"[1-9]\d* items\n", output) is not None),
    ("sed -n 1p |", as_json(lambda document: document["plan"]["object_types"]["contacts"]["total"] > 0)),
    ("tail -n 1 |", as_json(lambda document: document["receipt"]["complete"] is True)),
    ("text/csv", lambda output: output.startswith("id,type,") and "_Deal,Deal," in output),
    ("limit=0'", as_json(lambda document: document["code"] == "validation_failed" and document["status"] == 422)),
    ("-X PUT", as_json(lambda document: "contacts" in document["object_types"])),
    ("until curl", lambda output: not output),
    ("-X PATCH", lambda output: not output),
    ("wait=30", as_json(has_the_changed_contact)),
    ("-X DELETE", lambda output: output == "204\n"),
    ('rm "$jar"', lambda output: not output),
]


@pytest.mark.parametrize("line", tour_lines())
def test_a_line_of_the_tour_does_what_the_readme_says(tour: dict[str, Ran], line: str) -> None:
    assert line in tour, "the shell ended before this line"
    ran = tour[line]
    shape = next(check for part, check in SHAPES if part in line)

    assert ran.status == 0, ran.output + ran.errors
    assert shape(ran.output), ran.output + ran.errors


@pytest.fixture(scope="module")
def connected_url(demo: Demo) -> str:
    with httpx.Client(base_url=demo.url) as http:
        start = http.get("/integrations/hubspot/authorize", headers={"Accept": "application/json"}).json()
        http.post(start["authorization_url"], data={"decision": "allow"}, follow_redirects=True).raise_for_status()
    return demo.url


@pytest.mark.parametrize("line", sync_lines())
def test_a_line_of_the_sync_page_is_answered(connected_url: str, line: str) -> None:
    command = line.replace("localhost:8000", connected_url.removeprefix("http://"))
    # A stream of events does not end by itself.
    shell = subprocess.run(
        ["timeout", "3", "bash", "-c", command],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert shell.returncode in {0, 124}
    assert shell.stdout
    assert '"/problems/' not in shell.stdout


@pytest.mark.parametrize(("block", "answer"), list(zip(webhook_blocks(), ["HTTP/1.1 200 OK", "whsec_"], strict=True)))
def test_the_webhooks_page_signs_an_event_and_creates_an_endpoint(demo: Demo, block: str, answer: str) -> None:
    settings = {"PUBLIC_URL": demo.url, "HUBSPOT_CLIENT_SECRET": CLIENT_SECRET}
    command = ["bash", "-c", block]

    shell = subprocess.run(
        command, env=clean_environment() | settings, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )

    assert answer in shell.stdout


def test_the_tour_shows_the_main_ways() -> None:
    text = "\n".join(tour_lines())

    for way in ("authorize", "decision=allow", "credentials", "object-types", "items", "sync", "changes", "DELETE"):
        assert way in text
