"""The change feed: order, cursors, the snapshot, expiry."""

import asyncio
import base64
from functools import partial
from typing import Any

import pytest

from core.tasks import running
from core.together import together
from errors import CursorExpiredError, InvalidCursorError, MirrorLostError, SyncNotEnabledError
from mirror.mirror import Mirror
from mirror.writer import MirrorWriter
from tests.integration.mirror.conftest import CONNECTION, CONTACTS, DEALS, NOON_MS, Synced, contact, deletion


async def expire_all(synced: Synced) -> int:
    """Let 31 days pass for the tombstones."""
    future = MirrorWriter(
        synced.mirror.reader._redis, synced.mirror.epochs, tombstone_days=30, now=lambda: 4_000_000_000
    )
    return await future.expire_tombstones(CONNECTION, synced.epoch)


class TestPages:
    async def test_pages_follow_each_other_without_gap_or_repeat(self, synced: Synced) -> None:
        await synced.apply(*[contact(str(number)) for number in range(1, 251)])

        seen, after, is_end = [], None, False
        while not is_end:
            page = await synced.changes(after, limit=100)
            seen += [change.id for change in page.changes]
            after, is_end = page.next, page.up_to_date

        assert seen == [f"{number}_Contact" for number in range(1, 251)]

    async def test_numbers_rise(self, synced: Synced) -> None:
        await synced.apply(*[contact(str(number)) for number in range(1, 50)])

        numbers = [change.seq for change in (await synced.changes()).changes]

        assert numbers == sorted(set(numbers))

    async def test_an_empty_mirror_is_up_to_date(self, synced: Synced) -> None:
        page = await synced.changes()

        assert (page.changes, page.up_to_date) == ([], True)
        await synced.apply(contact())
        assert await synced.feed(page.next) == [("created", "512_Contact")]

    async def test_a_record_changed_after_it_was_read_comes_again_as_updated(self, synced: Synced) -> None:
        await synced.apply(contact("1"), contact("2"))
        after = (await synced.changes()).next
        await synced.apply(contact("1", at_ms=NOON_MS + 1, name="Anna"), contact("3"))

        assert sorted(await synced.feed(after)) == [("created", "3_Contact"), ("updated", "1_Contact")]

    async def test_types_can_be_chosen(self, synced: Synced) -> None:
        await synced.apply(contact("1"))
        await synced.apply(contact("2"), type_id=DEALS)
        await synced.apply(contact("3"))

        page = await synced.changes(types=(CONTACTS,))

        assert [change.id for change in page.changes] == ["1_Contact", "3_Contact"]
        assert page.up_to_date

    async def test_a_chosen_type_is_paged_without_gap(self, synced: Synced) -> None:
        for number in range(1, 8):
            await synced.apply(contact(str(number)), type_id=CONTACTS if number % 2 else DEALS)
        first = await synced.changes(types=(CONTACTS,), limit=2)
        second = await synced.changes(first.next, types=(CONTACTS,), limit=2)

        assert [change.id for change in (*first.changes, *second.changes)] == [f"{n}_Contact" for n in (1, 3, 5, 7)]
        assert not first.up_to_date


class TestSnapshot:
    async def test_what_was_deleted_before_is_left_out(self, synced: Synced) -> None:
        await synced.apply(contact("1"), contact("2"))
        await synced.delete(deletion("1"))

        assert await synced.feed() == [("created", "2_Contact")]

    async def test_what_is_deleted_while_it_is_read_comes_as_a_deletion(self, synced: Synced) -> None:
        await synced.apply(contact("1"), contact("2"))
        first = await synced.changes(limit=1)
        await synced.delete(deletion("1"))

        assert await synced.feed(first.next) == [("created", "2_Contact"), ("deleted", "1_Contact")]

    async def test_tombstones_that_expire_while_it_is_read_do_not_end_it(self, synced: Synced) -> None:
        await synced.apply(contact("1"), contact("2"), contact("3"))
        await synced.delete(deletion("3"))
        first = await synced.changes(limit=1)

        assert await expire_all(synced) == 1
        assert await synced.feed(first.next) == [("created", "2_Contact")]


class TestCursors:
    async def test_one_from_before_an_expired_tombstone_has_expired(self, synced: Synced) -> None:
        await synced.apply(contact("1"))
        after = (await synced.changes()).next
        await synced.delete(deletion("1"))
        await expire_all(synced)

        with pytest.raises(CursorExpiredError):
            await synced.changes(after)

    async def test_one_from_behind_it_has_not(self, synced: Synced) -> None:
        await synced.apply(contact("1"))
        await synced.delete(deletion("1"))
        after = (await synced.changes()).next
        await expire_all(synced)

        assert await synced.feed(after) == []

    async def test_one_of_an_earlier_epoch_has_expired(self, synced: Synced) -> None:
        await synced.apply(contact())
        after = (await synced.changes()).next
        await synced.mirror.epochs.begin(CONNECTION)

        with pytest.raises(CursorExpiredError):
            await synced.changes(after)

    async def test_one_of_an_epoch_before_sync_was_off_has_expired(self, synced: Synced) -> None:
        after = (await synced.changes()).next
        await synced.mirror.epochs.drop(CONNECTION)
        await synced.mirror.epochs.begin(CONNECTION)

        with pytest.raises(CursorExpiredError):
            await synced.changes(after)

    async def test_one_whose_number_was_lost_in_a_failover_has_expired(self, synced: Synced, mirror_redis: Any) -> None:
        await synced.apply(contact())
        after = (await synced.changes()).next
        await mirror_redis.hset(f"seq:{{{CONNECTION}}}", "seq", "5")

        with pytest.raises(CursorExpiredError):
            await synced.changes(after)

    async def test_one_of_another_connection_is_refused(self, synced: Synced) -> None:
        await synced.mirror.epochs.begin("c-2")
        after = (await synced.mirror.feed.changes("c-2", after=None, limit=1)).next

        with pytest.raises(InvalidCursorError):
            await synced.changes(after)

    async def test_one_of_other_types_is_refused(self, synced: Synced) -> None:
        after = (await synced.changes(types=(CONTACTS,))).next

        with pytest.raises(InvalidCursorError):
            await synced.changes(after)

    @pytest.mark.parametrize(
        "mangle", [lambda text: text[:-2], lambda text: "c1." + "A" * 54, lambda _: "c1.é", str.upper]
    )
    async def test_a_mangled_one_is_refused(self, synced: Synced, mangle: object) -> None:
        after = (await synced.changes()).next

        with pytest.raises(InvalidCursorError):
            await synced.changes(mangle(after))  # type: ignore[operator]

    async def test_every_changed_byte_is_noticed(self, synced: Synced) -> None:
        after = (await synced.changes()).next
        raw = bytearray(base64.urlsafe_b64decode(after.removeprefix("c1.") + "=="))

        for at in range(len(raw)):
            changed = bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
            with pytest.raises(InvalidCursorError):
                await synced.changes("c1." + base64.urlsafe_b64encode(changed).decode().rstrip("="))


class TestWithoutMirror:
    async def test_a_connection_that_is_not_synced_says_so(self, mirror: Mirror) -> None:
        with pytest.raises(SyncNotEnabledError):
            await mirror.feed.changes(CONNECTION, after=None, limit=1)

    async def test_a_mirror_that_was_lost_says_so(self, synced: Synced) -> None:
        await synced.mirror.reader._redis.delete(f"seq:{{{CONNECTION}}}")

        with pytest.raises(MirrorLostError):
            await synced.changes()


async def test_a_manipulated_number_does_not_hold_the_readers_of_others_up(synced: Synced) -> None:
    watch = synced.mirror.watch
    await synced.apply(contact())
    await synced.mirror.reader._redis.hset("seq:{other}", "seq", "x")  # type: ignore[misc]

    async with running(partial(watch.keep_looking, asyncio.Event())), asyncio.timeout(2):
        await together(watch.wait(connection_id, 0, 10) for connection_id in ("other", CONNECTION))
