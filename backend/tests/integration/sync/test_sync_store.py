from typing import Any, cast

import pytest
from redis.asyncio import Redis

from oauth.connection import ConnectionKey, Owner
from sync.state import Parked, Wanted
from sync.sync_store import SyncStore, sync_key

REF = ConnectionKey(Owner("org", "user"), "hubspot", "c1")


class TestNotesOfSignals:
    @pytest.mark.parametrize("what", ["signals", "parked"])
    async def test_a_note_that_meets_the_end_of_the_sync_leaves_nothing(
        self, redis_client: Redis, monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        sync_store = SyncStore(redis_client)
        await sync_store.enable(REF, Wanted(types={"contacts": "0-1"}))
        send: Any = redis_client.execute_command

        async def turn_off_before_a_write(*args: Any, **options: Any) -> Any:
            if args[0] in {"HSET", "EVALSHA"}:
                await send("DEL", sync_key(REF))
            return await send(*args, **options)

        monkeypatch.setattr(redis_client, "execute_command", turn_off_before_a_write)

        if what == "signals":
            await sync_store.note_signals(REF, 1)
        else:
            await sync_store.note_parked(REF, "contacts", [Parked("7", "record_unreadable", 1)])

        assert not await redis_client.exists(sync_key(REF))


@pytest.mark.parametrize("field", ["wanted", "progress", "request:r1", "parked"])
async def test_a_sync_whose_data_cannot_be_read_can_be_turned_on_again(redis_client: Redis, field: str) -> None:
    sync_store, wanted = SyncStore(redis_client), Wanted(types={"contacts": "0-1"})
    await sync_store.enable(REF, wanted)
    await cast(Any, redis_client.hset(sync_key(REF), field, "{damaged"))
    off = await sync_store.find(REF)

    await sync_store.enable(REF, wanted)

    assert (off, (await sync_store.get(REF)).wanted.types) == (None, wanted.types)
