"""The stock UI's form routes, as it calls them."""

import json
from typing import Any

import pytest

from routes.streams import ITEM_FIELDS
from tests.integration.api.client import EU_PORTAL, FIRST_PORTAL, Api, problem
from tests.servers import Simulator

ANN = {"user_id": "Ann", "org_id": "Acme"}
PREFIX = "/integrations/hubspot"


def handle_form(handle: dict[str, Any]) -> dict[str, str]:
    return {"credentials": json.dumps(handle)}


async def handle_of(api: Api, user: dict[str, str]) -> dict[str, Any]:
    """What the stock UI holds after connecting."""
    url = (await api.post_form(f"{PREFIX}/authorize", user)).json()
    await api.come_back(api.simulator.decide(url))
    answer = await api.post_form(f"{PREFIX}/credentials", user)
    assert answer.status_code == 200, answer.text
    handle: dict[str, Any] = answer.json()
    return handle


class TestAuthorize:
    async def test_the_answer_is_a_bare_json_string(self, api: Api) -> None:
        answer = await api.post_form(f"{PREFIX}/authorize", ANN)

        assert answer.headers["content-type"] == "application/json"
        assert answer.json().startswith(f"{api.simulator.url}/oauth/authorize?")
        assert answer.text == f'"{answer.json()}"'

    async def test_no_cookie_is_needed_to_come_back(self, api: Api) -> None:
        answer = await api.post_form(f"{PREFIX}/authorize", ANN)

        page = await api.come_back(api.simulator.decide(answer.json()))

        assert "set-cookie" not in answer.headers
        assert page.status_code == 200

    async def test_an_urlencoded_form_does_as_well(self, api: Api) -> None:
        answer = await api.http.post(f"{PREFIX}/authorize", data=ANN)

        assert isinstance(answer.json(), str)


class TestCredentials:
    async def test_it_is_an_object_without_secrets_that_can_be_read_again_and_again(self, api: Api) -> None:
        handle = await handle_of(api, ANN)

        again = (await api.post_form(f"{PREFIX}/credentials", ANN)).json()

        assert again == handle
        assert set(handle) == {
            *("connection_id", "provider", "status", "user_id", "org_id", "portal_id", "portal_name"),
        }
        assert (handle["status"], handle["portal_id"]) == ("connected", FIRST_PORTAL)

    async def test_none_is_said_in_the_stock_words(self, api: Api) -> None:
        body = problem(await api.post_form(f"{PREFIX}/credentials", ANN), 400, "not_connected")

        assert body["detail"] == "No credentials found."

    async def test_of_several_the_latest_is_meant(self, api: Api) -> None:
        ann = api.as_user("Ann", "Acme")
        await ann.connect(FIRST_PORTAL)
        await ann.connect(EU_PORTAL)

        handle = (await api.post_form(f"{PREFIX}/credentials", ANN)).json()

        assert handle["portal_id"] == EU_PORTAL


class TestLoad:
    @pytest.mark.parametrize("path", ["load", "get_hubspot_items"])
    async def test_the_list_holds_all_items_with_exactly_the_14_keys(
        self, api: Api, simulator: Simulator, path: str
    ) -> None:
        simulator.seed(FIRST_PORTAL, contacts=120, companies=10, deals=5)
        handle = await handle_of(api, ANN)

        answer = await api.post_form(f"{PREFIX}/{path}", handle_form(handle))

        items = answer.json()
        assert answer.headers["content-type"] == "application/json"
        assert {tuple(item) for item in items} == {ITEM_FIELDS}
        assert len({item["id"] for item in items}) == len(items) >= 135
        assert {item["type"] for item in items} == {"Contact", "Company", "Deal"}

    async def test_an_empty_portal_is_an_empty_list(self, api: Api, simulator: Simulator) -> None:
        simulator.seed(FIRST_PORTAL, contacts=0, companies=0, deals=0)
        handle = await handle_of(api, ANN)

        assert (await api.post_form(f"{PREFIX}/load", handle_form(handle))).text == "[]"

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"connection_id": "another"}, 404, "not_found"),
            ({"user_id": "Mallory"}, 404, "not_found"),
            ({"org_id": "Elsewhere"}, 404, "not_found"),
            ({"portal_id": EU_PORTAL}, 422, "validation_failed"),
            ({"provider": "airtable"}, 422, "validation_failed"),
            ({"access_token": "x"}, 422, "validation_failed"),
            ({"connection_id": None}, 422, "validation_failed"),
            ({"connection_id": 7}, 422, "validation_failed"),
        ],
    )
    async def test_a_changed_handle_is_refused(self, api: Api, change: dict[str, Any], status: int, code: str) -> None:
        handle = await handle_of(api, ANN)

        problem(await api.post_form(f"{PREFIX}/load", handle_form(handle | change)), status, code)

    async def test_a_handle_of_another_integration_is_refused(self, api: Api) -> None:
        handle = await handle_of(api, ANN)

        answer = await api.post_form("/integrations/airtable/load", handle_form(handle))

        body = problem(answer, 422, "validation_failed")
        assert "another integration" in body["detail"]

    @pytest.mark.parametrize("text", ["", "not json", "[]", "null", "{}", '{"connection_id":', "x" * 20_000, "\x00"])
    async def test_what_is_no_handle_is_refused_in_one_sentence(self, api: Api, text: str) -> None:
        body = problem(await api.post_form(f"{PREFIX}/load", {"credentials": text}), 422, "validation_failed")

        assert isinstance(body["detail"], str)
        assert len(body.get("errors", ["one"])) == 1

    async def test_a_handle_of_1_mb_is_too_large(self, api: Api) -> None:
        answer = await api.post_form(f"{PREFIX}/load", {"credentials": "x" * 1_048_576})

        problem(answer, 413, "payload_too_large")

    async def test_a_body_that_is_no_form_is_not_read(self, api: Api) -> None:
        answer = await api.http.post(f"{PREFIX}/load", json={"credentials": "{}"})

        problem(answer, 415, "unsupported_media_type")

    async def test_a_form_that_is_broken_off_is_refused(self, api: Api) -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}

        answer = await api.http.post(f"{PREFIX}/load", content=b"--x\r\nContent-Disp", headers=headers)

        problem(answer, 422, "validation_failed")

    async def test_a_vendor_that_is_down_is_one_sentence(self, api: Api, simulator: Simulator) -> None:
        handle = await handle_of(api, ANN)
        simulator.fault("/crm/", "status", status=503, times=1_000)

        answer = await api.post_form(f"{PREFIX}/load", handle_form(handle))

        body = problem(answer, 503, "upstream_unavailable")
        assert isinstance(body["detail"], str)


class TestCors:
    async def test_the_stock_uis_origin_may_read_the_answers_with_credentials(self, api: Api) -> None:
        for answer in (
            await api.post_form(f"{PREFIX}/authorize", ANN),
            await api.post_form(f"{PREFIX}/credentials", ANN),
        ):
            assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
            assert answer.headers["access-control-allow-credentials"] == "true"

    async def test_a_preflight_is_answered(self, api: Api) -> None:
        headers = {
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        }

        answer = await api.http.options(f"{PREFIX}/load", headers=headers)

        assert answer.status_code == 200
        assert "POST" in answer.headers["access-control-allow-methods"]

    @pytest.mark.parametrize(
        "asked",
        [
            {"Origin": "http://localhost:5000", "Access-Control-Request-Method": "POST"},
            {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PURGE"},
        ],
    )
    async def test_a_preflight_for_what_is_not_allowed_is_refused_as_a_problem(
        self, api: Api, asked: dict[str, str]
    ) -> None:
        answer = await api.http.options(f"{PREFIX}/load", headers=asked)

        problem(answer, 403, "cross_site_blocked")

    async def test_no_other_origin_may_and_its_writes_are_refused(self, api: Api) -> None:
        answer = await api.post_form(f"{PREFIX}/authorize", ANN, {"Origin": "http://localhost:5000"})

        problem(answer, 403, "cross_site_blocked")
        assert "access-control-allow-origin" not in answer.headers
