"""The service with sizes so small that a few hundred records take all ways: several readers of a list, scans, cuts,
batches of links, many checkpoints.

Run as `python -m tests.integration.api.small_service`: as `main.py`, with the sizes in SMALL_SIZES, an object in JSON.
"""

import importlib
import json
import os
import random
import sys
from collections.abc import Mapping
from typing import Any

import main

SIZES = "SMALL_SIZES"
SMALL_SERVICE = ("-m", "tests.integration.api.small_service")


def draw_sizes(rng: random.Random) -> dict[str, Any]:
    """By the constant's full name."""
    found, listed = rng.choice((5, 20)), rng.choice((7, 20))
    return {
        "hubspot.record_source.LIST_PAGE_MAX": listed,
        "hubspot.type_load.LIST_PAGE_MAX": listed,
        "hubspot.type_load.ASSOCIATIONS_BATCH_MAX": rng.choice((5, 50)),
        "hubspot.type_load.MOST_PAGES": rng.choice((1, 2, 10)),
        "hubspot.type_load.MOST_PAGES_BYTES": rng.choice((1, 20_000, 10**9)),
        "hubspot.type_count.LOOK_AGAIN_AFTER_S": (0.0, 0.2),
        "hubspot.loader.CHECKPOINT_ITEMS": rng.choice((1, 5, 20)),
        "hubspot.type_load.LINGER_S": 0.01,
        "hubspot.type_load.FULL_GROUP_LINGER_S": 0.02,
        "hubspot.record_source.LARGE": 30,
        "hubspot.list_reader.SMALLEST_SPLIT": rng.choice((3, 20)),
        "hubspot.search_reader.TAIL": rng.choice((2, 20)),
        "hubspot.search_reader.SEARCH_PAGE_MAX": found,
        "hubspot.search_results.SEARCH_PAGE_MAX": found,
        "hubspot.budget.SEARCH_WINDOW_MS": 10,
        "hubspot.budget.ARRIVAL_SLACK_MS": 1,
    }


def take_over(sizes: Mapping[str, Any]) -> None:
    """Raises: AttributeError for a name that there is not any more."""
    for name, size in sizes.items():
        module, _, constant = name.rpartition(".")
        where = importlib.import_module(module)
        getattr(where, constant)
        setattr(where, constant, size)


if __name__ == "__main__":
    take_over(json.loads(os.environ[SIZES]))
    sys.exit(main.main())
