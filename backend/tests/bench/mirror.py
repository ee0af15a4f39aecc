"""What the mirror costs: memory and time of a record, reading the feed. Run as `python -m tests.bench.mirror`.

Items are HubSpot contacts as the mapper makes them, with the default properties and associations; their texts vary, so
that compression has as much to do as with a real portal.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from core.crypto import Keyring
from core.redis_client import open_redis
from integrations.integration_item import IntegrationItem
from integrations.stored_items import StoredItems
from mirror.fence import Fence
from mirror.mirror import Mirror, open_mirror
from mirror.records import format_ms
from routes.change_stream import LINES
from routes.change_views import view_change
from routes.line_breaks import escape_line_breaks
from routes.projection import Projection
from routes.streams import encode_lines
from sync.state import TypeState
from tests.servers import running_redis

T = TypeVar("T")

CONNECTION, CONTACTS = "bench", "0-1"
BATCH = 100
PROJECTIONS = {
    "whole": Projection(),
    "three fields and two properties": Projection(
        ("id", "name", "url", "properties"), frozenset({"email", "jobtitle"}), associations=True
    ),
}
FIRST_MS = 1_700_000_000_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def contact(number: int, rng: random.Random) -> IntegrationItem:
    """A contact whose names, phone, company and times are random."""

    def word(length: int) -> str:
        return "".join(rng.choices(LETTERS, k=length)).title()

    record_id = str(10_000_000_000 + 37 * number)
    first, last, company = word(6), word(9), str(rng.randrange(10**10))
    modified = format_ms(FIRST_MS + rng.randrange(10**11))
    return IntegrationItem(
        id=f"{record_id}_Contact",
        type="Contact",
        parent_path_or_name=f"{last} GmbH",
        parent_id=f"{company}_Company",
        name=f"{first} {last}",
        creation_time=format_ms(FIRST_MS - rng.randrange(10**11)),
        last_modified_time=modified,
        url=f"https://app.hubspot.com/contacts/50100100/record/0-1/{record_id}",
        children=[],
        mime_type="application/vnd.hubspot.contact+json",
        delta=f"{rng.getrandbits(96):024x}",
        drive_id="50100100",
        object_type="contacts",
        record_id=record_id,
        properties={
            "createdate": modified,
            "email": f"{first}.{last}@{word(8)}.example".lower(),
            "firstname": first,
            "lastname": last,
            "hs_object_id": int(record_id),
            "hubspot_owner_id": str(rng.randrange(10**8, 10**8 + 20)),
            "jobtitle": word(12),
            "lastmodifieddate": modified,
            "lifecyclestage": rng.choice(["lead", "customer", "opportunity"]),
            "phone": f"+49 {rng.randrange(10**9)}",
        },
        labels={"lifecyclestage": "Lead", "hubspot_owner_id": f"{word(5)} {word(7)}"},
        associations={"companies": [f"{company}_Company"], "deals": [f"{rng.randrange(10**10)}_Deal"]},
        association_labels={},
    )


async def timed(call: Callable[[], Awaitable[T]]) -> tuple[float, T]:
    began = time.perf_counter()
    result = await call()
    return time.perf_counter() - began, result


async def write(mirror: Mirror, records: int, fence: Fence) -> float:
    """Store so many; seconds, without making the items."""
    rng, seconds = random.Random(7), 0.0
    for start in range(0, records, BATCH):
        items = [contact(number, rng) for number in range(start, min(start + BATCH, records))]
        took_s, _ = await timed(
            lambda items=items: mirror.writer.apply(  # type: ignore[misc]
                CONNECTION, CONTACTS, items, sent_at_ms=FIRST_MS, fence=fence
            )
        )
        seconds += took_s
    return seconds


async def read_pages(mirror: Mirror, limit: int, pages: int) -> list[float]:
    """Seconds of each page of the feed."""
    times: list[float] = []
    after: str | None = None
    while len(times) < pages:
        took_s, page = await timed(
            lambda after=after: mirror.feed.changes(CONNECTION, after=after, limit=limit)  # type: ignore[misc]
        )
        times.append(took_s)
        after = None if page.up_to_date else page.next
    return times


async def snapshot(mirror: Mirror) -> int:
    """Read the whole feed from the beginning, and write it as lines, as the route does."""
    count, after, is_end = 0, None, False
    while not is_end:
        page = await mirror.feed.changes(CONNECTION, after=after, limit=1_000)
        lines = [LINES.write("change", view_change(change, with_item=True), None) for change in page.changes]
        count, after, is_end = count + escape_line_breaks(b"".join(lines)).count(b"\n"), page.next, page.up_to_date
    return count


async def items_as_lines(mirror: Mirror, projection: Projection) -> int:
    """All stored items as the route streams them, without the network."""
    stored = StoredItems(
        mirror=mirror,
        connection_id=CONNECTION,
        types={"contacts": CONTACTS},
        as_of_ms=FIRST_MS,
        watermark="",
        states={"contacts": TypeState()},
    )
    lines = 0
    async for event in stored.load(projection.of_stored):
        lines += escape_line_breaks(encode_lines(event)).count(b"\n")
    return lines - 2


async def report(title: str, read: Callable[[], Awaitable[int]]) -> None:
    """How long reading all of it takes, and how much of that our own processor time is."""
    cpu_s = time.process_time()
    took_s, count = await timed(read)
    cpu_s = time.process_time() - cpu_s
    print(f"{title}: {count:,} records in {took_s:.1f} s, of it {cpu_s:.1f} s of our CPU")


async def measure(url: str, records: int) -> None:
    main, redis = open_redis(url), open_redis(url, as_text=False)
    mirror = open_mirror(main, redis, Keyring({"k": bytes(range(32))}), max_bytes=10**12, tombstone_days=30)
    try:
        empty = (await main.info("memory"))["used_memory"]
        fence = Fence(await mirror.epochs.begin(CONNECTION))
        seconds = await write(mirror, records, fence)
        used = (await main.info("memory"))["used_memory"] - empty
        print(f"memory a record:               {used / records:8.0f} bytes, with its feed entry and index")
        print(f"stored in batches of {BATCH}:      {records / seconds:8.0f} records/s")
        seconds = await write(mirror, min(records, 20_000), fence)
        print(f"the same again, unchanged:     {min(records, 20_000) / seconds:8.0f} records/s")
        for limit in (100, 1_000):
            times = await read_pages(mirror, limit, 200)
            p50, p99 = quantiles(times, n=100)[49], quantiles(times, n=100)[98]
            print(f"a page of {limit:5d}:               p50 {p50 * 1e3:6.1f} ms, p99 {p99 * 1e3:6.1f} ms")
        await report("snapshot of the feed", lambda: snapshot(mirror))
        for title, projection in PROJECTIONS.items():
            await report(f"items as NDJSON, {title}", lambda projection=projection: items_as_lines(mirror, projection))  # type: ignore[misc]
    finally:
        await main.aclose()
        await redis.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_redis(Path(folder)) as url:
        asyncio.run(measure(url, options.records))


if __name__ == "__main__":
    main()
