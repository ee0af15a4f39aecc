"""A portal of the running simulator, connected, without HubSpot's limits: these tests are of what is read."""

from collections.abc import AsyncIterator

import pytest

from core.http import HttpClient
from tests.integration.hubspot.access import ConnectedPortal, connect
from tests.servers import Simulator


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[HttpClient]:
    async with HttpClient(allowed_origins=[simulator.url]) as client:
        yield client


@pytest.fixture
def portal(http: HttpClient, simulator: Simulator) -> ConnectedPortal:
    simulator.settings(limits_enabled=False)
    return connect(http, simulator)
