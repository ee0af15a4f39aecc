"""Whole portals: how near to HubSpot's limit, at what cost, beside HubSpot's official SDK.

Run as `python -m tests.bench.loads [MEASURE...]`; without a name all of them, which takes about twelve minutes.
`--associations-budget` chooses for `three-types` and `clicks` whether HubSpot counts associations against the general
limit.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from hubspot.catalog import get_object_type
from tests.bench.stack import (
    ITEMS,
    LATENCY,
    LIMIT_WINDOW_S,
    LIST_CEILING,
    NO_LIMITS,
    Load,
    Stack,
    running_stack,
    stream,
)
from tests.integration.hubspot.access import access_token
from tests.integration.hubspot.comparing import expected_links

SDK = Path(__file__).with_name("sdk_load.py")
ROUND_TRIP_S = 0.15
THREE_TYPES = "contacts,companies,deals"


def load_with_sdk(stack: Stack, object_types: str) -> dict[str, Any]:
    """The SDK's figures. It shares the portal's limit with us: it begins with an empty window and leaves one."""
    token = access_token(stack.simulator, portal_id=stack.portal_id).get_secret_value()
    command = [sys.executable, "-I", str(SDK), stack.simulator.url, token, object_types]
    time.sleep(LIMIT_WINDOW_S)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the SDK failed:\n{done.stderr}")
    time.sleep(LIMIT_WINDOW_S)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class LinkedItem(msgspec.Struct):
    """What is compared of an item."""

    id: str
    associations: dict[str, list[str]]


class ItemLine(msgspec.Struct):
    item: LinkedItem


def share(records: float, seconds: float) -> str:
    return f"{records / seconds:6.0f} records/s = {records / seconds / LIST_CEILING:4.0%} of the list limit"


def report(name: str, load: Load) -> None:
    print(
        f"{name}: {load.items} items in {load.seconds:.1f} s, {share(load.items, load.seconds)}, "
        f"{load.refused} times 429, complete {load.receipt['complete']}, first item after {load.first_item_s:.2f} s, "
        f"{load.per_cpu_second:.0f} records a CPU second, peak memory + {load.peak_over_start_mib:.0f} MiB",
        flush=True,
    )
    if not load.receipt["complete"]:
        sys.exit(f"the load is not complete: {json.dumps(load.receipt)}")


def report_sdk(told: dict[str, Any]) -> None:
    print(
        f"  official SDK: {told['records']} records in {told['seconds']:.1f} s, "
        f"{share(told['records'], told['seconds'])}, {told['refused']} times 429, "
        f"{told['records'] / told['cpu_s']:.0f} records a CPU second, peak memory {told['peak_mib']:.0f} MiB",
        flush=True,
    )


def three_types(options: argparse.Namespace) -> None:
    """Each load begins with an empty window; the second finds what the first has learnt."""
    for budget in options.associations_budget:
        with running_stack("--associations-budget", budget, contacts=50_000, companies=10_000, deals=20_000) as stack:
            stack.simulator.settings(**LATENCY)
            if not options.without_sdk:
                report_sdk(load_with_sdk(stack, THREE_TYPES))
            for attempt in ("first", "second"):
                lines: list[bytes] = []
                load = stream(stack, THREE_TYPES, keep=lines.append)
                report(f"three types under HubSpot's limits, associations' budget {budget}, {attempt} load", load)
                print(f"  {differences(stack, lines) or 'each record once, with all its associations'}", flush=True)
                time.sleep(LIMIT_WINDOW_S)


def differences(stack: Stack, lines: list[bytes]) -> str:
    """What the delivered items have too much, lack or link wrongly, compared with the portal's own records."""
    delivered = Counter[str]()
    links: dict[str, dict[str, set[str]]] = {}
    for line in lines:
        item = msgspec.json.decode(line, type=ItemLine).item
        delivered[item.id] += 1
        links[item.id] = {name: set(ids) for name, ids in item.associations.items() if ids}
    true_links = {
        kind.item_id(record["id"]): expected_links(record, kind)
        for kind in map(get_object_type, THREE_TYPES.split(","))
        for record in stack.simulator.export(stack.portal_id, kind.name)
    }
    wrong = sum(
        links[id_] != {name: ids for name, ids in of_it.items() if ids}
        for id_, of_it in true_links.items()
        if id_ in links
    )
    found = {
        "doubled": sum(count > 1 for count in delivered.values()),
        "missing": len(true_links.keys() - links.keys()),
        "unknown": len(links.keys() - true_links.keys()),
        "with other associations": wrong,
    }
    return ", ".join(f"{count} records {what}" for what, count in found.items() if count)


def one_type(_options: argparse.Namespace) -> None:
    with running_stack(contacts=100_000) as stack:
        stack.simulator.settings(**LATENCY)
        report_sdk(load_with_sdk(stack, "contacts"))
        report("one type under HubSpot's limits", stream(stack, "contacts"))


def clicks(options: argparse.Namespace) -> None:
    """A page of contacts with associations, opened every two seconds while a load runs."""
    for budget in options.associations_budget:
        with running_stack("--associations-budget", budget, contacts=25_000, companies=5_000, deals=10_000) as stack:
            stack.simulator.settings(**LATENCY)
            with ThreadPoolExecutor(1) as pool:
                loading = pool.submit(stream, stack, THREE_TYPES)
                took_s = []
                while not loading.done():
                    time.sleep(2)
                    began = time.monotonic()
                    stack.http.get(ITEMS, params={"object_types": "contacts"}).raise_for_status()
                    took_s.append(time.monotonic() - began)
            load = loading.result()
            report(f"a load with clicks meanwhile, associations' budget {budget}", load)
            print(
                f"  {len(took_s)} clicks: median {statistics.median(took_s):.2f} s, longest {max(took_s):.2f} s",
                flush=True,
            )


def cpu(_options: argparse.Namespace) -> None:
    with running_stack(contacts=50_000, companies=10_000, deals=20_000) as stack:
        stack.simulator.settings(**NO_LIMITS)
        stream(stack, THREE_TYPES)
        report("three types, no limits, no latency", stream(stack, THREE_TYPES))
        report("the same without associations", stream(stack, THREE_TYPES, associations="false"))
        report_sdk(load_with_sdk(stack, THREE_TYPES))


def million(_options: argparse.Namespace) -> None:
    with running_stack(contacts=1_000_000) as stack:
        stack.simulator.settings(**NO_LIMITS)
        stream(stack, "companies")
        report("a million contacts", stream(stack, "contacts"))


def first_item(_options: argparse.Namespace) -> None:
    with running_stack(contacts=5_000, companies=1_000, deals=1_000) as stack:
        stack.simulator.settings(latency_ms=ROUND_TRIP_S * 1000, latency_sigma=0)
        stream(stack, THREE_TYPES, associations="false")  # fills the caches: owners, definitions
        for object_types, associations in (("contacts", "false"), (THREE_TYPES, "true"), ("contacts", "true")):
            loads = []
            for _ in range(3):
                time.sleep(LIMIT_WINDOW_S)
                loads.append(stream(stack, object_types, associations=associations))
            plan_s = statistics.median(load.plan_s for load in loads)
            item_s = statistics.median(load.first_item_s for load in loads)
            print(
                f"{object_types}, associations={associations}, round trip {ROUND_TRIP_S * 1e3:.0f} ms: "
                f"plan after {plan_s * 1e3:.0f} ms, "
                f"first item after {item_s * 1e3:.0f} ms"
            )


MEASURES: dict[str, Callable[[argparse.Namespace], None]] = {
    "three-types": three_types,
    "one-type": one_type,
    "clicks": clicks,
    "cpu": cpu,
    "million": million,
    "first-item": first_item,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measures", nargs="*", choices=[[], *MEASURES], help="which ones; all when left out")
    parser.add_argument(
        "--associations-budget",
        nargs="+",
        choices=("own", "shared"),
        default=["own", "shared"],
        help="how HubSpot counts associations; both when left out",
    )
    parser.add_argument("--without-sdk", action="store_true", help="three-types: only our own loads")
    options = parser.parse_args()
    for name in options.measures or MEASURES:
        MEASURES[name](options)


if __name__ == "__main__":
    main()
