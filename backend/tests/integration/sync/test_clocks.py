"""The service's clock is wrong, or is set right while a portal is in sync: nothing is lost."""

import json
import time
from datetime import UTC, datetime

import pytest

from sync.session import Session
from tests.integration.api.client import FIRST_PORTAL
from tests.integration.sync.conftest import OpenSynced, Synced
from tests.slow import slow

TEN_MINUTES_S, HALF_HOUR_S, HOUR_AND_HALF_S = 600, 1_800, 5_400
SEED = {"contacts": 20, "companies": 3, "deals": 3}


class Clock:
    """The service's clock, as far as syncs look at it."""

    offset_s = 0

    def __call__(self) -> int:
        return int((time.time() + self.offset_s) * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for room in ("sync.runner", "sync.syncs", "integrations.hubspot_sync"):
        monkeypatch.setattr(f"{room}.now_ms", clock)
    monkeypatch.setitem(Session.__init__.__kwdefaults__ or {}, "clock", clock)
    return clock


async def assert_polls_find_changes(synced: Synced, record_id: str) -> None:
    """A poll that is due when the clock is set may have found the first change before."""
    for name in ("One", "Two"):
        synced.simulator.update(FIRST_PORTAL, "contacts", record_id, firstname=name)
        await synced.run("poll")
        assert (await synced.stored("contacts"))[record_id]["properties"]["firstname"] == name


@pytest.mark.parametrize("off_s", [HALF_HOUR_S, *slow(TEN_MINUTES_S, HOUR_AND_HALF_S)])
@pytest.mark.parametrize("turns", [(1, 0, -1), (-1, 0, 1)], ids=["ahead first", "behind first"])
async def test_polls_find_every_change_before_and_after_the_clock_is_set(
    clock: Clock, synced: Synced, turns: tuple[int, ...], off_s: int
) -> None:
    records = iter(synced.simulator.export(FIRST_PORTAL, "contacts"))
    for turn in turns:
        clock.offset_s = turn * off_s
        await assert_polls_find_changes(synced, next(records)["id"])

    await synced.run("verify")
    await synced.assert_equal_to_truth()


@pytest.mark.parametrize("ahead_s", [HOUR_AND_HALF_S, -HOUR_AND_HALF_S, *slow(HALF_HOUR_S, -HALF_HOUR_S)])
async def test_polls_find_every_change_if_the_clock_was_always_wrong(open_synced: OpenSynced, ahead_s: int) -> None:
    async with open_synced(seed=SEED) as synced:
        synced.simulator.settings(clock_offset_s=-ahead_s)
        await synced.enable()
        await synced.until_loaded()
        [record, *_] = synced.simulator.export(FIRST_PORTAL, "contacts")

        await assert_polls_find_changes(synced, record["id"])


async def test_the_watermark_of_a_load_is_a_time_of_the_vendor(open_synced: OpenSynced) -> None:
    async with open_synced(seed=SEED) as synced:
        synced.simulator.settings(clock_offset_s=-HOUR_AND_HALF_S)

        answer = await synced.api.get("/integrations/hubspot/items", {"Accept": "application/x-ndjson"})

        watermark = json.loads(answer.text.splitlines()[-1])["receipt"]["watermark"]
        at_vendor_s = datetime.now(UTC).timestamp() - HOUR_AND_HALF_S
        assert 0 < at_vendor_s - datetime.fromisoformat(watermark).timestamp() < 2 * TEN_MINUTES_S


async def test_a_deletion_found_while_the_clock_was_ahead_is_taken_back_once_it_is_right(
    clock: Clock, synced: Synced
) -> None:
    [record, *_] = synced.simulator.export(FIRST_PORTAL, "contacts")
    clock.offset_s = TEN_MINUTES_S
    synced.simulator.archive(FIRST_PORTAL, "contacts", record["id"])
    await synced.run("verify")
    assert record["id"] not in await synced.stored("contacts")

    clock.offset_s = 0
    synced.simulator.restore(FIRST_PORTAL, "contacts", record["id"])
    clock.offset_s = TEN_MINUTES_S + 60  # as after eleven minutes
    await synced.run("verify")

    await synced.assert_equal_to_truth()
