"""What reading costs by itself: HubSpot's JSON in, lines of NDJSON out, in one process without network or server.

And what a load's place to go on from costs, which it tells every few thousand items.

Run as `python -m tests.bench.reading`. Bodies are made beforehand and handed to the client by a transport of ours, so
that no simulator shares the processor; HTTP itself is not in the figures.
"""

import asyncio
import time
from collections.abc import Callable

import httpx
import msgspec
from pydantic import SecretStr

from core.api_client import Meter
from core.crypto import Keyring
from core.cursor import Cursors
from core.http import HttpClient
from core.retry import Retrier
from hubspot.associations import open_parent_names
from hubspot.catalog import CONTACTS
from hubspot.client import HubSpotClient
from hubspot.endpoints import Endpoints
from hubspot.id_range import IdRange
from hubspot.load_position import LoadPosition, RecordProgress
from hubspot.mapper import Portal
from hubspot.metadata_cache import MetadataCache
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_counts import RecordCounts
from hubspot.records import parse_records
from integrations.load_events import CHECKPOINT_ITEMS, Checkpoint, Items, LoadReceipt
from main import collect_garbage_less_often
from routes.streams import encode_lines
from tests.integration.hubspot.access import Unlimited
from tests.loads import load

API_URL = "https://api.hubapi.com"
PAGES = 400
COMPANIES = 2_000
CHECKPOINTS = 1_000
LABELLED = ("lifecyclestage", "hs_lead_status")
Answer = Callable[[httpx.Request], httpx.Response]


def record(number: int) -> dict[str, object]:
    """A contact as HubSpot sends one when our default properties are asked for."""
    id_ = str(51 + 50 * number)
    values = {
        **dict.fromkeys(sorted(CONTACTS.default_properties)),
        "city": "Lyon",
        "country": "France",
        "createdate": "2022-03-01T00:00:00Z",
        "email": f"chloe.singh{number}@example.org",
        "firstname": "Chloé",
        "hs_lead_status": "CONNECTED",
        "hs_object_id": id_,
        "hubspot_owner_id": "70000232",
        "jobtitle": "Buyer",
        "lastmodifieddate": "2022-03-02T12:13:54.490Z",
        "lastname": "Singh",
        "lifecyclestage": "lead",
        "phone": "+1 555 0110",
    }
    return {
        "id": id_,
        "properties": values,
        "createdAt": "2022-03-01T00:00:00.000Z",
        "updatedAt": "2022-03-02T12:13:54.490Z",
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/62515/record/0-1/{id_}",
    }


def page(number: int) -> bytes:
    results = [record(number_) for number_ in range(number * 100, number * 100 + 100)]
    after = {"paging": {"next": {"after": str(number + 1), "link": "x"}}} if number + 1 < PAGES else {}
    return msgspec.json.encode({"results": results, **after})


def links_of(ids: list[str], target: str) -> bytes:
    """A primary company for everybody, a deal for every other contact, no tickets."""
    primary = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}]
    plain = [{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}]
    chosen = {"companies": ids, "deals": ids[::2], "tickets": []}[target]
    kinds = primary + plain if target == "companies" else plain
    found = [
        {"from": {"id": id_}, "to": [{"toObjectId": str(1 + int(id_) % COMPANIES), "associationTypes": kinds}]}
        for id_ in chosen
    ]
    missing = [{"category": "OBJECT_NOT_FOUND", "message": f"No {target} for {id_}."} for id_ in set(ids) - set(chosen)]
    return msgspec.json.encode({"status": "COMPLETE", "results": found, "errors": missing})


def build_hub() -> Answer:
    """HubSpot from memory; the time it takes is taken out of the figures."""
    pages = [page(number) for number in range(PAGES)]
    options = [{"label": "A label", "value": value} for value in ("lead", "CONNECTED")]
    properties = msgspec.json.encode(
        {
            "results": [
                {"name": "createdate", "type": "datetime"},
                {"name": "lastmodifieddate", "type": "datetime"},
                {"name": "hs_object_id", "type": "number"},
                *({"name": name, "type": "enumeration", "options": options} for name in LABELLED),
            ]
        }
    )

    def timed(request: httpx.Request) -> httpx.Response:
        with HUBSPOT_S:
            return answer(request)

    def answer(request: httpx.Request) -> httpx.Response:
        parts = request.url.path.split("/")
        match parts[2]:
            case "objects" if parts[-1] == "search":
                return httpx.Response(200, json={"results": [], "total": None})
            case "objects" if parts[-1] == "read":
                ids = [input_["id"] for input_ in msgspec.json.decode(request.content)["inputs"]]
                found = [{"id": id_, "properties": {"name": f"Company {id_}"}} for id_ in ids]
                return httpx.Response(200, json={"results": found})
            case "objects":
                return httpx.Response(200, content=pages[int(request.url.params.get("after", "0"))])
            case "associations":
                ids = [input_["id"] for input_ in msgspec.json.decode(request.content)["inputs"]]
                return httpx.Response(207, content=links_of(ids, parts[5]))
            case "owners":
                return httpx.Response(200, json={"results": [{"id": "70000232", "firstName": "Paulo"}]})
            case _:
                return httpx.Response(200, content=properties)

    return timed


class Stopwatch:
    """Processor time that is not ours."""

    def __init__(self) -> None:
        self.total_s = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.total_s += time.process_time() - self._began


HUBSPOT_S = Stopwatch()


async def read_all(answer: Answer, *, associations: bool) -> tuple[int, float]:
    """Items and CPU seconds of one load."""

    async def token(_rejected: SecretStr | None) -> SecretStr:
        return SecretStr("token")

    async with HttpClient(allowed_origins=[API_URL], transport=httpx.MockTransport(answer)) as http:
        client = HubSpotClient(
            http=http,
            endpoints=Endpoints(API_URL, "2026-09"),
            budget=Unlimited(),
            access_token=token,
            retrier=Retrier.with_defaults(),
            meter=Meter(),
        )
        reader = Reader(
            client=client,
            counter=client,
            portal=Portal("62515", "app.hubspot.com"),
            names=MetadataCache(),
            counts=RecordCounts(),
            parents=open_parent_names(),
            key="bench",
        )
        HUBSPOT_S.total_s, began, count = 0.0, time.process_time(), 0
        async for event in load(reader, Query(object_types=(CONTACTS,), associations=associations)):
            match event:
                case Items():
                    encode_lines(event)
                    count += len(event.items)
                case LoadReceipt():
                    assert event.complete, event
        return count, time.process_time() - began - HUBSPOT_S.total_s


def checkpoint_s() -> float:
    """CPU seconds of one checkpoint: the place of a load of three types in five parts each, sealed and encoded."""
    parts = [IdRange(after=str(10**9 + number), last=10**9 + number, end=2 * 10**9) for number in range(5)]
    progress = RecordProgress(parts=parts, delivered=10**5, total=10**6, live=10**6, counted_ms=10**12)
    position = LoadPosition(10**12, dict.fromkeys(("contacts", "companies", "deals"), progress))
    cursors = Cursors(Keyring({"k1": bytes(32)}), "connection", "query")
    began = time.process_time()
    for _ in range(CHECKPOINTS):
        resume = cursors.seal_place(position)
        encode_lines(Checkpoint(resume=resume, requests=9))
    return (time.process_time() - began) / CHECKPOINTS


def main() -> None:
    answer = build_hub()
    collect_garbage_less_often()  # as the service does
    body = page(0)
    began = time.process_time()
    for _ in range(PAGES):
        parse_records(httpx.Response(200, content=body))
    decoding_s = time.process_time() - began
    print(f"decoding alone: {100 * PAGES / decoding_s:.0f} records a CPU second")
    for associations in (False, True):
        loads = [asyncio.run(read_all(answer, associations=associations)) for _ in range(3)]
        best = max(count / cpu_s for count, cpu_s in loads)
        print(f"items {'with' if associations else 'without'} associations and parents: {best:.0f} a CPU second")
    print(f"a checkpoint, every {CHECKPOINT_ITEMS} items: {1e6 * min(checkpoint_s() for _ in range(5)):.0f} µs CPU")


if __name__ == "__main__":
    main()
