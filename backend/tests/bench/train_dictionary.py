"""Trains the dictionary that the mirror compresses items with. Run as `python -m tests.bench.train_dictionary`.

It is trained on the items of the demo's records. A new dictionary gets the next number in `mirror/sealing.py`, because
stored records can only be opened with the one that compressed them: so this refuses to replace a file.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from core.http import HttpClient
from hubspot.catalog import CATALOG
from hubspot.query import Query
from integrations.integration_item import IntegrationItem
from mirror.records import item_json
from tests.integration.hubspot.access import connect
from tests.integration.hubspot.loading import load_all
from tests.servers import running_simulator

DICTIONARY_BYTES = 32 * 1024
REASONS = ("archived", "merged", "privacy", "gone")
# A longer record would fill the dictionary with its own words.
LONGEST_SAMPLE_BYTES = 8_000


async def load_items() -> list[IntegrationItem]:
    """Every record of the demo's portal, with default and with all properties."""
    with tempfile.TemporaryDirectory() as folder, running_simulator(Path(folder)) as simulator:
        http = HttpClient(allowed_origins=[simulator.url])
        portal = connect(http, simulator)
        try:
            loads = [await load_all(portal, Query(object_types=CATALOG, properties=names)) for names in (None, ("*",))]
        finally:
            await http.aclose()
    return [item for loaded in loads for item in loaded.items]


def samples_of(items: list[IntegrationItem]) -> Iterator[bytes]:
    """What is stored of the items, and of their deletions."""
    yield from (json for item in items if len(json := item_json(item)) <= LONGEST_SAMPLE_BYTES)
    for item, reason in zip(items, REASONS * len(items), strict=False):
        yield msgspec.json.encode({"id": item.id, "object_type": item.object_type, "reason": reason, "into": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="file to write; it must not be there")
    file: Path = parser.parse_args().file
    samples: list[Any] = list(samples_of(asyncio.run(load_items())))
    dictionary = zstandard.train_dictionary(DICTIONARY_BYTES, samples, level=3)
    with file.open("xb") as target:
        target.write(dictionary.as_bytes())
    print(f"{len(samples)} samples, {sum(map(len, samples)):,} bytes: {len(dictionary.as_bytes())} bytes in {file}")


if __name__ == "__main__":
    main()
