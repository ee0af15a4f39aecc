from hubspot.skipped import MOST_IDS, SkippedEntries


class TestSkipped:
    def test_records_are_counted_once_and_the_first_ones_named(self) -> None:
        skipped = SkippedEntries([])

        first = skipped.keep_records({"code": "record_unreadable"}, ["1", "2"])
        again = skipped.keep_records({"code": "record_unreadable"}, ["2", *map(str, range(10, 30))])

        assert first == ["1", "2"]
        assert again == [str(id_) for id_ in range(10, 30)]
        assert skipped.records == 22
        assert len(skipped.all[0]["ids"]) == MOST_IDS

    def test_what_delivered_records_lack_is_shown_by_a_load_that_resumes(self) -> None:
        before = SkippedEntries([])
        before.keep_records({"code": "record_unreadable"}, ["1"])
        before.add({"code": "scope_missing"})

        after = SkippedEntries(before.kept)

        assert after.keep_records({"code": "record_unreadable"}, ["1"]) == []
        assert after.all == [{"code": "record_unreadable", "count": 1, "ids": ["1"]}]
        assert not after.is_complete

    def test_records_that_lack_different_things_are_counted_apart(self) -> None:
        skipped = SkippedEntries([])

        skipped.keep_records({"code": "associations_unavailable", "object_type": "deals"}, ["1"])
        skipped.keep_records({"code": "associations_unavailable", "object_type": "tickets"}, ["1"])

        assert [entry["object_type"] for entry in skipped.all] == ["deals", "tickets"]

    def test_names_alone_leave_it_complete(self) -> None:
        skipped = SkippedEntries([])
        skipped.keep({"code": "names_unavailable", "names": ["owners"]})
        skipped.keep({"code": "names_unavailable", "names": ["owners"]})

        assert (len(skipped.all), skipped.is_complete) == (1, True)
