"""The service's clock is wrong, or is set right while a portal is in sync: nothing is lost."""

import time

import pytest

from sync.session import Session
from tests.integration.api.client import FIRST_PORTAL
from tests.integration.sync.conftest import Synced

TEN_MINUTES_S = 600


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


@pytest.mark.parametrize("steps", [(TEN_MINUTES_S, 0, -TEN_MINUTES_S), (-TEN_MINUTES_S, 0, TEN_MINUTES_S)])
async def test_polls_find_every_change_before_and_after_the_clock_is_set(
    clock: Clock, synced: Synced, steps: tuple[int, ...]
) -> None:
    records = iter(synced.simulator.export(FIRST_PORTAL, "contacts"))
    for offset_s in steps:
        clock.offset_s = offset_s
        for name in ("One", "Two"):
            record_id = next(records)["id"]
            synced.simulator.update(FIRST_PORTAL, "contacts", record_id, firstname=name)
            await synced.run("poll")  # a poll that is due when the clock is set may have found it before
            assert (await synced.stored("contacts"))[record_id]["properties"]["firstname"] == name

    await synced.run("verify")
    await synced.assert_equal_to_truth()


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
