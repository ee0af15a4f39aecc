"""Definitions of custom objects that cannot be read or are gone: the other types stay current, the custom object waits.

Nothing of it is changed or deleted meanwhile. It resumes by itself, and what changed meanwhile is found.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.api.client import FIRST_PORTAL, problem
from tests.integration.api.conftest import OpenApi
from tests.integration.sync.conftest import SYNC, OpenSynced, Synced
from tests.integration.sync.test_drain import changes, first, push

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


def machine_event(name: str, record_id: str) -> dict[str, Any]:
    return {"subscriptionType": f"object.{name}", "objectTypeId": MACHINES, "objectId": int(record_id)}


def parked(state: dict[str, Any]) -> list[str]:
    return [record["record_id"] for record in state["object_types"]["machine"]["parked"]]


@pytest.fixture(autouse=True)
def _read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.services.METADATA_LIFETIME_S", 0.0)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A type that waits is tried again after a second."""
    monkeypatch.setattr("sync.session.RETRY_PAUSED_S", 1)
    monkeypatch.setattr("sync.session.RETRY_UNANSWERED_S", 1)


@pytest.fixture
async def synced(open_synced: OpenSynced) -> AsyncIterator[Synced]:
    async with open_synced(seed=SEED) as synced:
        await synced.enable(object_types=TYPES)
        await synced.until_loaded()
        await synced.changes()
        yield synced


@pytest.mark.parametrize(("answer", "error"), CAUSES)
class TestMeanwhile:
    async def test_a_poll_reads_the_other_types(self, synced: Synced, answer: dict[str, Any], error: Any) -> None:
        before = await synced.stored(MACHINES)
        contact, _ = change_both(synced)
        fail(synced, answer)

        run = await synced.run("poll")
        state = await synced.state()

        assert (run["state"], run["error"]) == ("incomplete", None)
        assert (shown(state), shown(state, "contacts")) == (("paused", error), ("live", None))
        assert state["error"] is None
        assert await synced.changes() == [("updated", f"{contact}_Contact", None)]
        assert await synced.stored(MACHINES) == before

    async def test_later_polls_are_complete(self, synced: Synced, answer: dict[str, Any], error: Any) -> None:
        fail(synced, answer)
        await synced.run("poll")
        contact, _ = change_both(synced)

        run = await synced.run("poll")

        assert (run["state"], run["object_types"]) == ("complete", ["contacts"])
        assert await synced.changes() == [("updated", f"{contact}_Contact", None)]
        assert shown(await synced.state()) == ("paused", error)

    @pytest.mark.parametrize("types", [TYPES, TYPES[::-1]])
    async def test_a_verification_compares_the_other_types_and_deletes_nothing_else(
        self, open_synced: OpenSynced, answer: dict[str, Any], error: Any, types: list[str]
    ) -> None:
        async with open_synced(seed=SEED) as synced:
            await synced.enable(object_types=types)
            before = await synced.until_loaded()
            await synced.changes()
            contact, machine = delete_both(synced)
            fail(synced, answer)

            run = await synced.run("verify")
            state = await synced.state()

            assert (run["state"], run["deleted"], run["error"]) == ("incomplete", 1, None)
            assert (shown(state), state["error"]) == (("paused", error), None)
            assert await synced.changes() == [("deleted", f"{contact}_Contact", "archived")]
            assert machine in await synced.stored(MACHINES)
            former, present = (seen["object_types"]["contacts"]["verified_at"] for seen in (before, state))
            assert present > former

    async def test_a_load_reads_the_other_types(self, synced: Synced, answer: dict[str, Any], error: Any) -> None:
        before = await synced.stored(MACHINES)
        contact, _ = change_both(synced)
        fail(synced, answer)

        run = await synced.run("load")
        state = await synced.state()

        assert (run["state"], run["error"]) == ("incomplete", None)
        assert (shown(state), shown(state, "contacts")) == (("paused", error), ("live", None))
        assert await synced.changes() == [("updated", f"{contact}_Contact", None)]
        assert await synced.stored(MACHINES) == before

    async def test_a_sync_of_custom_objects_only_waits_too(
        self, open_synced: OpenSynced, answer: dict[str, Any], error: Any
    ) -> None:
        async with open_synced(seed=SEED) as synced:
            await synced.enable(object_types=[MACHINES])
            await synced.until_loaded()
            await synced.changes()
            delete_both(synced)
            fail(synced, answer)

            run = await synced.run("verify")

            assert (run["state"], run["deleted"]) == ("incomplete", 0)
            assert shown(await synced.state()) == ("paused", error)
            assert await synced.changes() == []


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(("answer", "error"), CAUSES)
class TestAfterwards:
    @pytest.mark.parametrize("kind", ["poll", "verify"])
    async def test_what_changed_meanwhile_is_found(
        self, synced: Synced, answer: dict[str, Any], error: Any, kind: str
    ) -> None:
        fail(synced, answer)
        await synced.run(kind)
        await synced.until(lambda state: shown(state) == ("paused", error))
        machine, changed = first(synced, "machines"), first(synced, "machines", 1)
        synced.simulator.archive(synced.portal_id, "machines", machine)
        synced.simulator.update(synced.portal_id, "machines", changed, model="X")
        await synced.run("poll")

        assert await synced.changes() == []
        recover(synced)

        assert await changes(synced, 2) == [
            ("deleted", f"{machine}_Machine", "archived"),
            ("updated", f"{changed}_Machine", None),
        ]
        await synced.until(is_live)
        await synced.assert_equal_to_truth("contacts")

    async def test_a_first_load_is_completed(self, open_synced: OpenSynced, answer: dict[str, Any], error: Any) -> None:
        async with open_synced(seed=SEED) as synced:
            synced.simulator.settings(latency_ms=20)
            await synced.enable(object_types=TYPES)
            fail(synced, answer)
            await synced.until(lambda state: shown(state) == ("paused", error))
            await synced.until(lambda state: shown(state, "contacts") == ("live", None))
            stored = await synced.stored(MACHINES)
            recover(synced)

            await synced.until(is_live)

            assert stored == {}
            assert len(await synced.stored(MACHINES)) == SEED["machines"]


async def test_a_grant_without_the_scopes_pauses_the_custom_object_until_they_are_granted(
    synced: Synced, open_api: OpenApi
) -> None:
    _, machine = change_both(synced)
    async with open_api(hubspot_optional_scopes="") as app:
        await app.connect()

    await synced.run("poll")
    without = await synced.state()
    await synced.api.connect()
    await synced.run("poll")
    state = await synced.until(is_live)

    assert shown(without) == ("paused", ("scope_missing", "reconnect", [SCHEMAS_SCOPE, OBJECTS_SCOPE]))
    assert (shown(without, "contacts"), shown(state, "contacts")) == (("live", None), ("live", None))
    assert (await synced.stored(MACHINES))[machine]["properties"]["model"] == "X"


class TestSettings:
    @pytest.mark.parametrize(("answer", "error"), FAILURES)
    async def test_the_custom_object_keeps_its_name(
        self, open_synced: OpenSynced, answer: dict[str, Any], error: Any
    ) -> None:
        """A sync that was turned on while schemas were refused always knows the type by its id."""
        async with open_synced(seed=SEED) as synced:
            fail(synced, answer)
            refused = await synced.api.http.put(SYNC, json={"object_types": TYPES})
            if error[0] == "upstream_unavailable":
                problem(refused, 503, "upstream_unavailable")
                problem(await synced.api.get(SYNC), 409, "sync_not_enabled")
                return
            await synced.until(lambda state: shown(state, MACHINES) == ("paused", error))
            synced.simulator.clear_faults()

            run = await synced.run("load")

            assert (run["state"], run["error"]) == ("complete", None)
            assert {item["object_type"] for item in (await synced.stored(MACHINES)).values()} == {MACHINES}

    @pytest.mark.parametrize(
        ("answer", "refused_with"),
        [
            ({"status": 403, "scopes": [SCHEMAS_SCOPE]}, (403, "scope_missing")),
            ({"status": 500}, (503, "upstream_unavailable")),
        ],
    )
    async def test_a_qualified_name_whose_type_id_is_unknown_is_refused(
        self, open_synced: OpenSynced, answer: dict[str, Any], refused_with: tuple[int, str]
    ) -> None:
        async with open_synced(seed=SEED) as synced:
            fail(synced, answer)

            refused = await synced.api.http.put(SYNC, json={"object_types": ["contacts", QUALIFIED]})

            problem(refused, *refused_with)
            problem(await synced.api.get(SYNC), 409, "sync_not_enabled")

    async def test_a_qualified_name_stands_for_the_type(self, open_synced: OpenSynced) -> None:
        async with open_synced(seed=SEED) as synced:
            state = await synced.enable(object_types=["contacts", QUALIFIED])

        assert set(state["object_types"]) == {"contacts", "machine"}

    async def test_a_gone_type_is_unknown(self, synced: Synced) -> None:
        fail(synced, GONE)

        problem(await synced.api.http.put(SYNC, json={"object_types": TYPES}), 422, "unknown_object_type")

        assert set((await synced.state())["object_types"]) == {"contacts", "machine"}


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


async def test_a_long_load_neither_waits_for_them_nor_begins_again(
    open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.session.STEP_LIMIT_S", 0.0)
    async with open_synced(seed={"contacts": 2_900, "machines": 6}) as synced:
        # The first answer is for the settings, and four failures are for the first step of the load.
        synced.simulator.fault(SCHEMAS, "status", status=500, after=1, times=4)
        await synced.enable(object_types=TYPES)
        await synced.until(lambda state: all(entry["verified_at"] for entry in state["object_types"].values()))

        runs = (await synced.api.json(f"{SYNC}/runs"))["runs"]
        loads = [(run["object_types"], run["added"]) for run in runs if run["kind"] == "load"]
        assert loads == [(["machine"], 6), (["contacts"], 2_900)]


@pytest.mark.usefixtures("soon")
async def test_a_long_load_survives_a_definition_that_goes_and_comes_back(
    open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.session.STEP_LIMIT_S", 0.0)
    monkeypatch.setattr("hubspot.loader.CHECKPOINT_ITEMS", 300)
    async with open_synced(seed={"contacts": 600, "machines": 600}) as synced:
        synced.simulator.settings(latency_ms=20)
        await synced.enable(object_types=TYPES)
        await synced.until(lambda state: state["object_types"]["contacts"]["progress"]["loaded"] > 0)
        fail(synced, GONE)
        await synced.until(lambda state: shown(state, "contacts") == ("live", None))
        await synced.until(lambda state: shown(state) == ("paused", CAUSES[-1][1]))
        recover(synced)

        await synced.until(lambda state: shown(state) == ("live", None))

        assert (len(await synced.stored("contacts")), len(await synced.stored(MACHINES))) == (600, 600)
