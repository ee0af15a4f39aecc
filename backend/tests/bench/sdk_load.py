"""The same load with HubSpot's official Python SDK, as its users write it; prints what it cost as JSON.

Run as `python -I sdk_load.py URL ACCESS_TOKEN OBJECT_TYPE[,OBJECT_TYPE...]`, in a process of its own: the SDK's package
has the name of one of our rooms. One type after another by cursor, 100 a page, with associations and owners' names.
"""

import json
import resource
import sys
import time
from importlib import import_module
from typing import Any

ASSOCIATED = {
    "contacts": ["companies", "deals", "tickets"],
    "companies": ["contacts", "deals", "tickets"],
    "deals": ["contacts", "companies", "tickets"],
}


def main(url: str, access_token: str, object_types: str) -> dict[str, float]:
    crm: Any = import_module("hubspot").HubSpot(host=url, access_token=access_token).crm
    began, cpu_s, first_s, records, refused = time.monotonic(), cpu(), 0.0, 0, 0
    owners = {owner.id: owner for owner in crm.owners.get_all()}
    for object_type in object_types.split(","):
        after = None
        while True:
            try:
                page = getattr(crm, object_type).basic_api.get_page(
                    limit=100,
                    after=after,
                    properties=["hubspot_owner_id", "createdate", "hs_lastmodifieddate"],
                    associations=ASSOCIATED[object_type],
                )
            except Exception as exc:  # the SDK has an ApiException for each type
                if getattr(exc, "status", None) != 429:
                    raise
                refused += 1
                time.sleep(10)
                continue
            first_s = first_s or time.monotonic() - began
            records += sum(1 for record in page.results if owners.get(record.properties["hubspot_owner_id"], True))
            if page.paging is None:
                break
            after = page.paging.next.after
    return {
        "seconds": time.monotonic() - began,
        "first_item_s": first_s,
        "records": records,
        "cpu_s": cpu() - cpu_s,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "refused": refused,
    }


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
