"""How many webhooks are accepted, and how soon a reader of the feed has a change. `python -m tests.bench.webhooks`

Requests are signed beforehand and sent over kept connections by this process; the service has a process of its own, and
so has a Redis that writes every change to disk before it answers (`appendfsync always`). Rates are given by wall time,
and by the CPU time of the service: what one core accepts.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import redis

from core.embedded_redis import server_binary
from core.store import signals_key
from hubspot.webhook_signature import sign
from sync.signal_store import CONNECTIONS, account_of
from tests.bench.stack import Usage, quantile
from tests.load.processes import PROVIDER, WHO, connect
from tests.servers import CLIENT_SECRET, Process, Service, Simulator, running_service, running_simulator

PATH = "/webhooks/hubspot"
CHANGES = f"{PROVIDER}/changes"
NDJSON = {"Accept": "application/x-ndjson"}
PORTAL = 24681012
CONNECTIONS_OPEN = 16
RECORDS = 200_000
CONTACTS = 9_000
# HubSpot counts calls over this time; the load has used them up.
WINDOW_S = 10
RATES = (1, 50, 200, 500)
FEWEST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a run came to."""

    events: int
    requests: int
    seconds: float
    cpu_s: float
    times_s: list[float]

    def report(self, title: str) -> None:
        marks = " / ".join(f"{1e3 * quantile(self.times_s, at):.1f}" for at in (50, 95, 99))
        print(
            f"{title}: {self.events / self.seconds:,.0f} events/s and {self.requests / self.seconds:,.0f} requests/s; "
            f"one core: {self.events / self.cpu_s:,.0f} events/s, {self.requests / self.cpu_s:,.0f} requests/s; "
            f"p50 / p95 / p99 {marks} ms",
            flush=True,
        )


def build_request(url: str, events: int, first_id: int) -> bytes:
    """One signed request as bytes."""
    at_ms = int(time.time() * 1000)
    body = json.dumps(
        [
            {
                "eventId": number,
                "subscriptionId": 3923621,
                "portalId": PORTAL,
                "appId": 1234444,
                "occurredAt": at_ms,
                "subscriptionType": "contact.propertyChange",
                "attemptNumber": 0,
                "objectId": 1 + (first_id + number) % RECORDS,
                "propertyName": "firstname",
                "propertyValue": "Ada",
                "changeSource": "CRM_UI",
            }
            for number in range(events)
        ]
    ).encode()
    timestamp = str(at_ms).encode()
    signature = sign(CLIENT_SECRET, method="POST", uri=(url + PATH).encode(), body=body, timestamp=timestamp)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nContent-Type: application/json\r\n"
        f"X-HubSpot-Signature-v3: {signature.decode()}\r\nX-HubSpot-Request-Timestamp: {timestamp.decode()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(
    url: str, requests: list[bytes], seconds: float, *, connections: int = CONNECTIONS_OPEN, most: int = sys.maxsize
) -> list[float]:
    """Send them again and again over kept connections; how long each took. All are accepted."""
    address, until, times_s = urlsplit(url), time.perf_counter() + seconds, list[float]()
    turns = iter(range(most))

    async def call() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        for number in turns:
            if (began := time.perf_counter()) >= until:
                break
            writer.write(requests[number % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            times_s.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(call() for _ in range(connections)))
    return times_s


def accept(url: str, pid: int, *, events: int, seconds: float, **pace: int) -> Accepted:
    requests = [build_request(url, events, number * events) for number in range(400)]
    asyncio.run(send(url, requests, 1.0))
    usage, began = Usage(pid), time.perf_counter()
    times_s = asyncio.run(send(url, requests, seconds, **pace))
    took_s, count = time.perf_counter() - began, len(times_s)
    return Accepted(count * events, count, took_s, usage.cpu_s(), times_s)


def measure_accepting(folder: Path, seconds: float) -> None:
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    durable = ["--appendonly", "yes", "--appendfsync", "always"]
    process = Process("redis", [server_binary(), *options, *durable], folder=folder)
    client = redis.Redis(unix_socket_path=str(socket))
    with ExitStack() as ending:
        ending.callback(process.stop)
        process.wait_until("its socket", socket.exists)
        # A sync of the account, so that its signals are stored; without a worker they stay.
        client.sadd(signals_key(account_of(str(PORTAL)), CONNECTIONS), "sync:{load/load}:hubspot:bench")
        simulator = ending.enter_context(running_simulator(folder))
        settings = {"REDIS_URL": f"unix://{socket}", "WORKER": "separate"}
        service = ending.enter_context(running_service(folder, simulator, **settings))
        accept(service.url, service.pid, events=100, seconds=seconds).report("100 events a request")
        accept(service.url, service.pid, events=1, seconds=seconds).report("1 event a request")
        batches = accept(service.url, service.pid, events=100, seconds=60, connections=10, most=1_000)
        batches.report("1,000 requests of 100 events, 10 at a time")
        stored = client.zcard(signals_key(account_of(str(PORTAL)), "records"))
        used_mb = cast("dict[str, Any]", client.info("memory"))["used_memory"] / 1e6
        print(f"{stored:,} records are marked, {used_mb:.0f} MB of Redis", flush=True)


def measure_latency(folder: Path, seconds: float) -> None:
    with running_simulator(folder) as simulator, running_service(folder, simulator) as service:
        simulator.seed(str(PORTAL), contacts=CONTACTS, companies=100, deals=100)
        connect(service.url, simulator)
        with httpx.Client(base_url=service.url, timeout=30, trust_env=False) as http:
            sync = f"{PROVIDER}/sync"
            http.put(sync, params=WHO, json={"object_types": ["contacts"]}).raise_for_status()
            while not http.get(sync, params=WHO).json()["verified_at"]:
                time.sleep(0.2)
            time.sleep(WINDOW_S)
            simulator.push_to(service.url + PATH)
            for rate in RATES:
                _measure_rate(service, simulator, http, rate, max(seconds, FEWEST_CHANGES / rate))


def _measure_rate(service: Service, simulator: Simulator, http: httpx.Client, rate: int, seconds: float) -> None:
    """Change records at this rate while the feed is read live."""
    cursor, usage, before = _read_to_end(http), Usage(service.pid), simulator.pushes()
    simulator.clear_log()
    simulator.background_changes(
        str(PORTAL),
        percent_per_second=100 * rate / CONTACTS,
        seconds=seconds,
        object_types=["contacts"],
        mix={"update": 1},
    )
    times_s = _read_feed(http, cursor, seconds + 2)
    cpu_s, pushes = usage.cpu_s(), simulator.pushes()
    refused = sum(entry["status"] == 429 for entry in simulator.log("crm/objects"))
    marks = " / ".join(f"{1e3 * quantile(times_s, at):,.0f}" for at in (50, 99))
    delivered, events = (pushes[name] - before[name] for name in ("delivered", "events"))
    print(
        f"{rate} changes/s of one account for {seconds:.0f} s: p50 / p99 {marks} ms from the change to the reader "
        f"of the feed ({len(times_s):,} changes), {refused} answers 429, {cpu_s / (seconds + 2):.0%} of a core, "
        f"webhooks {delivered} of {events}",
        flush=True,
    )


def _read_feed(http: httpx.Client, cursor: str, seconds: float) -> list[float]:
    """Follow the feed; how old each change was when its line was read."""
    ends, times_s = time.time() + seconds, list[float]()
    parameters = WHO | {"after": cursor, "live": "true", "items": "false"}
    with http.stream("GET", CHANGES, params=parameters, headers=NDJSON) as answer:
        for line in answer.iter_lines():
            change = json.loads(line).get("change")
            if change is not None:
                times_s.append(time.time() - datetime.fromisoformat(change["at"]).timestamp())
            if time.time() > ends:
                return times_s
    raise AssertionError("the feed ended")


def _read_to_end(http: httpx.Client) -> str:
    lines = http.get(CHANGES, params=WHO | {"items": "false"}, headers=NDJSON).text.strip().split("\n")
    assert "up_to_date" in lines[-1], lines[-1]
    return str(json.loads(lines[-1])["up_to_date"]["next"])


MEASUREMENTS = {"accepting": measure_accepting, "latency": measure_latency}


def main() -> None:
    parser = argparse.ArgumentParser(prog="webhooks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], default=[], help="all without any")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run")
    options: Any = parser.parse_args()
    for name in options.names or MEASUREMENTS:
        with tempfile.TemporaryDirectory(prefix="webhooks-") as folder:
            MEASUREMENTS[name](Path(folder), options.seconds)


if __name__ == "__main__":
    main()
