"""The client that all parts of the service use: how it is closed."""

import asyncio

import pytest

from core import redis_client
from core.redis_client import close_redis, open_redis


async def test_closing_ends_quietly_when_a_connection_does_not_close_in_time(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never_closes(_writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(redis_client, "CONNECT_TIMEOUT_S", 0.1)
    client = open_redis(redis_url)
    assert await client.get("lacking") is None
    monkeypatch.setattr(asyncio.StreamWriter, "wait_closed", never_closes)

    await close_redis(client)
