import msgspec
import pytest

from errors import UpstreamMalformedError, UpstreamUnavailableError
from hubspot.records import parse_records
from hubspot.wire import PartialRecord
from tests.unit.hubspot.samples import answer


def page(*records: object) -> bytes:
    return msgspec.json.encode({"results": list(records)})


GOOD = {"id": "1", "properties": {"email": "a@example.org"}, "updatedAt": "2025-12-22T18:16:33.376Z"}


class TestPages:
    def test_the_documented_page_is_read_without_its_link(self) -> None:
        records = parse_records(answer(200, "list-page.json"))

        assert [record.id for record in records.results] == ["513881705057"]
        assert records.results[0].created_at == "2025-12-22T18:16:33.376Z"
        assert records.after == "513881705058"
        assert "link" not in repr(records)

    def test_the_last_page_has_no_cursor(self) -> None:
        assert parse_records(answer(200, page(GOOD))).after is None

    def test_a_batch_without_the_record_is_an_empty_one(self) -> None:
        assert parse_records(answer(207, "batch-read-207.json")).results == []

    def test_a_batch_hubspot_could_not_read_is_a_failure(self) -> None:
        body = b'{"results":[],"errors":[{"status":"error","message":"internal error"}]}'

        with pytest.raises(UpstreamUnavailableError):
            parse_records(answer(207, body))


class TestOddRecords:
    def test_one_odd_record_does_not_lose_its_page(self) -> None:
        odd = {"id": 2, "properties": {"email": ["b@example.org"], "age": 3}, "createdAt": 5, "archived": "no"}

        records = parse_records(answer(200, page(GOOD, odd, GOOD | {"id": "3"}))).results

        assert [record.id for record in records] == ["1", "2", "3"]
        salvaged = records[1]
        assert isinstance(salvaged, PartialRecord)
        assert salvaged.properties == {"email": '["b@example.org"]', "age": 3}
        assert salvaged.created_at is None
        assert not salvaged.archived

    def test_records_without_an_id_are_told_by_where_they_stood(self) -> None:
        records = parse_records(answer(200, page({"properties": {}}, None, GOOD, "x", {"id": True, "properties": {}})))

        assert [record.id for record in records.results] == ["1"]
        assert records.without_id == (0, 0, 1, 1)

    @pytest.mark.parametrize(
        "value", [b'"\xff"', b"1e999", b"9" * 5_000, b'{"deep":1e999}'], ids=["utf-8", "1e999", "digits", "nested"]
    )
    def test_one_that_cannot_be_decoded_is_set_aside_by_its_id(self, value: bytes) -> None:
        odd = b'{"properties":{"a":' + value + b'},"id":"2"}'
        body = b'{"results":[' + msgspec.json.encode(GOOD) + b"," + odd + b"]}"

        records = parse_records(answer(200, body))

        assert [record.id for record in records.results] == ["1"]
        assert (records.unreadable, records.without_id, records.last_id) == (("2",), (), "2")

    def test_half_an_emoji_becomes_the_replacement_character(self) -> None:
        body = rb'{"results":[{"id":"1","properties":{"a":"cut \ud83d","b":"whole \ud83d\ude00","c":"C:\\ud83d"}}]}'

        record = parse_records(answer(200, body)).results[0]

        assert record.properties == {"a": "cut �", "b": "whole 😀", "c": r"C:\ud83d"}

    @pytest.mark.parametrize("body", [b"", b'{"results":[{"id":"1","prop', b"<html>", b'{"results":{}}', b"[]"])
    def test_a_body_that_is_no_page_is_malformed(self, body: bytes) -> None:
        with pytest.raises(UpstreamMalformedError):
            parse_records(answer(200, body))
