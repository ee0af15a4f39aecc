"""Records lost, doubled or wrong in loads and pages of small portals: trials at random until the time is over.

`python -m tests.bench.load_rounds --minutes 5 --first 1000`. Exits with 1 when one failed, and names the seeds: what is
drawn from a seed repeats with `--first`.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from tests.integration.api.load_trial import Trial, Workers
from tests.servers import running_simulator


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--first", type=int, default=1_000, help="the first trial's seed")
    options = parser.parse_args()
    failed = run(options.first, options.minutes * 60)
    return 1 if failed else 0


def run(first: int, seconds: float) -> list[int]:
    """The seeds of the trials that failed."""
    ends, failed, done = time.monotonic() + seconds, list[int](), Counter[str]()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rounds-")))
        simulator = stack.enter_context(running_simulator(folder))
        workers = Workers(stack, folder, simulator)
        for seed in count(first):
            if time.monotonic() >= ends:
                break
            simulator.reset()
            trial = Trial(seed, simulator, workers)
            try:
                trial.run()
            except Exception:  # noqa: BLE001 the next trials are worth their time
                failed.append(seed)
                print(f"seed {seed}: {trial.query}\n{traceback.format_exc(limit=-2)}")
            done.update(trials=1, items=len(trial.items), parts=trial.parts)
    print(f"{done['trials']} trials, {done['parts']} parts of loads, {done['items']} items; failed: {failed or 'none'}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
