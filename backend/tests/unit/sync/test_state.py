"""What a sync notes of records and types that cannot be read."""

from integrations.load_events import TypeReceipt
from sync.receipts import unreadable_ids
from sync.state import MOST_PARKED, TypeState, park, unpark


class TestParking:
    def test_a_record_is_noted_once(self) -> None:
        state = TypeState()

        park(state, [("1", "record_unreadable")], 5)
        park(state, [("1", "record_unreadable"), ("2", "record_unreadable")], 6)

        assert [(entry.record_id, entry.at_ms) for entry in state.parked] == [("1", 6), ("2", 6)]
        assert state.parked_count == 2

    def test_a_record_that_was_read_since_is_forgotten(self) -> None:
        state = TypeState()
        park(state, [("1", "record_unreadable"), ("2", "record_unreadable")], 5)
        park(state, [("2", "record_unreadable")], 7)

        unpark(state, 6)

        assert [entry.record_id for entry in state.parked] == ["2"]
        assert state.parked_count == 1

    def test_the_newest_are_kept_and_all_are_counted(self) -> None:
        state = TypeState()

        park(state, [(str(number), "record_unreadable") for number in range(MOST_PARKED + 5)], 1)

        assert (len(state.parked), state.parked[0].record_id, state.parked_count) == (MOST_PARKED, "5", MOST_PARKED + 5)

    def test_a_receipt_names_what_could_not_be_read(self) -> None:
        receipt = TypeReceipt(
            complete=False,
            total=3,
            delivered=1,
            requests=1,
            retries=0,
            watermark=None,
            skipped=[
                {"code": "record_unreadable", "count": 2, "ids": ["1", "2"]},
                {"code": "associations_unavailable", "count": 1, "ids": ["3"]},
            ],
        )

        assert unreadable_ids(receipt) == ["1", "2"]
