"""Definitions of custom objects that cannot be read or are gone: the other types stay current, the custom object waits.

Nothing of it is changed or deleted meanwhile. It resumes by itself, and what changed meanwhile is found.
"""

from typing import Any

import pytest

from tests.integration.api.client import problem
from tests.integration.api.conftest import OpenApi
from tests.integration.sync.conftest import SYNC, OpenSynced, Synced
from tests.integration.sync.missing_schemas.conftest import (
    CAUSES,
    FAILURES,
    GONE,
    MACHINES,
    OBJECTS_SCOPE,
    QUALIFIED,
    SCHEMAS_SCOPE,
    SEED,
    TYPES,
    change_both,
    delete_both,
    fail,
    is_live,
    recover,
    shown,
)
from tests.integration.sync.test_drain import changes, first


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
