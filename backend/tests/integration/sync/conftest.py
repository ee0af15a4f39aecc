"""A connection that is kept in sync, through the API, and what is stored of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.redis_client import close_redis, open_redis
from mirror.mirror import Mirror, open_mirror
from tests.integration.api.client import FIRST_PORTAL, Api
from tests.integration.api.conftest import KEYS, OpenApi, open_api
from tests.servers import Simulator

__all__ = ["open_api"]

SYNC = "/integrations/hubspot/sync"
TYPES = {"contacts": "0-1", "companies": "0-2", "deals": "0-3"}
WAIT_S = 20
# A look at the state takes 3 ms of processor time.
POLL_S = 0.15


@dataclass
class Synced:
    """One connection's sync.

    Args:
        api: of its owner.
        mirror: what is stored, read past the API.
        connection_id: of the connection.
        simulator: the vendor.
    """

    api: Api
    mirror: Mirror
    connection_id: str
    simulator: Simulator
    portal_id: str = FIRST_PORTAL
    cursor: str | None = field(default=None)

    async def enable(self, **wanted: Any) -> dict[str, Any]:
        answer = await self.api.http.put(SYNC, json=wanted)
        assert answer.status_code == 202, answer.text
        state: dict[str, Any] = answer.json()
        return state

    async def state(self) -> dict[str, Any]:
        state: dict[str, Any] = await self.api.json(SYNC)
        return state

    async def until(self, met: Callable[[dict[str, Any]], bool], timeout_s: float = WAIT_S) -> dict[str, Any]:
        """The state, as soon as it is as wanted."""
        state: dict[str, Any] = {}
        try:
            async with asyncio.timeout(timeout_s):
                while not met(state := await self.state()):  # noqa: ASYNC110 (as callers of the API do)
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"the state stays {json.dumps(state, indent=1)}") from None
        return state

    async def until_loaded(self) -> dict[str, Any]:
        """Loaded and verified once, with nothing under way."""
        return await self.until(lambda state: bool(state["verified_at"]) and not state["running"])

    async def run(self, kind: str) -> dict[str, Any]:
        """Start a run and wait for its end; the run."""
        answer = await self.api.http.post(f"{SYNC}/runs", json={"kind": kind})
        assert answer.status_code == 202, answer.text
        return await self.ended(answer.json()["run_id"])

    async def ended(self, run_id: str) -> dict[str, Any]:
        async with asyncio.timeout(WAIT_S):
            while True:
                runs: list[dict[str, Any]] = (await self.api.json(f"{SYNC}/runs"))["runs"]
                found = next((run for run in runs if run["run_id"] == run_id and run["ended_at"]), None)
                if found is not None:
                    return found
                await asyncio.sleep(POLL_S)

    async def stored(self, object_type: str) -> dict[str, dict[str, Any]]:
        """Every stored item by record id."""
        pages = self.mirror.reader.pages(self.connection_id, TYPES.get(object_type, object_type))
        return {item.record_id: json.loads(item.json) async for page in pages for item in page}

    async def changes(self) -> list[tuple[str, str, str | None]]:
        """What the feed has that was not read here before: operation, item id, reason."""
        found: list[tuple[str, str, str | None]] = []
        while True:
            page = await self.mirror.feed.changes(self.connection_id, after=self.cursor, limit=1_000)
            self.cursor = page.next
            found += [(change.op, change.id, change.reason) for change in page.changes]
            if page.up_to_date:
                return found

    async def assert_equal_to_truth(self, *object_types: str) -> None:
        """Hold every stored record against what a whole load of the API delivers now."""
        for object_type in object_types or TYPES:
            stored = await self.stored(object_type)
            assert sorted(stored) == sorted(
                record["id"] for record in self.simulator.export(self.portal_id, object_type)
            ), object_type
            answer = await self.api.get(
                "/integrations/hubspot/items", {"Accept": "application/x-ndjson"}, object_types=object_type
            )
            lines = [json.loads(line) for line in answer.text.strip().split("\n")]
            loaded = {line["item"]["record_id"]: line["item"] for line in lines if "item" in line}
            differing = [id_ for id_ in loaded if _unordered(loaded[id_]) != _unordered(stored[id_])]
            assert differing == [], (loaded[differing[0]], stored[differing[0]])


def _unordered(item: dict[str, Any]) -> dict[str, Any]:
    """Ids of associated records have no order."""
    associations = {name: sorted(ids) for name, ids in (item["associations"] or {}).items()}
    return item | {"associations": associations, "children": sorted(item["children"] or [])}


async def set_states(redis: Redis, field: str, value: Any, *object_types: str) -> None:
    """A field of the stored state of these types, or of all: as if time had passed."""
    [key] = [key async for key in redis.scan_iter("sync:*")]
    progress = json.loads(await cast(Any, redis.hget(key, "progress")))
    for name in object_types or progress["types"]:
        progress["types"][name][field] = value
    await cast(Any, redis.hset(key, "progress", json.dumps(progress)))


OpenSynced = Callable[..., Any]


@pytest.fixture
def open_synced(open_api: OpenApi, simulator: Simulator, redis_url: str) -> OpenSynced:
    """Opens the application with a connected portal; sync is off."""

    @asynccontextmanager
    async def opened(*, seed: dict[str, int] | None = None, **settings: Any) -> AsyncIterator[Synced]:
        simulator.seed(FIRST_PORTAL, **(seed or {"contacts": 120, "companies": 12, "deals": 15}))
        main_url = settings.get("redis_url") or redis_url
        main = open_redis(main_url)
        redis = open_redis(settings.get("mirror_redis_url") or main_url, as_text=False)
        keyring = Keyring(parse_keyring(KEYS))
        mirror = open_mirror(main, redis, keyring, max_bytes=10**9, tombstone_days=30)
        try:
            async with open_api(**{"worker": "embedded"} | settings) as api:
                yield Synced(api, mirror, await api.connect(), simulator)
        finally:
            await close_redis(main)
            await close_redis(redis)

    return opened


@pytest.fixture
async def synced(open_synced: OpenSynced) -> AsyncIterator[Synced]:
    """A small portal, loaded and verified."""
    async with open_synced() as synced:
        await synced.enable()
        await synced.until_loaded()
        await synced.changes()
        yield synced
