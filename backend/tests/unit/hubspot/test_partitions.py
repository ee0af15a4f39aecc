import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubspot.id_range import IdRange, OrderLostError, numbers
from hubspot.partitions import Partitions
from hubspot.records import Records
from hubspot.wire import Record


class TestParts:
    def test_a_last_page_ends_the_part(self) -> None:
        partitions = Partitions()

        chosen = partitions.take_ascending(partitions.parts[0], [1, 2], None)

        assert (chosen, partitions.parts) == (slice(0, 2), [])

    def test_a_page_is_cut_at_the_end_of_its_part(self) -> None:
        partitions = Partitions([IdRange("5", 4, 8)])

        chosen = partitions.take_ascending(partitions.parts[0], [5, 7, 8, 9], "10")

        assert (chosen, partitions.parts) == (slice(0, 2), [])

    def test_a_search_ends_at_what_was_listed(self) -> None:
        partitions = Partitions([IdRange("5", 4, 100)])

        kept = partitions.take_descending(partitions.parts[0], [50, 7, 4, 3])

        assert kept == 2
        assert partitions.parts[0].end == 7

    def test_a_cut_leaves_two_parts_in_order(self) -> None:
        partitions = Partitions([IdRange("5", 4, None), IdRange("900", 899, None)])
        partitions.parts[0].end = 900

        upper = partitions.split(50, "50")

        assert msgspec.to_builtins(partitions.parts) == [["5", 4, 50], ["50", 49, 900], ["900", 899, None]]
        assert upper is partitions.parts[1]

    @pytest.mark.parametrize("at", [3, 5, 100, 101])
    def test_there_is_no_cut_where_nothing_is_to_be_read(self, at: int) -> None:
        assert Partitions([IdRange("5", 4, 100)]).split(at, str(at)) is None

    @pytest.mark.parametrize("ids", [[2, 1], [1, 1], [1, 3, 2]])
    def test_a_page_out_of_order_is_not_taken(self, ids: list[int]) -> None:
        partitions = Partitions()

        with pytest.raises(OrderLostError):
            partitions.take_ascending(partitions.parts[0], ids, None)

    def test_a_page_that_falls_behind_the_one_before_it_is_not_taken(self) -> None:
        partitions = Partitions()
        partitions.take_ascending(partitions.parts[0], [5, 7], "a")
        partitions.take_ascending(partitions.parts[0], [], "b")

        with pytest.raises(OrderLostError):
            partitions.take_ascending(partitions.parts[0], [6, 8], None)

    @pytest.mark.parametrize("id_", ["x", "", "-5", "+5", "05", "5 ", "1_000", "\u0665", "9" * 19])
    def test_an_id_that_is_no_number_of_hubspots_has_no_order(self, id_: str) -> None:
        with pytest.raises(OrderLostError):
            numbers(["1", id_])


class TestRecordsWithoutId:
    @pytest.mark.parametrize(("last", "index", "reported"), [(-1, 0, 1), (-1, 2, 1), (5, 2, 0), (5, 3, 1), (7, 3, 0)])
    def test_one_belongs_to_the_record_before_it(self, last: int, index: int, reported: int) -> None:
        """A load that resumes within a page reads the records before it again, and those without an id among them."""
        partitions = Partitions([IdRange(None, last, None)])
        page = Records([Record(id_, {}) for id_ in ("3", "5", "7")], without_id=(index,))

        batch = partitions.take_list_page(partitions.parts[0], page)

        assert (batch.without_id if batch else 0) == reported


class TestEachIdOnce:
    @given(st.sets(st.integers(0, 400), max_size=120), st.integers(1, 9), st.data())
    def test_each_id_is_taken_once_whoever_reads_when(self, chosen: set[int], page: int, data: st.DataObject) -> None:
        ids = sorted(chosen)
        partitions, taken = Partitions(), list[int]()
        for _ in range(1_000):
            if not partitions.parts:
                break
            part = data.draw(st.sampled_from(partitions.parts))
            match data.draw(st.sampled_from(["ascending", "ascending", "descending", "split"])):
                case "ascending":
                    start = int(part.after or 0)
                    found = [id_ for id_ in ids if id_ >= start]
                    after = str(found[page - 1] + 1) if len(found) > page else None
                    taken += found[:page][partitions.take_ascending(part, found[:page], after)]
                case "descending" if part.end is not None:
                    below = [id_ for id_ in reversed(ids) if id_ < part.end][:page]
                    taken += below[: partitions.take_descending(part, below)]
                case "split":
                    at = data.draw(st.integers(0, 400))
                    partitions.split(at, str(at))
        assert sorted(taken) == ids or partitions.parts
        assert len(set(taken)) == len(taken)
