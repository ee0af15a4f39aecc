"""Fixtures for every test: one Redis and one simulator a run, both real processes, both clean at each test's start."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis
import structlog
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from core.redis_client import close_redis, open_redis
from main import collect_garbage_less_often
from tests.key_table import key_faults, read_key_table
from tests.servers import Simulator, running_redis, running_simulator

# A busy machine makes any example slow.
settings.register_profile("without time limits", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without time limits")

# By default a traceback is drawn with all local values: thousands of lines, and seconds in which the service stands.
_PROCESSORS = structlog.get_config()["processors"]
_PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*_PROCESSORS[:-1], _PLAIN])


@pytest.hookimpl(trylast=True)  # after -m and -k have chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several tests with one id, pytest-xdist runs one and passes over the others without a word: refuse them.

    Raises: pytest.UsageError naming them.
    """
    repeated = [nodeid for nodeid, count in Counter(item.nodeid for item in items).items() if count > 1]
    if repeated and hasattr(config, "workerinput"):
        raise pytest.UsageError(f"several tests have one id: {', '.join(repeated)}")


def pytest_collection_finish() -> None:
    """Each full collection would look through the five thousand collected tests."""
    collect_garbage_less_often()


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(_short(tmp_path_factory)) as url:
        yield url


@pytest.fixture(scope="session")
def _redis_keys(_redis_server: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(_redis_server, decode_responses=True) as client:
        yield client


@pytest.fixture
def redis_url(_redis_server: str, _redis_keys: redis.Redis) -> Iterator[str]:
    """The URL of a real, empty Redis. Whatever a test leaves in it must be as the table of keys says."""
    _redis_keys.flushall()
    yield _redis_server
    assert key_faults(_redis_keys, read_key_table()) == []


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[Redis]:
    """A client as the service opens it, on an empty server."""
    client = open_redis(redis_url)
    yield client
    await close_redis(client)


@pytest.fixture(scope="session")
def _simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator_process: Simulator) -> Simulator:
    """A running simulator with everything at its defaults."""
    _simulator_process.reset()
    return _simulator_process


def _short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path leaves room for a unix socket's name."""
    return tmp_path_factory.mktemp("r")
