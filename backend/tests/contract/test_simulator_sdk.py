"""HubSpot's official Python SDK, pointed at the simulator, finds everything where it expects it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.raw_app import FIRST_PORTAL, REDIRECT_URI, REQUIRED_SCOPES, RawApp
from tests.servers import CLIENT_ID, CLIENT_SECRET, Simulator

SESSION = Path(__file__).with_name("sdk_session.py")
TIMEOUT_S = 60


@pytest.fixture(scope="module")
def found(_simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one session got."""
    _simulator_process.reset()
    code = RawApp(_simulator_process, version="v1").code(
        optional_scope="crm.objects.owners.read crm.objects.custom.read crm.schemas.custom.read"
    )
    arguments = [_simulator_process.url, code, REDIRECT_URI, CLIENT_ID, CLIENT_SECRET]
    session = subprocess.run(
        [sys.executable, "-I", str(SESSION), *arguments],
        cwd=tmp_path_factory.mktemp("sdk"),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert session.returncode == 0, session.stderr
    result: dict[str, Any] = json.loads(session.stdout)
    return result


@pytest.fixture(scope="module")
def contact_ids(_simulator_process: Simulator, found: dict[str, Any]) -> list[str]:
    """The truth about contacts; the session comes first, because it resets."""
    return [record["id"] for record in _simulator_process.export(FIRST_PORTAL, "contacts")]


def test_it_signs_in_refreshes_and_reads_what_its_tokens_are(found: dict[str, Any]) -> None:
    oauth = found["oauth"]

    assert oauth["expires_in"] == 1800
    assert oauth["hub_id"] == 24681012
    assert set(REQUIRED_SCOPES.split()) < set(oauth["scopes"])
    assert oauth["client_id"] == CLIENT_ID
    assert oauth["refresh_token_kept"]


def test_it_reads_a_page_with_associations(found: dict[str, Any]) -> None:
    page = found["page"]

    assert page["ids"] == ["51", "101", "151"]
    assert page["after"] == "152"
    assert all("@" in email for email in page["emails"])
    assert page["created"] == "2022-03-01T00:00:00+00:00"
    assert "51" in page["companies"]


def test_it_reads_every_contact_by_the_cursor(found: dict[str, Any], contact_ids: list[str]) -> None:
    assert found["all_contacts"] == contact_ids


def test_it_searches_and_reads_batches(found: dict[str, Any], contact_ids: list[str]) -> None:
    assert found["search"] == {"total": len(contact_ids) - 1, "ids": ["101", "151"]}
    assert found["batch"] == ["51", "101"]


def test_it_reads_a_custom_object_by_its_type_id(found: dict[str, Any]) -> None:
    assert found["schemas"] == {"machine": "2-3456789"}
    assert found["machines"] == ["51", "101"]


def test_it_finds_all_associations_of_a_crowded_company_in_pages(found: dict[str, Any]) -> None:
    assert len(found["paged_associations"]) > 200
    assert found["paged_associations"] == found["batch_associations"]


def test_it_reads_owners_pipelines_and_properties(found: dict[str, Any]) -> None:
    assert (found["owners"], found["archived_owners"]) == (120, 5)
    assert found["stages"]["default"][-2:] == ["Closed Won", "Closed Lost"]
    assert found["properties"] > 600
    assert found["property"] == "enumeration"


def test_it_raises_for_what_is_missing_and_what_is_not_granted(found: dict[str, Any]) -> None:
    assert found["missing"] == 404
    assert found["refused"] == 403


def test_a_refresh_token_it_has_archived_is_dead(found: dict[str, Any]) -> None:
    assert found["refresh_after_archive"] == 400
