import csv
import io
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from core import metrics
from errors import ReconnectRequiredError, ServiceError, UpstreamUnavailableError
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Items, LoadEvent, LoadPlan, LoadReceipt
from routes.csv_cells import Cells
from routes.streams import LAST_FIELDS, TABLE_FIELDS, encode_lines, stream_csv, stream_ndjson

SCOPE = {"type": "http", "method": "GET", "path": "/items", "state": {"correlation_id": "0123456789abcdef"}}
ADA = IntegrationItem(id="1_Contact", type="Contact", name="Ada", properties={"email": "ada@x.example", "age": 36})


PLAN = LoadPlan(object_types={})


def receipt(*, complete: bool) -> LoadReceipt:
    return LoadReceipt(
        complete=complete, object_types={}, requests=1, retries=0, duration_s=0.1, watermark=None, resume=None
    )


async def events(*given: LoadEvent | Exception) -> AsyncGenerator[LoadEvent, None]:
    for value in given:
        if isinstance(value, Exception):
            raise value
        yield value


async def body_of(response: Any) -> bytes:
    return b"".join([chunk async for chunk in response.body_iterator])


def failures_of(code: str) -> float:
    return metrics.REGISTRY.get_sample_value("integrations_failures_total", {"code": code}) or 0.0


async def rows_of(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO((await body_of(response)).decode(), newline="")))


class TestLines:
    async def test_each_line_is_an_object_with_exactly_one_key(self) -> None:
        load = events(
            PLAN,
            Items([ADA, ADA]),
            Notice(code="scope_missing", detail="No.", object_type="tickets"),
            receipt(complete=True),
        )

        body = await body_of(await stream_ndjson(SCOPE, "hubspot", load))

        lines = [msgspec.json.decode(line) for line in body.splitlines()]
        assert [list(line) for line in lines] == [["plan"], ["item"], ["item"], ["notice"], ["receipt"]]
        assert lines[1]["item"]["name"] == "Ada"

    def test_text_that_other_programs_take_for_a_line_end_stays_one_line(self) -> None:
        item = IntegrationItem(id="1", type="Contact", name="a\nb\u2028c\rd")

        line = encode_lines(Items([item]))

        assert line.count(b"\n") == 1
        assert msgspec.json.decode(line)["item"]["name"] == item.name

    async def test_an_error_after_the_first_line_is_the_last_line(self) -> None:
        load = events(PLAN, Items([ADA]), UpstreamUnavailableError(retry_after_s=5))

        body = await body_of(await stream_ndjson(SCOPE, "hubspot", load))

        last = msgspec.json.decode(body.splitlines()[-1])
        assert list(last) == ["error"]
        assert (last["error"]["code"], last["error"]["retry_after"]) == ("upstream_unavailable", 5)

    @pytest.mark.parametrize(
        ("error", "more"), [(UpstreamUnavailableError(), 1), (ReconnectRequiredError(reason="revoked"), 0)]
    )
    async def test_an_error_is_counted_as_a_failure_when_it_is_not_the_callers(
        self, error: ServiceError, more: int
    ) -> None:
        before = failures_of(error.code)

        await body_of(await stream_ndjson(SCOPE, "hubspot", events(PLAN, error)))

        assert failures_of(error.code) == before + more

    async def test_so_is_one_that_breaks_a_table_off(self) -> None:
        before = failures_of("upstream_unavailable")

        with suppress(UpstreamUnavailableError):
            await body_of(await stream_csv("hubspot", events(PLAN, UpstreamUnavailableError()), None))

        assert failures_of("upstream_unavailable") == before + 1

    async def test_an_error_before_the_first_line_is_no_stream_at_all(self) -> None:
        with pytest.raises(UpstreamUnavailableError):
            await stream_ndjson(SCOPE, "hubspot", events(UpstreamUnavailableError()))

    async def test_the_next_event_waits_until_the_last_was_taken(self) -> None:
        asked = []

        async def load() -> AsyncGenerator[LoadEvent, None]:
            for number in range(10):
                asked.append(number)
                yield Items([ADA])

        response = await stream_ndjson(SCOPE, "hubspot", load())
        await anext(aiter(response.body_iterator))

        assert asked == [0]


class TestTable:
    async def test_a_row_has_the_14_fields_the_named_properties_labels_and_associations(self) -> None:
        load = events(PLAN, Items([ADA]), receipt(complete=True))

        head, row = await rows_of(await stream_csv("hubspot", load, ("age", "email", "missing")))

        assert head == [*TABLE_FIELDS, "age", "email", "missing", *LAST_FIELDS]
        assert dict(zip(head, row, strict=True)) | {"id": "1_Contact", "age": "36", "missing": ""} == dict(
            zip(head, row, strict=True)
        )

    async def test_a_name_in_the_header_is_no_formula_either(self) -> None:
        head, _ = await rows_of(await stream_csv("hubspot", events(Items([ADA])), ("=1+1",)))

        assert "'=1+1" in head

    async def test_a_property_with_the_name_of_a_field_has_a_column_of_its_own(self) -> None:
        company = IntegrationItem(id="1_Company", type="Company", name="Acme (EU)", properties={"name": "Acme"})

        head, row = await rows_of(await stream_csv("hubspot", events(Items([company])), ("name", "city")))

        assert len(set(head)) == len(head)
        cells = dict(zip(head, row, strict=True))
        assert (cells["name"], cells["properties.name"], cells["city"]) == ("Acme (EU)", "Acme", "")

    async def test_without_named_properties_they_are_one_column(self) -> None:
        head, row = await rows_of(await stream_csv("hubspot", events(Items([ADA])), None))

        assert msgspec.json.decode(row[head.index("properties")]) == ADA.properties

    async def test_a_name_beside_all_properties_leaves_the_others_in_the_table(self) -> None:
        head, row = await rows_of(await stream_csv("hubspot", events(Items([ADA])), ("*", "age")))

        assert msgspec.json.decode(row[head.index("properties")]) == ADA.properties

    async def test_a_table_that_is_not_complete_says_so_at_its_end(self) -> None:
        load = events(Items([ADA]), receipt(complete=False))

        rows = await rows_of(await stream_csv("hubspot", load, None))

        assert rows[-1][0] == "#note"

    async def test_an_error_breaks_the_table_off(self) -> None:
        response = await stream_csv("hubspot", events(PLAN, UpstreamUnavailableError()), None)

        with pytest.raises(UpstreamUnavailableError):
            await body_of(response)

    @pytest.mark.parametrize(("cells", "phone"), [("safe", "'+49 30 1234"), ("raw", "+49 30 1234")])
    async def test_raw_cells_are_the_values_as_they_are(self, cells: Cells, phone: str) -> None:
        item = IntegrationItem(id="1_Contact", type="Contact", name="Ada", properties={"phone": "+49 30 1234"})

        head, row = await rows_of(await stream_csv("hubspot", events(Items([item])), ("phone",), cells))

        assert row[head.index("phone")] == phone
