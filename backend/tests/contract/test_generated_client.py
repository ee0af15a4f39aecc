"""A typed client, generated from our OpenAPI document by a generator of others, loads items of the running service."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.contract.document import DOCUMENT
from tests.servers import Simulator, clean_environment, running_service

PACKAGE = "generated_client"
OPERATIONS = {
    "connecting": ("authorize", "get_flow", "get_credentials"),
    "integrations": ("list_integrations",),
    "items": ("list_items", "list_object_types"),
}
PAGE = 50


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package: its `models` and `types`, its client class, and a module an operation."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    (folder / "config.json").write_text('{"post_hooks": []}', encoding="utf-8")  # nobody reads it: no formatting
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"),
            *("--path", "openapi.json", "--config", "config.json", "--output-path", PACKAGE),
        ],
        cwd=folder,
        env=clean_environment(),
        check=True,
        timeout=60,
    )
    sys.path.insert(0, str(folder))
    try:
        operations = {name: module(f"api.{tag}.{name}") for tag, names in OPERATIONS.items() for name in names}
        yield SimpleNamespace(models=module("models"), Client=module("client").Client, **operations)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, _simulator_process: Simulator, api: Any) -> Iterator[Any]:
    """Of a service in local mode whose user has connected an account by this client."""
    simulator = _simulator_process
    simulator.reset()
    options = {"headers": {"Accept": "application/json"}, "httpx_args": {"trust_env": False}}
    with (
        running_service(tmp_path_factory.mktemp("s"), simulator) as service,
        api.Client(base_url=service.url, raise_on_unexpected_status=True, **options) as client,
    ):
        begun = api.authorize.sync("hubspot", client=client)
        assert isinstance(begun, api.models.FlowStarted)
        httpx.get(simulator.decide(begun.authorization_url), trust_env=False).raise_for_status()
        flow = api.get_flow.sync("hubspot", begun.flow_id, client=client)
        assert flow.status is api.models.FlowViewStatus.CONNECTED
        yield client


@pytest.fixture
def contacts(api: Any, client: Any, _simulator_process: Simulator) -> list[str]:
    """Ids of what the account holds, by its own word."""
    [connection] = api.get_credentials.sync("hubspot", client=client).connections
    return [record["id"] for record in _simulator_process.export(connection.portal_id, "contacts")]


def test_connections_are_typed(api: Any, client: Any) -> None:
    found = api.list_integrations.sync(client=client)
    [hubspot] = [integration for integration in found.integrations if integration.id == "hubspot"]

    assert isinstance(hubspot.connections[0], api.models.ConnectionView)
    assert hubspot.connections[0].status is api.models.ConnectionViewStatus.CONNECTED
    assert hubspot.connections[0].connected_at.tzinfo is not None


def test_object_types_say_what_can_be_read(api: Any, client: Any, contacts: list[str]) -> None:
    found = {type_.name: type_ for type_ in api.list_object_types.sync("hubspot", client=client).object_types}

    assert found["contacts"].readable is True
    assert found["contacts"].total == len(contacts)
    assert "email" in {property_.name for property_ in found["contacts"].properties}


def test_pages_lead_to_the_end_and_hold_each_record_once(api: Any, client: Any, contacts: list[str]) -> None:
    query = {"client": client, "object_types": "contacts", "limit": PAGE}

    pages = [api.list_items.sync("hubspot", **query)]
    while pages[-1].next_ is not None:
        pages.append(api.list_items.sync("hubspot", after=pages[-1].next_, **query))

    items = [item for page in pages for item in page.items]
    assert len(pages) > 1
    assert all(isinstance(item, api.models.IntegrationItem) for item in items)
    assert sorted(item.id for item in items) == sorted(f"{contact}_Contact" for contact in contacts)


def test_problem_is_typed_with_the_members_of_its_code(api: Any, client: Any) -> None:
    problem = api.list_items.sync("hubspot", client=client, limit=0)

    assert isinstance(problem, api.models.Problem)
    assert (problem.code, problem.status, problem.retryable) == ("validation_failed", 422, False)
    assert problem.action is api.models.ProblemAction.FIX_REQUEST
    assert [fault.parameter for fault in problem.errors] == ["limit"]


def test_lines_of_a_stream_fit_the_generated_models(api: Any, client: Any) -> None:
    lines_of = {
        "plan": api.models.PlanLine,
        "item": api.models.ItemLine,
        "notice": api.models.NoticeLine,
        "receipt": api.models.ReceiptLine,
    }
    http = client.get_httpx_client()
    query, headers = {"object_types": "contacts"}, {"Accept": "application/x-ndjson"}

    text = http.get("/integrations/hubspot/items", params=query, headers=headers).text
    lines = [json.loads(line) for line in text.split("\n") if line]
    typed = [lines_of[next(iter(line))].from_dict(line) for line in lines]

    items = [line for line in typed if isinstance(line, api.models.ItemLine)]
    assert typed[-1].receipt.complete is True
    assert typed[-1].receipt.object_types["contacts"].delivered == len(items)
    assert [line.to_dict() for line in typed] == lines


def test_generated_code_passes_a_type_checker(api: Any) -> None:
    folder = Path(str(module("client").__file__)).parents[1]
    command = [sys.executable, "-m", "mypy", "--package", PACKAGE, "--config-file", "", "--cache-dir", "cache"]

    checked = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)

    assert checked.returncode == 0, checked.stdout + checked.stderr
