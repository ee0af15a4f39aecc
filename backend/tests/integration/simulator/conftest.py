"""An app and a connected client of the simulator, new for each test."""

from collections.abc import Iterator

import httpx
import pytest

from tests.raw_app import RawApp
from tests.servers import Simulator


@pytest.fixture
def app(simulator: Simulator) -> RawApp:
    return RawApp(simulator)


@pytest.fixture
def client(app: RawApp) -> Iterator[httpx.Client]:
    """A client with every scope of the first account."""
    with app.client() as connected:
        yield connected
