"""Small forms of `python -m tests.load.sync_acceptance` and `webhook_kills`, which run for ten minutes."""

import pytest

from tests.load.sync_acceptance import Trial, accept
from tests.load.webhook_kills import kill_in_turn


async def test_mirror_and_consumer_equal_the_vendor_after_changes_and_kills() -> None:
    trial = Trial(seconds=6, records=300, percent_per_second=3, kill_every_s=0.5, shuffle_s=2)

    outcome = await accept(trial)

    assert outcome.is_equal, outcome.lines()
    assert outcome.changes > 30
    assert outcome.kills >= 2
    assert outcome.restarts == 0
    assert min(outcome.pushes[name] for name in ("lost", "doubled", "delivered")) > 0


@pytest.mark.slow
async def test_no_acknowledged_webhook_is_lost_when_processes_are_killed() -> None:
    outcome = await kill_in_turn(12)

    assert outcome.is_kept, outcome.lines()
    assert outcome.pushes["refused"] > 0
