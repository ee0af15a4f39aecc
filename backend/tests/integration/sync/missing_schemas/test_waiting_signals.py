"""Signals while definitions of custom objects cannot be read, or are gone."""

from typing import Any

import pytest

from tests.integration.sync.conftest import Synced
from tests.integration.sync.missing_schemas.conftest import (
    CAUSES,
    GONE,
    MACHINES,
    change_both,
    fail,
    recover,
)
from tests.integration.sync.test_drain import changes, first, push


def machine_event(name: str, record_id: str) -> dict[str, Any]:
    return {"subscriptionType": f"object.{name}", "objectTypeId": MACHINES, "objectId": int(record_id)}


def parked(state: dict[str, Any]) -> list[str]:
    return [record["record_id"] for record in state["object_types"]["machine"]["parked"]]


class TestSignals:
    @pytest.mark.parametrize(("answer", "error"), CAUSES)
    async def test_those_of_other_types_are_worked_off(
        self, synced: Synced, answer: dict[str, Any], error: Any
    ) -> None:
        del error
        contact, machine = change_both(synced)
        event = {"subscriptionType": "contact.propertyChange", "objectId": int(contact), "occurredAt": 1}
        fail(synced, answer)

        await push(synced, machine_event("propertyChange", machine), event)

        assert await changes(synced, 1) == [("updated", f"{contact}_Contact", None)]
        await synced.until(lambda state: state["signals"]["waiting"] == (0 if answer.get("status") == 403 else 1))

    @pytest.mark.parametrize("answer", [{"status": 500}, GONE])
    async def test_they_wait(self, synced: Synced, answer: dict[str, Any]) -> None:
        changed, deleted = first(synced, "machines"), first(synced, "machines", 1)
        synced.simulator.update(synced.portal_id, "machines", changed, model="X")
        synced.simulator.archive(synced.portal_id, "machines", deleted)
        fail(synced, answer)
        await push(synced, machine_event("propertyChange", changed), machine_event("deletion", deleted))
        await synced.until(lambda state: bool(state["signals"]["last_at"]))

        recover(synced)

        assert await changes(synced, 2) == [
            ("deleted", f"{deleted}_Machine", "archived"),
            ("updated", f"{changed}_Machine", None),
        ]
        assert parked(await synced.state()) == []

    @pytest.mark.parametrize("answer", [{"status": 500}, GONE])
    async def test_after_some_time_they_are_left_to_the_next_runs(
        self, synced: Synced, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]
    ) -> None:
        for module in ("drain", "signal_store"):
            monkeypatch.setattr(f"sync.{module}.AGAIN_AFTER_S", (0.1,))
        machine = first(synced, "machines")
        synced.simulator.archive(synced.portal_id, "machines", machine)
        fail(synced, answer)

        await push(synced, machine_event("deletion", machine))
        await synced.until(lambda state: parked(state) == [machine] and not state["signals"]["waiting"])
        recover(synced)
        await synced.run("verify")

        assert await synced.changes() == [("deleted", f"{machine}_Machine", "archived")]
        assert parked(await synced.state()) == []

    @pytest.mark.parametrize(("answer", "error"), CAUSES)
    async def test_an_erased_record_is_deleted_without_its_schema(
        self, synced: Synced, answer: dict[str, Any], error: Any
    ) -> None:
        del error
        machine = first(synced, "machines")
        fail(synced, answer)

        await push(synced, machine_event("privacyDeletion", machine))

        assert await changes(synced, 1) == [("deleted", f"{machine}_Machine", "privacy")]
