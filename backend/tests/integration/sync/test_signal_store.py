from typing import Any

import pytest
from redis.asyncio import Redis

from core.store import signals_due_key
from hubspot.signals import PortalSignals
from sync.signal_store import SHARDS, Signal, SignalStore, Taken

ACCOUNT = "62515"
SYNC = "sync:{org/user}:hubspot:c1"
NOW_MS = 1_800_000_000_000


def signals(*record_ids: int, at_ms: int, links: bool = False, gone: bool = False) -> PortalSignals:
    found = PortalSignals()
    found.add("erased" if gone else "linked" if links else "changed", "0-1", record_ids, at_ms)
    return found


@pytest.fixture
def signal_store(redis_client: Redis) -> SignalStore:
    return SignalStore(redis_client)


async def add(signal_store: SignalStore, found: PortalSignals) -> None:
    await signal_store.add({ACCOUNT: found}, NOW_MS)


def records(taken: Taken) -> list[tuple[str, int]]:
    return [(signal.member, signal.at_ms) for signal in taken.records]


class TestAdding:
    async def test_oldest_signals_are_taken_first_and_stay(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=300))
        await add(signal_store, signals(2, at_ms=100))

        for _ in range(2):
            assert records(await signal_store.take(ACCOUNT, NOW_MS)) == [("0-1:2", 100), ("0-1:1", 300)]

    async def test_newest_time_of_a_record_stays_whatever_arrives_later(self, signal_store: SignalStore) -> None:
        for at_ms in (100, 300, 200, 300):
            await add(signal_store, signals(1, at_ms=at_ms))

        assert records(await signal_store.take(ACCOUNT, NOW_MS)) == [("0-1:1", 300)]

    async def test_links_are_marked_for_the_records_that_need_them(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100, links=True))
        await add(signal_store, signals(1, 2, at_ms=300))

        taken = await signal_store.take(ACCOUNT, NOW_MS)

        assert [(signal.record_id, signal.linked_at_ms) for signal in taken.records] == [("1", 100), ("2", None)]

    async def test_flood_of_a_million_events_leaves_a_member_a_record(
        self, signal_store: SignalStore, redis_client: Redis
    ) -> None:
        many = signals(*range(1, 12_001), at_ms=100)

        await add(signal_store, many)
        await add(signal_store, many)

        assert await signal_store.count(ACCOUNT) == 12_000


class TestSettling:
    async def test_read_record_is_removed(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100, links=True))
        taken = await signal_store.take(ACCOUNT, NOW_MS)

        await signal_store.settle(ACCOUNT, taken.records)

        assert not await signal_store.take(ACCOUNT, NOW_MS)

    async def test_signal_that_arrives_during_the_reading_stays_with_its_links(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100, links=True))
        taken = await signal_store.take(ACCOUNT, NOW_MS)
        await add(signal_store, signals(1, at_ms=101, links=True))

        await signal_store.settle(ACCOUNT, taken.records)

        [signal] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        assert (signal.at_ms, signal.linked_at_ms) == (101, 101)

    async def test_association_event_that_arrives_late_during_the_reading_has_the_record_read_again(
        self, signal_store: SignalStore
    ) -> None:
        """Events have no order: this one is older than the event for which the record is read without its links."""
        await add(signal_store, signals(1, at_ms=200))
        taken = await signal_store.take(ACCOUNT, NOW_MS)
        await add(signal_store, signals(1, at_ms=100, links=True))

        await signal_store.settle(ACCOUNT, taken.records)

        [signal] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        assert (signal.at_ms, signal.linked_at_ms) == (200, 100)

    async def test_erased_record_is_not_read_any_more(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100, links=True))
        await add(signal_store, signals(1, at_ms=101, gone=True))
        taken = await signal_store.take(ACCOUNT, NOW_MS)

        await signal_store.settle_gone(ACCOUNT, taken.gone)

        assert [signal.member for signal in taken.gone] == ["0-1:1"]
        assert not await signal_store.take(ACCOUNT, NOW_MS)


class TestPostponing:
    async def postponed(self, signal_store: SignalStore) -> Signal:
        await add(signal_store, signals(1, at_ms=100))
        [signal] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        await signal_store.postpone(ACCOUNT, [(signal, NOW_MS + 2_000)])
        return signal

    async def test_record_comes_again_at_its_time_and_knows_its_attempt(self, signal_store: SignalStore) -> None:
        await self.postponed(signal_store)

        assert not await signal_store.take(ACCOUNT, NOW_MS + 1_999)
        [again] = (await signal_store.take(ACCOUNT, NOW_MS + 2_000)).records
        assert (again.member, again.at_ms, again.attempt) == ("0-1:1", 100, 1)

    async def test_newer_signal_brings_it_at_once(self, signal_store: SignalStore) -> None:
        await self.postponed(signal_store)

        await add(signal_store, signals(1, at_ms=150))

        assert records(await signal_store.take(ACCOUNT, NOW_MS)) == [("0-1:1", 150)]

    async def test_newer_signal_has_all_of_its_attempts(self, signal_store: SignalStore) -> None:
        signal = await self.postponed(signal_store)
        [again] = (await signal_store.take(ACCOUNT, NOW_MS + 2_000)).records
        await signal_store.postpone(ACCOUNT, [(again, NOW_MS + 12_000)])

        await add(signal_store, signals(1, at_ms=150))

        [newer] = (await signal_store.take(ACCOUNT, NOW_MS + 3_000)).records
        assert (signal.attempt, again.attempt, newer.attempt) == (0, 1, 0)
        [newer] = (await signal_store.take(ACCOUNT, NOW_MS + 12_000)).records  # the former one is due, too
        assert (newer.at_ms, newer.attempt) == (150, 0)

    async def test_record_that_was_settled_does_not_come_again(self, signal_store: SignalStore) -> None:
        await self.postponed(signal_store)
        await add(signal_store, signals(1, at_ms=150))
        await signal_store.settle(ACCOUNT, (await signal_store.take(ACCOUNT, NOW_MS)).records)

        assert not await signal_store.take(ACCOUNT, NOW_MS + 60_000)
        assert await signal_store.count(ACCOUNT) == 0

    async def test_record_whose_older_event_arrives_late_still_comes_again(self, signal_store: SignalStore) -> None:
        """Events have no order. What was read is as new as the late event, but not as the one that waits."""
        await self.postponed(signal_store)
        await add(signal_store, signals(1, at_ms=80))

        await signal_store.settle(ACCOUNT, (await signal_store.take(ACCOUNT, NOW_MS)).records)

        [again] = (await signal_store.take(ACCOUNT, NOW_MS + 2_000)).records
        assert (again.at_ms, again.attempt) == (100, 1)

    async def test_older_event_that_is_put_off_does_not_replace_the_newer_one(self, signal_store: SignalStore) -> None:
        await self.postponed(signal_store)
        await add(signal_store, signals(1, at_ms=80))
        [late] = (await signal_store.take(ACCOUNT, NOW_MS)).records

        await signal_store.postpone(ACCOUNT, [(late, NOW_MS + 2_000)])

        assert records(await signal_store.take(ACCOUNT, NOW_MS + 2_000)) == [("0-1:1", 100)]

    async def test_links_of_an_older_event_are_read_again_with_the_newer_one(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100, links=True))
        [signal] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        await signal_store.postpone(ACCOUNT, [(signal, NOW_MS + 2_000)])
        await add(signal_store, signals(1, at_ms=80))

        await signal_store.settle(ACCOUNT, (await signal_store.take(ACCOUNT, NOW_MS)).records)

        [again] = (await signal_store.take(ACCOUNT, NOW_MS + 2_000)).records
        assert (again.at_ms, again.linked_at_ms) == (100, 100)


class TestDue:
    async def due(self, signal_store: SignalStore, now_ms: int) -> list[tuple[str, int]]:
        return [account async for account in signal_store.due(now_ms, visible_after_ms=20_000)]

    async def test_account_with_signals_is_due_once_until_its_worker_is_late(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100))

        assert [account for account, _ in await self.due(signal_store, NOW_MS)] == [ACCOUNT]
        assert await self.due(signal_store, NOW_MS + 19_999) == []
        assert [account for account, _ in await self.due(signal_store, NOW_MS + 20_000)] == [ACCOUNT]

    @pytest.mark.parametrize("score", ["-inf", "0.1"])
    async def test_account_whose_time_was_manipulated_is_due_with_the_others(
        self, signal_store: SignalStore, redis_client: Redis, score: str
    ) -> None:
        for shard in range(SHARDS):
            await redis_client.zadd(signals_due_key(shard), {"1": score})
        await add(signal_store, signals(1, at_ms=100))

        due = [account for account, _ in await self.due(signal_store, NOW_MS)]

        assert sorted(due) == [*["1"] * SHARDS, ACCOUNT]
        assert await self.due(signal_store, NOW_MS + 19_999) == []

    async def test_account_that_was_worked_off_is_not_due(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100))
        [(account, score)] = await self.due(signal_store, NOW_MS)
        await signal_store.settle(ACCOUNT, (await signal_store.take(ACCOUNT, NOW_MS)).records)

        await signal_store.finish(account, score)

        assert await self.due(signal_store, NOW_MS + 10**9) == []

    async def test_signal_that_arrives_at_the_end_makes_it_due_again(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100))
        [(account, score)] = await self.due(signal_store, NOW_MS)
        await signal_store.settle(ACCOUNT, (await signal_store.take(ACCOUNT, NOW_MS)).records)
        await signal_store.add({ACCOUNT: signals(2, at_ms=101)}, NOW_MS + 1)

        await signal_store.finish(account, score)

        assert [account for account, _ in await self.due(signal_store, NOW_MS + 2)] == [ACCOUNT]

    async def test_signal_that_arrives_after_the_last_look_at_the_records_makes_it_due_again(
        self, signal_store: SignalStore, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A signal leaves an account that is due already as it is, so a worker makes it due later while it works."""
        await add(signal_store, signals(1, at_ms=100))
        score = await signal_store.hold(ACCOUNT, NOW_MS + 20_000)
        await signal_store.settle(ACCOUNT, (await signal_store.take(ACCOUNT, NOW_MS)).records)
        look = redis_client.zrange

        async def look_too_early(*args: Any, **kwargs: Any) -> Any:
            found = await look(*args, **kwargs)
            await signal_store.add({ACCOUNT: signals(2, at_ms=101)}, NOW_MS + 1)
            return found

        monkeypatch.setattr(redis_client, "zrange", look_too_early)
        await signal_store.finish(ACCOUNT, score or 0)

        assert [account for account, _ in await self.due(signal_store, NOW_MS + 2)] == [ACCOUNT]

    async def test_postponed_record_makes_it_due_at_its_time(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100))
        [(account, score)] = await self.due(signal_store, NOW_MS)
        [signal] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        await signal_store.postpone(ACCOUNT, [(signal, NOW_MS + 2_000)])

        await signal_store.finish(account, score)

        assert await self.due(signal_store, NOW_MS + 1_999) == []
        assert [account for account, _ in await self.due(signal_store, NOW_MS + 2_000)] == [ACCOUNT]


class TestAccounts:
    async def test_account_is_known_while_one_of_its_syncs_is_on(self, signal_store: SignalStore) -> None:
        for key in (SYNC, SYNC + "2"):
            await signal_store.join(ACCOUNT, key)
        await signal_store.leave(ACCOUNT, SYNC)

        assert await signal_store.known([ACCOUNT, "99"]) == {ACCOUNT}
        assert await signal_store.syncs_of(ACCOUNT) == [SYNC + "2"]

    async def test_last_sync_takes_the_signals_with_it(self, signal_store: SignalStore, redis_client: Redis) -> None:
        await signal_store.join(ACCOUNT, SYNC)
        await add(signal_store, signals(1, at_ms=100, links=True))
        await add(signal_store, signals(2, at_ms=100, gone=True))

        await signal_store.leave(ACCOUNT, SYNC)

        assert await redis_client.keys("*") == []


class TestWaiting:
    async def test_oldest_signal_may_be_erased_or_put_off(self, signal_store: SignalStore) -> None:
        await add(signal_store, signals(1, at_ms=100))
        [first] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        await signal_store.postpone(ACCOUNT, [(first, NOW_MS + 2_000)])
        put_off = await signal_store.oldest_ms(ACCOUNT)
        await add(signal_store, signals(2, at_ms=300))
        beside = await signal_store.oldest_ms(ACCOUNT)
        await add(signal_store, signals(3, at_ms=50, gone=True))

        assert (put_off, beside, await signal_store.oldest_ms(ACCOUNT)) == (100, 100, 50)

    async def test_nothing_is_left_of_a_record_that_was_put_off_and_read(
        self, signal_store: SignalStore, redis_client: Redis
    ) -> None:
        await add(signal_store, signals(1, at_ms=100))
        [first] = (await signal_store.take(ACCOUNT, NOW_MS)).records
        await signal_store.postpone(ACCOUNT, [(first, NOW_MS + 2_000)])
        [again] = (await signal_store.take(ACCOUNT, NOW_MS + 2_000)).records

        await signal_store.settle(ACCOUNT, [again])

        assert (again.at_ms, again.attempt) == (100, 1)
        assert await signal_store.oldest_ms(ACCOUNT) is None
        assert await redis_client.keys("signals:{*") == []

    async def test_dropping_a_type_leaves_the_others_and_newer_signals(
        self, signal_store: SignalStore, redis_client: Redis
    ) -> None:
        found = signals(*range(1, 3_001), at_ms=100, links=True)
        found.add("changed", "0-2", range(1, 2_001), 200)
        await add(signal_store, found)
        counts = await signal_store.count_by_type(ACCOUNT)

        await signal_store.drop(ACCOUNT, {"0-1"})

        assert counts == {"0-1": 3_000, "0-2": 2_000}
        assert await signal_store.count_by_type(ACCOUNT) == {"0-2": 2_000}
        assert await redis_client.keys("*:links") == []
