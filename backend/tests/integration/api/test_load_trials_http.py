"""Loads and pages of small portals over HTTP, broken off and gone on with at random.

What is drawn from a seed repeats; what the processes make of it in time does not. More: `tests/bench/load_rounds.py`.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.integration.api.load_trial import Trial, Workers
from tests.servers import Simulator
from tests.slow import slow

# Of the first two dozen those that found what was broken on purpose: where readers meet, what is left after a part of a
# page, places that are told too early or skip a record, pages of searches, pages of links.
SEEDS = (0, 1, 2)
MORE_SEEDS = (3, 4, 6, 7, 9, 11, 14, 16, 22)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, _simulator_process: Simulator) -> Iterator[Workers]:
    with ExitStack() as stack:
        yield Workers(stack, tmp_path_factory.mktemp("w"), _simulator_process)


@pytest.mark.parametrize("seed", [*SEEDS, *slow(*MORE_SEEDS)])
def test_each_record_comes_once_and_as_it_is_or_is_told_to_be_missing(
    seed: int, workers: Workers, simulator: Simulator
) -> None:
    Trial(seed, simulator, workers).run()
