"""One trial of loads and pages over HTTP, drawn from a seed.

That is: a small portal, a query, faults of HubSpot, changes meanwhile, where the reader breaks off and goes on, and
whether a worker dies.

What must hold, whatever happens: no record comes twice, none that is not the portal's; each that is asked for and stays
comes, unless the receipt says that something is missing; and what comes is as the portal has it.
"""

import json
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx

from hubspot.catalog import COMPANIES, CONTACTS, DEALS, EMAILS, PRODUCTS, TICKETS
from hubspot.object_type import ObjectType
from integrations.integration_item import IntegrationItem
from tests.integration.api.client import FIRST_PORTAL
from tests.integration.api.conftest import KEYS
from tests.integration.api.small_service import SIZES, SMALL_SERVICE, draw_sizes
from tests.integration.hubspot.comparing import assert_true
from tests.servers import NO_CERTIFICATES, Service, Simulator, running_redis, running_service

ITEMS = "/integrations/hubspot/items"
NDJSON = {"Accept": "application/x-ndjson"}
KINDS = (CONTACTS, COMPANIES, DEALS, TICKETS, EMAILS, PRODUCTS)
CHANGES = {"update": 60, "create": 15, "archive": 15, "merge": 10}
FAULTS = ("reset", "lost", "truncated", "malformed", "html", "empty", "status")
FAULTY = ("^/crm/", "/contacts$", "/search$", "^/crm/associations/", "batch/read$")
# A load is broken off this often at most; a stream that has not ended by then never will.
MOST_BREAKS, DEADLINE_S = 8, 60
BYTES_AN_ITEM = 1_500

Truth = dict[ObjectType, dict[str, dict[str, Any]]]
Line = dict[str, Any]


class Workers:
    """Two processes of the service on one Redis; one that ended has a successor of other sizes."""

    def __init__(self, stack: ExitStack, folder: Path, simulator: Simulator) -> None:
        self._stack, self._folder, self._simulator = stack, folder, simulator
        self._settings = {"REDIS_URL": stack.enter_context(running_redis(folder)), "ENCRYPTION_KEYS": KEYS}
        self._rng = random.Random("sizes")
        self.all = [self._start(), self._start()]

    def _start(self) -> Service:
        folder = Path(mkdtemp(dir=self._folder))
        settings = self._settings | {SIZES: json.dumps(draw_sizes(self._rng))}
        return self._stack.enter_context(running_service(folder, self._simulator, program=SMALL_SERVICE, **settings))

    def replace(self, worker: Service) -> None:
        worker.stop()
        self.all[self.all.index(worker)] = self._start()


@dataclass(slots=True)
class Trial:
    """A connected portal and a query of it."""

    seed: int
    simulator: Simulator
    workers: Workers
    rng: random.Random = field(init=False)
    kinds: Sequence[ObjectType] = field(init=False)
    query: dict[str, str] = field(init=False, default_factory=dict)
    end: signal.Signals | None = field(init=False)
    items: list[Line] = field(init=False, default_factory=list)
    parts: int = field(init=False, default=0)
    receipt: Line = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.kinds = self.rng.choice(
            (KINDS[:1], KINDS[1:2], KINDS[:3], (DEALS, CONTACTS), (EMAILS, COMPANIES), KINDS[2:])
        )
        # What the worker of the first part is told, in the middle of it.
        self.end = self.rng.choice((*6 * (None,), signal.SIGKILL, signal.SIGTERM))

    def run(self) -> None:
        self._seed_portal()
        self._connect()
        self.query = self._draw_query()
        if "archived" in self.query:
            self.simulator.mutate(FIRST_PORTAL, **{kind.name: {"archive": 50} for kind in self.kinds})
        before = self._truth()
        self._draw_faults()
        if changes := self.rng.random() < 0.5:
            self.simulator.settings(latency_ms=self.rng.choice((5, 20)), latency_sigma=0.8)
            self.simulator.settings(index_delay_ms=self.rng.choice((0, 0, 500)))
            self.simulator.background_changes(
                FIRST_PORTAL, percent_per_second=20, seconds=60, mix=CHANGES, seed=self.seed
            )
        self._travel()
        self.simulator.stop_background_changes(FIRST_PORTAL)
        self._check(self.items, before, self._truth())
        assert changes or self.receipt["complete"], self.receipt
        self.simulator.clear_faults()
        if not changes:
            self._check(list(self._pages()), before, before)

    # --- what is drawn

    def _seed_portal(self) -> None:
        sizes = {kind.name: self.rng.choice((0, 1, 20, 60)) for kind in KINDS}
        sizes[self.kinds[0].name] = self.rng.randrange(80, 250)
        # All times of a kind may be one, and all contacts one company's.
        same = {"same_modified": self.rng.choice((0, 300)), "crowd": self.rng.choice((0, sizes["contacts"]))}
        self.simulator.seed(FIRST_PORTAL, **sizes, **same)
        self.simulator.settings(limits_enabled=False, burst_limit=10_000, associations_limit=10_000)
        self.simulator.settings(association_page_size=self.rng.choice((2, 10, 500)))

    def _draw_query(self) -> dict[str, str]:
        names = {"object_types": ",".join(kind.name for kind in self.kinds)}
        moments = [record["updatedAt"] for records in self._live().values() for record in records.values()]
        choices: list[dict[str, str]] = [{}, {}, {"archived": "true"}, {"properties": "*"}, {"associations": "false"}]
        if moments:
            choices += 2 * [{"updated_since": self.rng.choice(sorted(moments)[:20])}]
        return names | self.rng.choice(choices)

    def _draw_faults(self) -> None:
        for _ in range(self.rng.choice((0, 1, 3))):
            more = {"status": self.rng.choice((500, 502, 503, 504)), "after": self.rng.choice((0, 1, 5))}
            times = self.rng.choice((1, 2))
            self.simulator.fault(self.rng.choice(FAULTY), self.rng.choice(FAULTS), times=times, **more)

    # --- the portal

    def _connect(self) -> None:
        """As somebody new: nothing that was kept of the portal before it was seeded anew is his."""
        with self._http(self.workers.all[0]) as http:
            started = http.get("/integrations/hubspot/authorize", headers={"Accept": "application/json"})
        callback = self.simulator.decide(started.json()["authorization_url"], portal_id=FIRST_PORTAL)
        page = httpx.get(callback, trust_env=False, verify=NO_CERTIFICATES)
        assert page.status_code == 200, page.text

    def _live(self, *, archived: bool = False) -> Truth:
        found = {kind: self.simulator.export(FIRST_PORTAL, kind.name, archived=archived) for kind in self.kinds}
        return {kind: {kind.item_id(record["id"]): record for record in records} for kind, records in found.items()}

    def _truth(self) -> Truth:
        """What the query asks for."""
        since = datetime.fromisoformat(self.query.get("updated_since", "2000-01-01T00:00:00Z"))
        return {
            kind: {id_: one for id_, one in records.items() if datetime.fromisoformat(one["updatedAt"]) >= since}
            for kind, records in self._live(archived="archived" in self.query).items()
        }

    # --- reading

    def _travel(self) -> None:
        """Load, breaking off at any byte, and go on from the last checkpoint or receipt until one is the last."""
        place: str | None = None
        for part in range(10 * MOST_BREAKS):
            fresh: list[Line] = []
            self.parts += 1
            ended = False
            for line in self._lines(place, breaks_off=part < MOST_BREAKS and self.rng.random() < 0.85):
                match line:
                    case {"item": item}:
                        fresh.append(item)
                    case {"notice": {"code": "checkpoint", "resume": place}}:
                        self.items, fresh = self.items + fresh, []
                    case {"receipt": receipt}:
                        self._take_receipt(receipt, fresh)
                        place = receipt["resume"]
                        ended = receipt["complete"] or place is None
                    case {"error": error}:
                        assert error["retryable"], error
                        ended = False
            if ended:
                return
            if self.receipt and place is None:  # where to go on could not be said: begin anew
                self.items, self.receipt = [], {}
        raise AssertionError("a load without an end")

    def _take_receipt(self, receipt: Line, fresh: list[Line]) -> None:
        self.items, self.receipt = self.items + fresh, receipt
        delivered = Counter(item["type"] for item in self.items)
        assert {kind.name: delivered[kind.item_type] for kind in self.kinds} == {
            name: one["delivered"] for name, one in receipt["object_types"].items()
        }
        assert bool(receipt["watermark"]) or not receipt["complete"]

    def _lines(self, place: str | None, *, breaks_off: bool) -> list[Line]:
        """Of a stream that the reader leaves somewhere, or whose worker is killed there, those that came whole."""
        worker, asked = self.rng.choice(self.workers.all), self.query | ({"after": place} if place else {})
        end, self.end = self.end, None
        last = self.rng.randrange(1, self.rng.choice((30, 100)) * BYTES_AN_ITEM) if breaks_off or end else sys.maxsize
        text = b""
        with (
            suppress(httpx.RemoteProtocolError, httpx.ReadError) if end is signal.SIGKILL else nullcontext(),
            self._http(worker) as http,
            http.stream("GET", ITEMS, params=asked, headers=NDJSON) as answer,
        ):
            assert answer.status_code == 200, answer.read()
            for chunk in answer.iter_bytes(4_096):
                text += chunk
                if len(text) < last:
                    continue
                if end is None:
                    break
                worker.popen.send_signal(end)
                last = sys.maxsize
        if end is not None:
            self.workers.replace(worker)
        lines = [json.loads(line) for line in text.split(b"\n")[:-1]]
        assert "plan" in (lines[0] if lines else {"plan": None})
        return lines

    def _pages(self) -> Iterator[Line]:
        after: dict[str, str] = {}
        while True:
            with self._http(self.rng.choice(self.workers.all)) as http:
                answer = http.get(ITEMS, params=self.query | after | {"limit": self.rng.choice((7, 33, 100))})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def _http(self, worker: Service) -> httpx.Client:
        return httpx.Client(
            base_url=worker.url,
            params={"user_id": f"user-{self.seed}"},
            timeout=DEADLINE_S,
            trust_env=False,
            verify=NO_CERTIFICATES,
        )

    # --- what must hold

    def _check(self, items: list[Line], before: Truth, after: Truth) -> None:
        assert max(Counter(item["id"] for item in items).values(), default=1) == 1
        for kind in self.kinds:
            found = {item["id"]: IntegrationItem(**item) for item in items if item["type"] == kind.item_type}
            stayed = before[kind].keys() & after[kind].keys()
            newest = max((int(value["id"]) for value in before[kind].values()), default=0)
            others = found.keys() - before[kind].keys() - after[kind].keys()
            # Made and gone again meanwhile; or changed, so that it is asked for, and gone.
            assert not others or before is not after
            assert "updated_since" in self.query or all(int(id_.partition("_")[0]) > newest for id_ in others)
            assert stayed <= found.keys() or not self.receipt["object_types"][kind.name]["complete"]
            same = [found[id_] for id_ in stayed & found.keys() if before[kind][id_] == after[kind][id_]]
            if "associations" not in self.query and "archived" not in self.query:
                assert_true(same, after[kind], kind)
