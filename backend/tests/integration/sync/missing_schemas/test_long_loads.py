"""Loads that take many steps while definitions of custom objects cannot be read, or are gone."""

import pytest

from tests.integration.sync.conftest import SYNC, OpenSynced
from tests.integration.sync.missing_schemas.conftest import (
    CAUSES,
    GONE,
    MACHINES,
    SCHEMAS,
    TYPES,
    fail,
    recover,
    shown,
)


async def test_a_long_load_neither_waits_for_them_nor_begins_again(
    open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.session.STEP_LIMIT_S", 0.0)
    monkeypatch.setattr("hubspot.loader.CHECKPOINT_ITEMS", 200)
    async with open_synced(seed={"contacts": 600, "machines": 6}) as synced:
        # The first answer is for the settings, and four failures are for the first step of the load.
        synced.simulator.fault(SCHEMAS, "status", status=500, after=1, times=4)
        await synced.enable(object_types=TYPES)
        await synced.until(lambda state: all(entry["verified_at"] for entry in state["object_types"].values()))

        runs = (await synced.api.json(f"{SYNC}/runs"))["runs"]
        loads = [(run["object_types"], run["added"]) for run in runs if run["kind"] == "load"]
        assert loads == [(["machine"], 6), (["contacts"], 600)]


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
