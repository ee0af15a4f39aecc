"""The application in this process, on a real Redis, connected to the running simulator."""

import math
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from routes.app import create_app
from settings import Settings
from tests.integration.api.client import Api, Jar, open_client
from tests.lifespan import Lifespan
from tests.servers import Simulator, service_settings

KEYS = "k1:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
OpenApi = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
def open_api(simulator: Simulator, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenApi:
    """Opens the application with these settings besides the simulator's and the Redis; `page` is a built front end.

    It refuses no request because its event loop is late: the test runs in the same loop, beside other tests.
    """
    monkeypatch.setattr("routes.middleware.admission.LATE_S", math.inf)

    @asynccontextmanager
    async def opened(*, page: Path = tmp_path, **settings: Any) -> AsyncIterator[Api]:
        values: dict[str, Any] = {name.lower(): value for name, value in service_settings(simulator.url).items()}
        values |= {"redis_url": redis_url, "data_dir": tmp_path, "encryption_keys": KEYS}
        values["worker"] = "separate"  # few tests have jobs, and a worker takes a moment to stop
        made = Settings.model_validate(values | settings)
        app, jar = create_app(made, page=page), Jar()
        # As a proxy passes it on.
        headers = {} if made.is_local else {"Host": urlsplit(made.public_url).netloc}
        async with (
            Lifespan(app),
            open_client(app, jar, headers) as http,
        ):
            yield Api(http, jar, simulator)

    return opened


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    """Local mode, as it starts by default."""
    async with open_api() as api:
        yield api
