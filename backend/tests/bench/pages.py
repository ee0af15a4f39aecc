"""What a page of items costs us, and all records through the pages. Run as `python -m tests.bench.pages`.

Without HubSpot's limits and latency: our own cost, not HubSpot's.
"""

import argparse
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.bench.stack import ITEMS, NO_LIMITS, Stack, covered_s, quantile, running_stack

# The first pages fill caches and warm code up; a person's first page is measured apart.
WARM_UP = 5


def time_page(stack: Stack, caller: HTTPConnection, path: str = ITEMS) -> tuple[float, float]:
    """Seconds of one first page, and of these the ones in which no call was at HubSpot."""
    stack.simulator.clear_log()
    began = time.monotonic()
    caller.request("GET", path)
    answer = caller.getresponse()
    answer.read()
    took_s = time.monotonic() - began
    assert answer.status == 200, answer.status
    calls = [(entry["came_s"], entry["left_s"]) for entry in stack.simulator.log()]
    return took_s, took_s - covered_s(calls)


def first_pages(calls: int) -> None:
    with running_stack() as stack:
        stack.simulator.settings(**NO_LIMITS)
        # Not httpx: a millisecond of each page would be the caller's.
        with closing(HTTPConnection(urlsplit(stack.service.url).netloc)) as caller:
            cold_s, cold_own_s = time_page(stack, caller)
            for _ in range(WARM_UP):
                time_page(stack, caller)
            usage = stack.usage()
            timed = [time_page(stack, caller) for _ in range(calls)]
            cpu_ms, system_ms = 1e3 * usage.cpu_s() / calls, 1e3 * usage.system_s() / calls
            usage = stack.usage()
            for _ in range(calls):
                time_page(stack, caller, f"{ITEMS}?limit=1")
            of_one_ms = 1e3 * usage.cpu_s() / calls
    whole, own = zip(*timed, strict=True)
    print(f"first page of items, the very first:  {cold_s * 1e3:6.1f} ms, of it ours {cold_own_s * 1e3:.1f} ms")
    for percent in (50, 95, 99):
        print(
            f"first page of items, p{percent} of {calls}:       "
            f"{quantile(whole, percent) * 1e3:6.1f} ms, of it ours {quantile(own, percent) * 1e3:.1f} ms"
        )
    print(f"CPU of the service, on average:       {cpu_ms:6.1f} ms, of it system calls {system_ms:.1f} ms")
    print(f"the same for a page of one item:      {of_one_ms:6.1f} ms")


def all_pages(contacts: int) -> None:
    with running_stack(contacts=contacts) as stack:
        stack.simulator.settings(**NO_LIMITS)
        stack.http.get(ITEMS, params={"object_types": "contacts"}).raise_for_status()
        usage, began = stack.usage(), time.monotonic()
        items, pages, after = 0, 0, None
        while after is not None or not pages:
            query = {"object_types": "contacts", **({"after": after} if after else {})}
            page = stack.http.get(ITEMS, params=query).raise_for_status().json()
            items, pages, after = items + len(page["items"]), pages + 1, page["next"]
        seconds = time.monotonic() - began
        print(
            f"{items} contacts through {pages} JSON pages: {items / seconds:.0f} records/s, "
            f"{items / usage.cpu_s():.0f} records a CPU second, "
            f"peak memory {usage.peak_mib():.0f} MiB (start {usage.start_mib:.0f} MiB)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200, help="first pages to time")
    parser.add_argument("--contacts", type=int, default=50_000, help="records to read through the pages")
    options = parser.parse_args()
    first_pages(options.calls)
    all_pages(options.contacts)


if __name__ == "__main__":
    main()
