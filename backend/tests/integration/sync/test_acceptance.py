"""A small form of `python -m tests.load.sync_acceptance`, which runs for ten minutes."""

from tests.load.sync_acceptance import Trial, accept


async def test_mirror_and_consumer_equal_the_vendor_after_changes_and_kills() -> None:
    outcome = await accept(Trial(seconds=10, records=300, percent_per_second=2, kill_every_s=3))

    assert outcome.is_equal, outcome.lines()
    assert outcome.changes > 30
    assert outcome.kills >= 1
    assert outcome.restarts == 0
