"""The life of a mirror: reserve, drop, and what a writer to Redis can do to it."""

import contextlib
from typing import Any

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.encryption_keys import parse_keyring
from errors import CredentialIntegrityError, CursorExpiredError, MirrorFullError, MirrorLostError, SyncNotEnabledError
from mirror.mirror import Mirror, open_mirror
from mirror.records import Applied
from mirror.sealing import Sealer
from oauth.rotation import Rotation
from tests.integration.api.client import Api
from tests.integration.api.conftest import KEYS
from tests.integration.mirror.conftest import CONNECTION, CONTACTS, MAX_BYTES, NOON_MS, Synced, contact, deletion


class TestDrop:
    async def test_nothing_is_left(self, synced: Synced, redis_client: Redis) -> None:
        await synced.mirror.epochs.reserve(CONNECTION, 1)
        await synced.apply(contact("1"), contact("2"))
        await synced.apply(contact("3"), type_id="a/b:c")
        await synced.delete(deletion("1"))

        await synced.mirror.epochs.drop(CONNECTION)

        assert await redis_client.keys() == []

    async def test_what_an_interrupted_drop_has_left_is_deleted_later(
        self, synced: Synced, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await synced.apply(contact())
        await redis_client.hset("{mirror}:dropped", CONNECTION, str(synced.epoch))  # type: ignore[misc]
        await redis_client.delete(f"mirror:key:{{{CONNECTION}}}")

        assert await synced.mirror.epochs.finish_drops() == 1
        assert await redis_client.keys() == []

    @pytest.mark.parametrize("later", [0, 10**9])
    async def test_a_mirror_that_has_begun_again_is_not_deleted_by_it(
        self, synced: Synced, redis_client: Redis, later: int
    ) -> None:
        """Nor by the note of somebody who writes to Redis."""
        first = synced.epoch
        synced.epoch = await synced.mirror.epochs.begin(CONNECTION)
        await synced.mirror.epochs.reserve(CONNECTION, 1)
        reserved = await synced.mirror.epochs.count_reserved()
        await synced.apply(contact())
        await redis_client.hset("{mirror}:dropped", CONNECTION, str(first + later))  # type: ignore[misc]

        await synced.mirror.epochs.finish_drops()

        assert await synced.ids() == ["512"]
        assert await synced.mirror.epochs.count_reserved() == reserved

    async def test_a_manipulated_note_does_not_hold_others_up(self, synced: Synced, redis_client: Redis) -> None:
        await synced.apply(contact())
        await redis_client.delete(f"mirror:key:{{{CONNECTION}}}")
        notes = {"other": "x", "third": "9" * 5_000, CONNECTION: str(synced.epoch)}
        await redis_client.hset("{mirror}:dropped", mapping=notes)  # type: ignore[misc]

        await synced.mirror.epochs.finish_drops()

        assert await redis_client.keys() == []

    async def test_dropping_what_is_not_there_is_no_fault(self, mirror: Mirror) -> None:
        await mirror.epochs.drop(CONNECTION)

        with pytest.raises(SyncNotEnabledError):
            await mirror.reader.page(CONNECTION, CONTACTS)

    async def test_a_new_epoch_begins_empty(self, synced: Synced) -> None:
        await synced.apply(contact())

        await synced.mirror.epochs.begin(CONNECTION)

        assert await synced.ids() == []
        assert await synced.feed() == []


class TestDisconnect:
    async def test_deletes_the_connections_records(self, api: Api, redis_client: Redis, mirror: Mirror) -> None:
        connection_id = await api.connect()
        await mirror.epochs.begin(connection_id)

        answer = await api.delete(f"/integrations/hubspot/credentials/{connection_id}")

        assert answer.status_code == 204
        assert await mirror.epochs.find(connection_id) is None
        assert [key for key in await redis_client.keys() if connection_id in key] == []


class TestReserve:
    async def test_what_does_not_fit_beside_the_others_is_refused(self, mirror: Mirror) -> None:
        await mirror.epochs.reserve("c-1", 6)

        with pytest.raises(MirrorFullError) as caught:
            await mirror.epochs.reserve("c-2", 5)

        assert caught.value.extra == {"needed_bytes": 5_000, "free_bytes": 4_000}

    async def test_a_connection_replaces_its_own_reservation(self, mirror: Mirror) -> None:
        await mirror.epochs.reserve("c-1", 6)
        await mirror.epochs.reserve("c-1", MAX_BYTES // 1_000)

        with pytest.raises(MirrorFullError):
            await mirror.epochs.reserve("c-2", 1)


class TestFullRedis:
    async def test_writing_says_that_the_mirror_is_full_and_reading_goes_on(
        self, synced: Synced, mirror_redis: Any
    ) -> None:
        await synced.apply(contact())
        await mirror_redis.config_set("maxmemory", "1mb")
        try:
            with pytest.raises(MirrorFullError):
                await synced.apply(contact("513"))
            assert await synced.feed() == [("created", "512_Contact")]
        finally:
            await mirror_redis.config_set("maxmemory", "0")

    async def test_deleting_goes_on_because_it_frees_memory(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact())
        await mirror_redis.config_set("maxmemory", "1mb")
        try:
            assert await synced.delete(deletion(reason="privacy")) == 1
        finally:
            await mirror_redis.config_set("maxmemory", "0")


class TestSomebodyWhoWritesToRedis:
    async def test_cannot_put_a_record_in_another_ones_place(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact("1"), contact("2"))
        records = f"rec:{{{CONNECTION}}}:{CONTACTS}"
        await mirror_redis.hset(records, "2", await mirror_redis.hget(records, "1"))

        with pytest.raises(MirrorLostError):
            await synced.mirror.reader.read(CONNECTION, CONTACTS, ["2"])

    async def test_cannot_change_any_byte_that_is_authenticated(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact("1"))
        records = f"rec:{{{CONNECTION}}}:{CONTACTS}"
        stored = await mirror_redis.hget(records, "1")
        sealer = Sealer(await synced.mirror.epochs.get(CONNECTION))

        assert sealer.open(f"{CONTACTS}:1", stored)
        for at in range(8, len(stored)):
            changed = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
            with pytest.raises(CredentialIntegrityError):
                sealer.open(f"{CONTACTS}:1", changed)

    async def test_ends_the_mirror_with_a_record_that_cannot_be_opened(self, synced: Synced, mirror_redis: Any) -> None:
        """No reader sees it, or misses a deletion: all records are loaded again."""
        await synced.apply(contact("1"), contact("2"))
        await mirror_redis.hset(f"rec:{{{CONNECTION}}}:{CONTACTS}", "2", b"\x01" * 300)

        for _ in range(2):
            with pytest.raises(MirrorLostError):
                await synced.changes()
        synced.epoch = await synced.mirror.epochs.begin(CONNECTION)
        await synced.apply(contact("1"))

        assert await synced.feed() == [("created", "1_Contact")]

    async def test_cannot_use_another_connections_key(self, synced: Synced, redis_client: Redis) -> None:
        await synced.mirror.epochs.begin("c-2")
        await redis_client.set(f"mirror:key:{{{CONNECTION}}}", await redis_client.get("mirror:key:{c-2}") or "")

        with pytest.raises(CredentialIntegrityError):
            await synced.mirror.epochs.get(CONNECTION)

    async def test_finds_no_content_in_plain_text(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact(name="Wilhelmina-Secret"))

        stored = await mirror_redis.hget(f"rec:{{{CONNECTION}}}:{CONTACTS}", "512")

        assert b"Wilhelmina" not in stored

    @pytest.mark.parametrize("stored", [b"", b"x", b"\x00" * 41, b"\xff" * 300])
    async def test_gets_a_refusal_for_any_value_of_theirs(
        self, synced: Synced, mirror_redis: Any, stored: bytes
    ) -> None:
        await synced.apply(contact("1"))
        await mirror_redis.hset(f"rec:{{{CONNECTION}}}:{CONTACTS}", "1", stored)
        reader = synced.mirror.reader

        for read in (
            reader.page(CONNECTION, CONTACTS),
            reader.versions(CONNECTION, CONTACTS),
            synced.changes(),
        ):
            with contextlib.suppress(MirrorLostError):
                await read

    async def test_has_a_mirror_with_a_number_of_theirs_loaded_again(self, synced: Synced, mirror_redis: Any) -> None:
        await mirror_redis.hset(f"seq:{{{CONNECTION}}}", "seq", "x")

        for use in (synced.changes(), synced.ids(), synced.apply(contact())):
            with pytest.raises(MirrorLostError):
                await use

    async def test_has_cursors_expire_with_a_floor_of_theirs(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact("1"))
        after = (await synced.changes()).next
        await synced.apply(contact("2"))
        await mirror_redis.hset(f"seq:{{{CONNECTION}}}", "floor", "x")

        with pytest.raises(CursorExpiredError):
            await synced.changes(after)
        assert len(await synced.feed()) == 2

    async def test_cannot_keep_a_record_from_being_stored_again(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact("1"))
        await mirror_redis.hset(f"rec:{{{CONNECTION}}}:{CONTACTS}", "1", b"x")

        assert await synced.apply(contact("1")) == Applied(added=1)
        assert await synced.ids() == ["1"]

    async def test_gets_a_refusal_for_ids_of_theirs(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact("1"))
        stored = await mirror_redis.hget(f"rec:{{{CONNECTION}}}:{CONTACTS}", "1")
        await mirror_redis.hset(f"rec:{{{CONNECTION}}}:{CONTACTS}", b"\xff\xfe", stored)
        await mirror_redis.zadd(f"feed:{{{CONNECTION}}}", {CONTACTS.encode() + b":\xff\xfe": 1, b"nothing": 2})
        await mirror_redis.zadd(f"ids:{{{CONNECTION}}}:{CONTACTS}", {b"\x02\xff\xfe": 0})

        with pytest.raises(MirrorLostError):
            await synced.changes()
        with pytest.raises(MirrorLostError):
            await synced.ids()


class TestKeyRotation:
    async def test_seals_one_value_and_leaves_the_records(
        self, synced: Synced, redis_client: Redis, mirror_redis: Redis
    ) -> None:
        await synced.apply(contact())
        after = (await synced.changes()).next
        former, new = parse_keyring(KEYS), {"k2": bytes(range(1, 33))}

        def reopened(keys: dict[str, bytes]) -> Mirror:
            return open_mirror(redis_client, mirror_redis, Keyring(keys), max_bytes=1, tombstone_days=1)

        count = await Rotation(redis_client, Keyring(new | former)).run()

        assert (count.rotated, count.failed) == (1, 0)
        assert "512" in await reopened(new).reader.read(CONNECTION, CONTACTS, ["512"])
        # A cursor that the former key made is good as long as that key is in the ring.
        assert (await reopened(new | former).feed.changes(CONNECTION, after=after, limit=1)).up_to_date


class TestReading:
    async def test_pages_are_in_the_order_of_numbers(self, synced: Synced) -> None:
        await synced.apply(*[contact(text) for text in ("100", "9", "20", "1")])

        assert await synced.ids() == ["1", "9", "20", "100"]

    async def test_versions_of_a_range_of_ids(self, synced: Synced) -> None:
        await synced.apply(*[contact(str(number), at_ms=NOON_MS + number) for number in range(1, 13)])

        versions = await synced.mirror.reader.versions(CONNECTION, CONTACTS, after="2", until="10", limit=5)

        assert [(version.record_id, version.updated_at_ms) for version in versions] == [
            (str(number), NOON_MS + number) for number in range(3, 8)
        ]

    async def test_deleted_records_are_not_counted(self, synced: Synced) -> None:
        await synced.apply(contact("1"), contact("2"), contact("30"))
        await synced.apply(contact("2", at_ms=NOON_MS + 1, name="Later"))
        await synced.delete(deletion("30", at_ms=NOON_MS + 2))

        assert await synced.mirror.reader.count(CONNECTION, CONTACTS) == 2

    async def test_records_by_id_leave_out_what_is_not_there(self, synced: Synced) -> None:
        await synced.apply(contact("1"), contact("2"))
        await synced.delete(deletion("2"))

        assert list(await synced.mirror.reader.read(CONNECTION, CONTACTS, ["1", "2", "3"])) == ["1"]
