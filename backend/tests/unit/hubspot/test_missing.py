"""What became of records that a listing did not show."""

from hubspot.missing import Ending, endings
from hubspot.wire import Record


def record(id_: str, **more: str | None) -> Record:
    archived_at = more.pop("archived_at", None)
    return Record(id=id_, properties=dict(more), archived=archived_at is not None, archived_at=archived_at)


class TestEndings:
    def test_an_archived_record_names_when(self) -> None:
        found = endings(["1"], [], [record("1", archived_at="2026-11-24T03:00:00.000Z")])

        assert found == [Ending("1", "archived", at_ms=1_795_489_200_000)]

    def test_a_merged_record_names_its_survivor(self) -> None:
        found = endings(["1", "2"], [record("9", hs_merged_object_ids="1;7;2")], [])

        assert found == [Ending("1", "merged", into="9"), Ending("2", "merged", into="9")]

    def test_a_record_that_nobody_knows_is_gone(self) -> None:
        assert endings(["1"], [], []) == [Ending("1", "gone")]

    def test_a_live_record_has_not_ended(self) -> None:
        assert endings(["1"], [record("1", hs_merged_object_ids=None)], []) == []

    def test_nothing_is_said_of_a_record_that_cannot_be_read(self) -> None:
        assert endings(["1", "2"], [], [], unreadable={"1"}) == [Ending("2", "gone")]
