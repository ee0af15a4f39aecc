"""Everything the service does with Redis, from the first connecting to a change of the encryption key."""

import asyncio
import base64
import hashlib
import json
import time
from typing import Any

import pytest

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from core.redis_client import close_redis, open_redis
from core.store import session_key
from errors import TokenExpiredError
from oauth.connection import Owner
from oauth.sessions import Sessions
from tests.integration.api.client import FIRST_PORTAL, Api
from tests.integration.api.conftest import KEYS, OpenApi
from tests.integration.oauth.test_keys_command import keys
from tests.servers import Simulator

NDJSON = {"Accept": "application/x-ndjson"}
ITEMS = "/integrations/hubspot/items"
AUTHORIZE = "/integrations/hubspot/authorize"
CHANGES = "/integrations/hubspot/changes"
SYNC = "/integrations/hubspot/sync"
CREDENTIALS = "/integrations/hubspot/credentials"
NEW_KEY = f"k2:{base64.b64encode(bytes(range(100, 132))).decode()}"
# More than an owner may have open at once, so that the oldest is ended.
FLOWS = 21


async def travel(open_api: OpenApi, simulator: Simulator, redis_url: str, mirror_redis_url: str = "") -> None:
    """Connect, read, refresh, fail, disconnect, sign in and out, rotate; each step must succeed."""
    simulator.seed(FIRST_PORTAL, contacts=120, companies=3, deals=3)
    async with open_api(redis_url=redis_url, mirror_redis_url=mirror_redis_url, worker="embedded") as api:
        assert (await api.get("/readyz")).status_code == 200
        connection_id = await api.connect()
        assert (await status(api))["connection_id"] == connection_id
        assert (await load(api))["complete"]
        await keep_in_sync(api)
        await refresh(api, simulator)
        await be_paused(api, simulator)
        await be_refused(api, simulator)
        await leave(api, simulator, connection_id)
        await open_many_flows(api.as_user("ben"))
        await api.as_user("cy").connect()
    await sign_in_and_out(redis_url)
    rotate(redis_url)


async def status(api: Api) -> dict[str, Any]:
    """Of the only connection."""
    [connection] = (await api.json(CREDENTIALS))["connections"]
    shown: dict[str, Any] = connection
    return shown


async def load(api: Api) -> dict[str, Any]:
    """The receipt of a whole load."""
    answer = await api.get(ITEMS, NDJSON)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = json.loads(answer.text.strip().split("\n")[-1])["receipt"]
    return receipt


async def keep_in_sync(api: Api) -> None:
    """Turn sync on, start and cancel runs, turn it off."""
    assert (await api.http.put(SYNC, json={})).status_code == 202
    async with asyncio.timeout(20):
        while not (await api.json(SYNC))["verified_at"]:  # noqa: ASYNC110 (as callers of the API do)
            await asyncio.sleep(0.05)
    assert (await api.json(CHANGES))["changes"]
    assert (await api.json(ITEMS, max_age=600))["source"] == "mirror"
    for kind in ("verify", "poll"):
        run = (await api.http.post(f"{SYNC}/runs", json={"kind": kind})).json()
        assert (await api.delete(f"{SYNC}/runs/{run['run_id']}")).status_code in {204, 404}
    # What still runs would use up the faults of the next steps.
    async with asyncio.timeout(20):
        while not all(run["ended_at"] for run in (await api.json(f"{SYNC}/runs"))["runs"]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await api.delete(SYNC)).status_code == 204


async def refresh(api: Api, simulator: Simulator) -> None:
    """The vendor refuses the token, and the service buys another."""
    before = (await status(api))["refreshed_at"]
    simulator.expire(FIRST_PORTAL)
    await api.json(ITEMS)
    assert (await status(api))["refreshed_at"] != before


async def be_paused(api: Api, simulator: Simulator) -> None:
    """The vendor asks for a pause, which all workers keep."""
    simulator.fault("/objects/.+/contacts", "status", status=429, retry_after_s=1)
    simulator.clear_log()
    await api.json(ITEMS, object_types="contacts")
    assert 429 in {request["status"] for request in simulator.log("/contacts")}


async def be_refused(api: Api, simulator: Simulator) -> None:
    """The vendor has no tokens for a while, and later ends the grant."""
    simulator.expire(FIRST_PORTAL)
    simulator.fault("/token$", "status", status=503, times=None)
    for _ in range(2):  # the second is usually told to wait; on a busy machine the wait may be over, or begin earlier
        answer = await api.get(ITEMS)
        assert answer.status_code == 503, answer.text
        assert answer.json()["code"] in {"upstream_unavailable", "token_refresh_backoff"}
    simulator.clear_faults()


async def leave(api: Api, simulator: Simulator, connection_id: str) -> None:
    """Disconnect while the vendor cannot be told: a note is left."""
    simulator.fault("/revoke", "status", status=503, times=None)
    assert (await api.delete(f"{CREDENTIALS}/{connection_id}")).status_code == 204
    simulator.clear_faults()
    assert (await api.json(CREDENTIALS))["status"] == "not_connected"


async def open_many_flows(api: Api) -> None:
    started = [await api.start() for _ in range(FLOWS)]
    oldest, newest = [await api.get(f"/integrations/hubspot/flows/{started[n]['flow_id']}") for n in (0, -1)]
    assert (oldest.status_code, newest.status_code) == (404, 200)


async def sign_in_and_out(redis_url: str) -> None:
    redis = open_redis(redis_url)
    sessions, owner = Sessions(redis, Keyring(parse_keyring(KEYS))), Owner("acme", "ann")
    cookie = await sessions.sign_in(owner, "jti", expires_at=time.time() + 300)
    other = await sessions.open(owner)
    # Nearly an hour later: using it moves its end.
    await redis.pexpire(session_key(hashlib.sha256(cookie.encode()).hexdigest()), 60_000)
    assert await sessions.find(cookie) == owner
    await sessions.end(owner, cookie)
    await sessions.end_all(owner)
    for ended in (cookie, other):
        with pytest.raises(TokenExpiredError):
            await sessions.find(ended)
    await sessions.open(owner)
    await close_redis(redis)


def rotate(redis_url: str) -> None:
    """Everything sealed is sealed anew: tokens of a connection, starts of flows, a note, a session."""
    rotated = keys("rotate", f"{NEW_KEY},{KEYS}", redis_url)
    assert rotated.returncode == 0, rotated.stdout + rotated.stderr
    told = keys("status", NEW_KEY, redis_url)
    assert told.returncode == 0, told.stdout + told.stderr
    # Tokens and details of a connection, flows and how they and two ended ones stand, a note, a session.
    assert f"rotated {2 + 2 * (FLOWS - 1) + 2 + 1 + 1}," in rotated.stdout, rotated.stdout
