"""What becomes of a record that is stored again, deleted, and stored after its deletion."""

from dataclasses import replace

import pytest

from errors import CursorExpiredError, MirrorLostError, SyncNotEnabledError, UpstreamMalformedError
from integrations.integration_item import IntegrationItem
from mirror.fence import Fence, StaleWriterError
from mirror.mirror import Mirror
from mirror.records import Applied
from tests.integration.mirror.conftest import CONNECTION, CONTACTS, NOON_MS, Synced, contact, deletion
from tests.integration.mirror.test_feed import expire_all


class TestApply:
    async def test_a_new_record_is_created(self, synced: Synced) -> None:
        assert await synced.apply(contact()) == Applied(added=1)
        assert await synced.feed() == [("created", "512_Contact")]

    async def test_a_record_comes_back_as_it_was_stored(self, synced: Synced) -> None:
        item = contact(associations={"companies": ["7_Company"]}, labels={"owner": "Ünal"}, children=[])
        await synced.apply(item)

        stored = await synced.mirror.reader.read(CONNECTION, CONTACTS, ["512"])

        assert stored["512"].item() == item

    async def test_a_later_version_replaces_it_and_comes_once_in_the_feed(self, synced: Synced) -> None:
        await synced.apply(contact())

        assert await synced.apply(contact(at_ms=NOON_MS + 1, name="Anna")) == Applied(changed=1)
        [change] = (await synced.changes()).changes
        assert change.json is not None
        assert b'"name":"Anna"' in change.json

    async def test_the_same_content_writes_no_feed_entry(self, synced: Synced) -> None:
        await synced.apply(contact())
        after = (await synced.changes()).next
        version = await synced.mirror.feed.version(CONNECTION)

        assert await synced.apply(contact(), sent_at_ms=NOON_MS + 5) == Applied(unchanged=1)
        assert await synced.feed(after) == []
        assert await synced.mirror.feed.version(CONNECTION) == version

    async def test_the_same_content_from_a_later_request_keeps_earlier_answers_out(self, synced: Synced) -> None:
        await synced.apply(contact())
        await synced.apply(contact(), sent_at_ms=NOON_MS + 5)

        assert await synced.apply(contact(name="Earlier"), sent_at_ms=NOON_MS + 4) == Applied(stale=1)

    async def test_an_older_version_is_refused_even_from_a_later_request(self, synced: Synced) -> None:
        await synced.apply(contact())

        assert await synced.apply(contact(at_ms=NOON_MS - 1, name="Old"), sent_at_ms=NOON_MS + 9) == Applied(stale=1)

    async def test_the_order_of_associated_ids_is_no_difference(self, synced: Synced) -> None:
        await synced.apply(contact(associations={"deals": ["2_Deal", "1_Deal"]}))

        assert await synced.apply(contact(associations={"deals": ["1_Deal", "2_Deal"]})) == Applied(unchanged=1)

    async def test_an_association_is_a_difference(self, synced: Synced) -> None:
        await synced.apply(contact(associations={"deals": ["2_Deal"]}))

        assert await synced.apply(contact(associations={"deals": []})) == Applied(changed=1)

    async def test_more_than_one_batch_is_counted_together(self, synced: Synced) -> None:
        items = [contact(str(number)) for number in range(1, 2_502)]

        assert await synced.apply(*items) == Applied(added=2_501)
        assert await synced.mirror.reader.count(CONNECTION, CONTACTS) == 2_501

    @pytest.mark.parametrize("time", ["1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "2026-11-24", "soon", None])
    async def test_any_modification_time_is_stored(self, synced: Synced, time: str | None) -> None:
        item = contact()
        item.last_modified_time = time

        assert await synced.apply(item) == Applied(added=1)

    @pytest.mark.parametrize("record_id", ["", "9" * 256])
    async def test_an_id_that_is_none_of_a_vendor_is_refused(self, synced: Synced, record_id: str) -> None:
        with pytest.raises(UpstreamMalformedError):
            await synced.apply(contact(record_id))


def named(item_id: str) -> IntegrationItem:
    return replace(contact(), id=item_id)


class TestOtherItemId:
    async def test_the_former_id_leaves_a_tombstone_before_the_new_one_is_created(self, synced: Synced) -> None:
        await synced.apply(contact())
        after = (await synced.changes()).next

        assert await synced.apply(named("512_Person"), sent_at_ms=NOON_MS + 1) == Applied(changed=1, renamed=1)
        former, new = (await synced.changes(after)).changes
        assert (former.op, former.id, former.reason, former.into) == (
            "deleted",
            "512_Contact",
            "renamed",
            "512_Person",
        )
        assert (new.op, new.id) == ("created", "512_Person")
        assert await synced.ids() == ["512"]
        assert await synced.feed() == [("created", "512_Person")]

    async def test_an_earlier_answer_leaves_the_present_id(self, synced: Synced) -> None:
        await synced.apply(contact(), sent_at_ms=NOON_MS + 1)

        assert await synced.apply(named("512_Person"), sent_at_ms=NOON_MS) == Applied(stale=1)
        assert await synced.feed() == [("created", "512_Contact")]

    async def test_a_label_of_any_length_is_stored(self, synced: Synced) -> None:
        await synced.apply(named("512_" + "ü" * 300))
        after = (await synced.changes()).next

        await synced.apply(contact(), sent_at_ms=NOON_MS + 1)

        assert await synced.feed(after) == [("deleted", "512_" + "ü" * 300), ("created", "512_Contact")]

    async def test_its_tombstone_expires(self, synced: Synced) -> None:
        await synced.apply(contact())
        before = (await synced.changes()).next
        await synced.apply(named("512_Person"), sent_at_ms=NOON_MS + 1)

        assert await expire_all(synced) == 1
        with pytest.raises(CursorExpiredError):
            await synced.changes(before)
        assert await synced.feed() == [("created", "512_Person")]

    async def test_a_deletion_is_of_the_stored_id(self, synced: Synced) -> None:
        await synced.apply(named("512_Person"))
        after = (await synced.changes()).next

        await synced.delete(deletion())

        assert await synced.feed(after) == [("deleted", "512_Person")]


class TestDelete:
    async def test_a_deletion_leaves_a_tombstone_with_its_reason(self, synced: Synced) -> None:
        await synced.apply(contact())
        after = (await synced.changes()).next

        assert await synced.delete(deletion(reason="merged", into="700_Contact")) == 1
        [change] = (await synced.changes(after)).changes
        assert (change.op, change.reason, change.into, change.json) == ("deleted", "merged", "700_Contact", None)
        assert await synced.ids() == []

    async def test_a_record_that_was_read_after_the_deletion_stays(self, synced: Synced) -> None:
        await synced.apply(contact(), sent_at_ms=NOON_MS + 2)

        assert await synced.delete(deletion(at_ms=NOON_MS + 1)) == 0
        assert await synced.ids() == ["512"]

    async def test_privacy_deletes_whatever_is_stored(self, synced: Synced) -> None:
        await synced.apply(contact(), sent_at_ms=NOON_MS + 2)

        assert await synced.delete(deletion(at_ms=NOON_MS + 1, reason="privacy")) == 1
        assert await synced.ids() == []

    async def test_what_was_deleted_for_privacy_never_comes_back(self, synced: Synced) -> None:
        """A vendor may take a month to erase it everywhere."""
        await synced.apply(contact())
        await synced.delete(deletion(at_ms=NOON_MS, reason="privacy"))
        after = (await synced.changes()).next
        a_week_later_ms = NOON_MS + 7 * 24 * 3_600_000

        assert await synced.apply(contact(), sent_at_ms=a_week_later_ms) == Applied(stale=1)
        assert await synced.delete(deletion(at_ms=a_week_later_ms, reason="merged")) == 0
        assert await synced.feed(after) == []

    async def test_a_record_that_comes_back_is_created_again(self, synced: Synced) -> None:
        await synced.apply(contact())
        await synced.delete(deletion(at_ms=NOON_MS + 10))
        after = (await synced.changes()).next

        assert await synced.apply(contact(), sent_at_ms=NOON_MS + 11) == Applied(added=1)
        assert await synced.feed(after) == [("created", "512_Contact")]

    async def test_an_answer_from_before_the_deletion_does_not_bring_it_back(self, synced: Synced) -> None:
        await synced.delete(deletion(at_ms=NOON_MS + 10))

        assert await synced.apply(contact(), sent_at_ms=NOON_MS + 10) == Applied(stale=1)

    async def test_an_answer_that_may_be_older_than_its_request_brings_back_only_what_ended_before(
        self, synced: Synced
    ) -> None:
        await synced.delete(deletion(at_ms=NOON_MS + 10))

        assert await synced.apply(contact(), sent_at_ms=NOON_MS + 15, lag_ms=5) == Applied(stale=1)
        assert await synced.apply(contact(), sent_at_ms=NOON_MS + 16, lag_ms=5) == Applied(added=1)

    async def test_a_record_that_was_modified_after_its_end_comes_back_with_any_later_answer(
        self, synced: Synced
    ) -> None:
        await synced.delete(deletion(at_ms=NOON_MS + 10))
        restored = contact(at_ms=NOON_MS + 11)

        assert await synced.apply(restored, sent_at_ms=NOON_MS + 12, lag_ms=5) == Applied(added=1)

    async def test_deleting_twice_is_one_change(self, synced: Synced) -> None:
        await synced.apply(contact())
        await synced.delete(deletion())
        after = (await synced.changes()).next

        assert await synced.delete(deletion(at_ms=NOON_MS + 1)) == 0
        assert await synced.feed(after) == []

    async def test_an_answer_from_before_the_latest_proof_does_not_bring_it_back(self, synced: Synced) -> None:
        await synced.delete(deletion(at_ms=NOON_MS))
        await synced.delete(deletion(at_ms=NOON_MS + 10))

        assert await synced.apply(contact(), sent_at_ms=NOON_MS + 5) == Applied(stale=1)

    async def test_a_merge_that_is_learnt_later_replaces_the_tombstone(self, synced: Synced) -> None:
        await synced.apply(contact())
        await synced.delete(deletion())
        after = (await synced.changes()).next
        await synced.delete(deletion(at_ms=NOON_MS + 1, reason="merged", into="7_Contact"))

        [change] = (await synced.changes(after)).changes

        assert change.into == "7_Contact"


class TestFence:
    async def test_a_writer_of_an_earlier_epoch_is_refused(self, synced: Synced) -> None:
        await synced.mirror.epochs.begin(CONNECTION)

        with pytest.raises(StaleWriterError):
            await synced.apply(contact())

    async def test_a_writer_whose_lease_was_taken_over_is_refused(self, synced: Synced) -> None:
        mirror, items = synced.mirror, [contact()]
        second, first = Fence(synced.epoch, "load", 2), Fence(synced.epoch, "load", 1)
        await mirror.writer.apply(CONNECTION, CONTACTS, items, sent_at_ms=NOON_MS, fence=first)
        await mirror.writer.apply(CONNECTION, CONTACTS, items, sent_at_ms=NOON_MS, fence=second)

        with pytest.raises(StaleWriterError):
            await mirror.writer.apply(CONNECTION, CONTACTS, items, sent_at_ms=NOON_MS, fence=first)

    async def test_leases_of_different_names_do_not_meet(self, synced: Synced) -> None:
        fences = (Fence(synced.epoch, "load", 2), Fence(synced.epoch, "poll", 1))

        for fence in fences:
            await synced.mirror.writer.apply(CONNECTION, CONTACTS, [], sent_at_ms=NOON_MS, fence=fence)
            await synced.mirror.writer.apply(CONNECTION, CONTACTS, [contact()], sent_at_ms=NOON_MS, fence=fence)

    async def test_without_a_mirror_nothing_can_be_written(self, mirror: Mirror) -> None:
        with pytest.raises(SyncNotEnabledError):
            await mirror.writer.apply(CONNECTION, CONTACTS, [], sent_at_ms=NOON_MS, fence=Fence(1))

    async def test_a_mirror_whose_redis_was_emptied_says_so(self, synced: Synced) -> None:
        await synced.mirror.reader._redis.delete(f"seq:{{{CONNECTION}}}")

        with pytest.raises(MirrorLostError):
            await synced.apply(contact())
