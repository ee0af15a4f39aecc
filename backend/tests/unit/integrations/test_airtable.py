from dataclasses import replace

import httpx
import pytest

from errors import InvalidCursorError, UpstreamMalformedError, UpstreamUnavailableError
from integrations.airtable import read_page
from integrations.integration import ItemsQuery
from tests.unit.integrations.vendor import CONNECTION, Desk, sample

BOTH = ItemsQuery(object_types=("bases", "tables"))


def answer(request: httpx.Request) -> httpx.Response:
    is_schema = request.url.path.endswith("/tables")
    return httpx.Response(200, content=sample("airtable/tables.json" if is_schema else "airtable/bases.json"))


async def test_a_documented_answer_becomes_items() -> None:
    found = await read_page(Desk(answer).api, CONNECTION, BOTH, None)

    base, apartments, untitled = found.items[:3]
    assert (base.id, base.name, base.url) == (
        "appLkNDICXNqxSDhG_Base",
        "Apartment Hunting",
        "https://airtable.com/appLkNDICXNqxSDhG",
    )
    assert base.children == [apartments.id, untitled.id] == ["tbltp8DGLhqbUmjK1_Table", "tblK6MZHez0ZvBChZ_Table"]
    assert apartments.properties == {
        "description": "Apartments to track.",
        "primaryFieldId": "fld1VnoyuotSTyxW1",
    }
    assert (untitled.name, found.items[6].name) == ("Untitled table", "Untitled base")


async def test_the_next_position_is_the_vendors_offset() -> None:
    found = await read_page(Desk(answer).api, CONNECTION, BOTH, None)
    last_page = Desk(lambda _request: httpx.Response(200, json={"bases": []}))

    await read_page(last_page.api, CONNECTION, BOTH, found.after)

    assert last_page.requests[0].url.params["offset"] == "itr23sEjsdfEr3282/appSW9R5uCNmRmfl6"


async def test_an_offset_that_comes_back_is_not_followed_for_ever() -> None:
    found = await read_page(Desk(answer).api, CONNECTION, BOTH, None)

    with pytest.raises(UpstreamMalformedError, match="repeats"):
        await read_page(Desk(answer).api, CONNECTION, BOTH, found.after)


async def test_the_version_changes_when_the_item_does_and_only_then() -> None:
    first = await read_page(Desk(answer).api, CONNECTION, BOTH, None)
    again = await read_page(Desk(answer).api, CONNECTION, BOTH, None)

    def renamed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=answer(request).content.replace(b"Apartments to track.", b"Flats"))

    changed = await read_page(Desk(renamed).api, CONNECTION, BOTH, None)
    assert [item.delta for item in again.items] == [item.delta for item in first.items]
    differing = {old.name for old, new in zip(first.items, changed.items, strict=True) if old.delta != new.delta}
    assert differing == {"Apartments"}


class TestTablesThatChangeBetweenPages:
    """A base with tables A, B, C: a page of two items delivered the base and A."""

    @staticmethod
    def desk(*tables: str) -> Desk:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/tables"):
                return httpx.Response(200, json={"tables": [{"id": f"tbl{name}", "name": name} for name in tables]})
            return httpx.Response(200, json={"bases": [{"id": "app1", "name": "One"}]})

        return Desk(answer)

    async def read(self, position: object, *tables: str) -> tuple[list[str], object]:
        found = await read_page(self.desk(*tables).api, CONNECTION, replace(BOTH, limit=2), position)
        return [item.name for item in found.items], found.after

    async def test_one_that_came_or_went_before_the_place_moves_no_other_into_it(self) -> None:
        first, position = await self.read(None, "A", "B", "C", "D")
        rest, after = await self.read(position, "New", "A", "C", "D")

        assert (first, rest, after) == (["One", "A"], ["C", "D"], None)

    async def test_where_the_last_one_delivered_is_gone_the_place_is_refused(self) -> None:
        _, position = await self.read(None, "A", "B", "C")

        with pytest.raises(InvalidCursorError):
            await self.read(position, "B", "C")

    async def test_a_base_that_begins_where_a_page_is_full_comes_whole_with_the_next(self) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/tables"):
                return httpx.Response(200, json={"tables": [{"id": f"tbl{request.url.path}", "name": "T"}]})
            return httpx.Response(200, json={"bases": [{"id": "app1", "name": "One"}, {"id": "app2", "name": "Two"}]})

        desk, query = Desk(answer), replace(BOTH, limit=2)
        first = await read_page(desk.api, CONNECTION, query, None)
        second = await read_page(desk.api, CONNECTION, query, first.after)

        assert [item.name for item in first.items + second.items] == ["One", "T", "Two", "T"]


async def test_a_base_id_cannot_reach_another_address() -> None:
    def odd(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tables"):
            return httpx.Response(404)
        return httpx.Response(200, json={"bases": [{"id": "../whoami?x=/"}]})

    desk = Desk(odd)

    await read_page(desk.api, CONNECTION, BOTH, None)

    assert desk.requests[1].url.raw_path == b"/v0/meta/bases/..%2Fwhoami%3Fx%3D%2F/tables"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (httpx.Response(200, content=b"<html>"), "sends its tables in a form that cannot be read"),
        (httpx.Response(200, content=b'{"tables": [{"id": "tbl'), "sends its tables in a form that cannot be read"),
        (httpx.Response(404), "is gone"),
        (httpx.Response(403), "does not let us read its tables"),
        (httpx.Response(422), "does not let us read its tables"),
    ],
)
async def test_a_base_whose_tables_cannot_be_read_is_named_and_the_others_are_delivered(
    bad: httpx.Response, why: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("app1/tables"):
            return bad
        if request.url.path.endswith("/tables"):
            return httpx.Response(200, json={"tables": [{"id": "tbl2", "name": "T"}]})
        return httpx.Response(200, json={"bases": [{"id": "app1", "name": "One"}, {"id": "app2", "name": "Two"}]})

    found = await read_page(Desk(answer).api, CONNECTION, BOTH, None)

    assert [item.name for item in found.items] == ["One", "Two", "T"]
    assert [notice.detail for notice in found.warnings] == [f"The base “One” {why}."]


class TestEntriesNotAsDocumented:
    """Of two bases and of two tables each, the first has no name that is text."""

    @staticmethod
    def answer(request: httpx.Request) -> httpx.Response:
        name, prefix = ("tables", "tbl") if request.url.path.endswith("/tables") else ("bases", "app")
        return httpx.Response(200, json={name: [{"id": f"{prefix}1", "name": 5}, {"id": f"{prefix}2", "name": "Two"}]})

    async def test_they_are_named_and_the_others_are_delivered(self) -> None:
        found = await read_page(Desk(self.answer).api, CONNECTION, BOTH, None)

        assert [item.id for item in found.items] == ["app2_Base", "tbl2_Table"]
        assert [(notice.code, notice.object_type) for notice in found.warnings] == [
            ("record_unreadable", None),
            ("record_unreadable", "tables"),
        ]

    async def test_pages_of_one_answer_name_them_once(self) -> None:
        query = replace(BOTH, limit=1)
        first = await read_page(Desk(self.answer).api, CONNECTION, query, None)
        second = await read_page(Desk(self.answer).api, CONNECTION, query, first.after)

        assert [item.id for item in first.items + second.items] == ["app2_Base", "tbl2_Table"]
        assert len(first.warnings + second.warnings) == 2


async def test_an_outage_is_not_taken_for_a_base_that_cannot_be_read() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tables"):
            return httpx.Response(503)
        return httpx.Response(200, json={"bases": [{"id": "app1", "name": "One"}]})

    with pytest.raises(UpstreamUnavailableError):
        await read_page(Desk(answer).api, CONNECTION, BOTH, None)
