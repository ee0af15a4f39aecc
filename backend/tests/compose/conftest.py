"""Collected by `make compose-test` only: these tests need a container engine, which it finds or starts."""

import os
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from tests.compose.stack import Stack, running_stack

collect_ignore_glob = [] if "COMPOSE_TEST" in os.environ else ["test_*.py"]


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Whoever stops us has the containers taken down first; to be told again must not interrupt that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


if "COMPOSE_TEST" in os.environ:
    signal.signal(signal.SIGTERM, _stop)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """docker-compose.yml, built and up; every container healthy."""
    with running_stack() as running:
        yield running


@pytest.fixture
def connected(stack: Stack, request: pytest.FixtureRequest) -> dict[str, str]:
    """Query parameters of a user who has connected an account."""
    user = request.node.name
    stack.connect(user)
    return {"user_id": user, "org_id": "compose"}
