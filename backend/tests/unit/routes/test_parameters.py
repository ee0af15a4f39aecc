from datetime import UTC, datetime
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import TypeAdapter, ValidationError

from errors import ServiceError, ValidationFailedError
from routes.parameters import Flag, Moment, parse_names, refuse_unclear_query
from routes.problems import answer_problem

FLAG: TypeAdapter[bool] = TypeAdapter(Flag)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class TestFlag:
    def test_true_and_false_are_the_only_words(self) -> None:
        assert FLAG.validate_python("true") is True
        assert FLAG.validate_python("false") is False

    @pytest.mark.parametrize("text", ["1", "yes", "on", "True", "", "truefalse"])
    def test_others_are_refused(self, text: str) -> None:
        with pytest.raises(ValidationError, match="`true` or `false`"):
            FLAG.validate_python(text)


class TestMoment:
    @pytest.mark.parametrize(
        "text",
        ["2026-11-24T03:00:00Z", "2026-11-24T03:00:00.000Z", "2026-11-24T04:00:00+01:00", "2026-11-24T03:00:00"],
    )
    def test_any_writing_of_a_time_is_the_same_moment(self, text: str) -> None:
        assert MOMENT.validate_python(text) == datetime(2026, 11, 24, 3, tzinfo=UTC)

    def test_a_day_is_its_beginning(self) -> None:
        assert MOMENT.validate_python("2026-11-24") == datetime(2026, 11, 24, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text", ["yesterday", "1764000000", "", "2026-13-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
    )
    def test_what_is_no_time_is_refused_without_repeating_it(self, text: str) -> None:
        with pytest.raises(ValidationError, match="ISO 8601") as caught:
            MOMENT.validate_python(text)

        assert not text or text not in caught.value.errors()[0]["msg"]


class TestNames:
    def test_they_are_split_trimmed_and_distinct_in_order(self) -> None:
        assert parse_names("object_types", "deals, contacts ,deals") == ("deals", "contacts")

    def test_nothing_given_is_nothing_chosen(self) -> None:
        assert parse_names("object_types", None) is None

    @pytest.mark.parametrize("text", ["", ",", "a,,b", "a,\x00", "a,b\n"[:-1] + ",\t", "a\u2028b"])
    def test_an_empty_or_unprintable_name_is_refused(self, text: str) -> None:
        with pytest.raises(ValidationFailedError, match="`object_types`"):
            parse_names("object_types", text)


class TestQuery:
    @pytest.fixture
    async def client(self) -> httpx.AsyncClient:
        router = APIRouter(prefix="/things/{group}", dependencies=[Depends(refuse_unclear_query)])

        async def find_owner(owner: str | None = None) -> str | None:
            return owner

        @router.get("/items")
        async def list_items(
            group: str,
            owner: Annotated[str | None, Depends(find_owner)],
            *,
            limit: int = 1,
            everything: Annotated[Flag, Query(alias="all")] = False,
        ) -> None:
            pass

        @router.delete("/items")
        async def delete_items(group: str) -> None:
            pass

        app = FastAPI(exception_handlers={ServiceError: answer_problem})
        app.include_router(router)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    @pytest.mark.parametrize("query", ["", "limit=2", "limit=2&owner=me&all=true"])
    async def test_each_name_of_the_route_and_its_dependencies_is_accepted(
        self, client: httpx.AsyncClient, query: str
    ) -> None:
        assert (await client.get(f"/things/a/items?{query}")).status_code == 200

    @pytest.mark.parametrize("name", ["limits", "group", "everything", ""])
    async def test_an_unknown_name_is_refused_with_the_known_ones(self, client: httpx.AsyncClient, name: str) -> None:
        answer = await client.get("/things/a/items", params={name: "1"})

        assert answer.status_code == 422
        assert answer.json()["known"] == ["all", "limit", "owner"]
        assert answer.json()["detail"].endswith("There are: all, limit, owner.")

    async def test_a_name_given_twice_is_refused(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/things/a/items?limit=1&owner=me&limit=1")

        assert answer.status_code == 422
        assert answer.json()["detail"] == "The parameter `limit` is given more than once."

    async def test_each_method_has_its_own_names(self, client: httpx.AsyncClient) -> None:
        assert (await client.delete("/things/a/items?limit=1")).json()["known"] == []
        assert (await client.get("/things/a/items?limit=1")).status_code == 200
