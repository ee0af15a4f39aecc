"""A sync of contacts and of a custom object whose definition cannot be read, or is gone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.api.client import FIRST_PORTAL
from tests.integration.sync.conftest import OpenSynced, Synced
from tests.integration.sync.test_drain import first

MACHINES = "2-3456789"
QUALIFIED = f"p{FIRST_PORTAL}_machine"
TYPES = ["contacts", MACHINES]
SEED = {"contacts": 6, "machines": 6}
SCHEMAS_SCOPE, OBJECTS_SCOPE = "crm.schemas.custom.read", "crm.objects.custom.read"
SCHEMAS = "/crm-object-schemas/.+/schemas"
# HubSpot's answer, and the error that the state shows: its code, action and missing scopes.
FAILURES: list[tuple[dict[str, Any], tuple[str, str, list[str]]]] = [
    ({"status": 500}, ("upstream_unavailable", "retry", [])),
    ({"status": 403, "scopes": [SCHEMAS_SCOPE]}, ("scope_missing", "reconnect", [SCHEMAS_SCOPE, OBJECTS_SCOPE])),
]
# The definition was deleted: HubSpot lists the others.
GONE: dict[str, Any] = {}
CAUSES = [*FAILURES, (GONE, ("object_type_unavailable", "contact_support", []))]


def fail(synced: Synced, answer: dict[str, Any]) -> None:
    if answer == GONE:
        synced.simulator.undefine(synced.portal_id, "machines")
    else:
        synced.simulator.fault(SCHEMAS, "status", times=None, **answer)


def recover(synced: Synced) -> None:
    synced.simulator.clear_faults()
    synced.simulator.define(synced.portal_id, "machines")


def shown(state: dict[str, Any], object_type: str = "machine") -> tuple[str, Any]:
    """State of a type, with its error as in `FAILURES`. A verification may run by itself."""
    one = state["object_types"][object_type]
    error, phase = one["error"], one["state"]
    described = error and (error["code"], error["action"], error.get("missing_scopes") or [])
    return "live" if phase == "verifying" else phase, described


def is_live(state: dict[str, Any]) -> bool:
    return shown(state) == ("live", None) and not state["running"]


def change_both(synced: Synced) -> tuple[str, str]:
    """A contact and a machine change; their ids."""
    contact, machine = first(synced), first(synced, "machines")
    synced.simulator.update(synced.portal_id, "contacts", contact, firstname="Ada")
    synced.simulator.update(synced.portal_id, "machines", machine, model="X")
    return contact, machine


def delete_both(synced: Synced) -> tuple[str, str]:
    """A contact and a machine are deleted; their ids."""
    contact, machine = first(synced), first(synced, "machines")
    synced.simulator.archive(synced.portal_id, "contacts", contact)
    synced.simulator.archive(synced.portal_id, "machines", machine)
    return contact, machine


@pytest.fixture(autouse=True)
def _read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.services.METADATA_LIFETIME_S", 0.0)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A type that waits is tried again after a second."""
    monkeypatch.setattr("sync.receipts.RETRY_PAUSED_S", 1)
    monkeypatch.setattr("sync.receipts.RETRY_UNANSWERED_S", 1)


@pytest.fixture
async def synced(open_synced: OpenSynced) -> AsyncIterator[Synced]:
    async with open_synced(seed=SEED) as synced:
        await synced.enable(object_types=TYPES)
        await synced.until_loaded()
        await synced.changes()
        yield synced
