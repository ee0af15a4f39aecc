"""What is measured: a simulator, a Redis, processes of the service with one account connected; and hello-world."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.servers import (
    PROGRAM,
    Process,
    Service,
    Simulator,
    answers,
    clean_environment,
    free_port,
    running_redis,
    running_service,
    running_simulator,
)

TIMEOUT_S = 60
PROVIDER = "/integrations/hubspot"
WHO = {"user_id": "load", "org_id": "load"}
PAGE = {**WHO, "object_types": "contacts", "limit": "100"}
# HubSpot's limits are HubSpot's; here our own cost is wanted.
NO_LIMITS = {"limits_enabled": False, "burst_limit": 10_000, "associations_limit": 10_000}


@contextmanager
def running(
    workers: int, redis_url: str | None = None, *, program: Sequence[str] = PROGRAM, **settings: str
) -> Iterator[tuple[list[Service], Simulator]]:
    """So many processes on one Redis (of their own, unless one is given), one account connected."""
    with tempfile.TemporaryDirectory(prefix="load-") as name, ExitStack() as ending:
        folder = Path(name)
        (folder / "r").mkdir()
        redis_url = redis_url or ending.enter_context(running_redis(folder / "r"))
        simulator = ending.enter_context(running_simulator(folder))
        simulator.settings(**NO_LIMITS)
        services = []
        for number in range(workers):
            (own := folder / f"service-{number}").mkdir()
            # One file of keys for all, as with the volume of docker-compose.yml.
            shared = {"REDIS_URL": redis_url, "DATA_DIR": str(folder / "data"), **settings}
            services.append(ending.enter_context(running_service(own, simulator, program=program, **shared)))
        connect(services[0].url, simulator)
        yield services, simulator


def connect(url: str, simulator: Simulator) -> None:
    with httpx.Client(base_url=url, timeout=TIMEOUT_S, trust_env=False) as http:
        headers = {"Accept": "application/json"}
        begun = http.get(f"{PROVIDER}/authorize", params=WHO, headers=headers).raise_for_status().json()
        http.get(simulator.decide(begun["authorization_url"])).raise_for_status()


class Hello(Process):
    """The route that does nothing, as a process."""

    url = ""


@contextmanager
def running_hello() -> Iterator[Hello]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        command = [sys.executable, "-m", "tests.load.hello", str(port)]
        process = Hello("hello", command, folder=Path(folder), environment=clean_environment())
        process.url = f"http://localhost:{port}/"
        try:
            process.wait_until("GET /", lambda: answers(process.url))
            yield process
        finally:
            process.stop()
