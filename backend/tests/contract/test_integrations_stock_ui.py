"""The stock UI's form routes, byte for byte, for every integration of the registry."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from integrations.registry import INTEGRATIONS
from tests.contract.caller import ITEM_FIELDS, Caller
from tests.contract.test_integrations import OTHERS
from tests.servers import Service, Simulator, running_service

ORIGIN = "http://localhost:3000"
# Small accounts: a stock load is everything.
FEW = {
    "hubspot": {"contacts": 3, "companies": 2, "deals": 2},
    "airtable": {"bases": 3, "tables": 2},
    "notion": {"pages": 7},
}
Call = Callable[..., Caller]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, _simulator_process: Simulator) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("s"), _simulator_process) as service:
        yield service


@pytest.fixture(params=list(INTEGRATIONS))
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def caller(service: Service, simulator: Simulator, provider: str) -> Iterator[Caller]:
    simulator.account(provider, next(iter(simulator.accounts(provider))), "seed", **FEW[provider])
    caller = Caller(service.url, simulator, provider)
    yield caller
    caller.close()


@pytest.fixture
def handle(caller: Caller) -> dict[str, Any]:
    """What the UI keeps as `credentials`, after connecting."""
    url = caller.post_form("/authorize", **caller.user).json()
    caller.open_callback(caller.consent(url))
    handle: dict[str, Any] = caller.post_form("/credentials", **caller.user).json()
    return handle


def load(caller: Caller, credentials: Any) -> httpx.Response:
    text = credentials if isinstance(credentials, str) else json.dumps(credentials)
    return caller.post_form("/load", credentials=text)


def is_one_readable_sentence(answer: httpx.Response) -> bool:
    detail = answer.json()["detail"]
    return isinstance(detail, str) and detail.endswith(".") and len(detail) < 300 and "\n" not in detail


class TestAuthorize:
    def test_the_answer_is_the_address_as_a_bare_string(self, caller: Caller) -> None:
        answer = caller.post_form("/authorize", **caller.user)

        assert answer.status_code == 200
        assert isinstance(answer.json(), str)
        assert answer.json().startswith(caller.simulator.url)


class TestCredentials:
    def test_before_connecting_there_are_none_in_these_very_words(self, caller: Caller) -> None:
        answer = caller.post_form("/credentials", **caller.user)

        assert (answer.status_code, answer.json()["detail"]) == (400, "No credentials found.")

    def test_they_are_truthy_and_can_be_read_again(self, caller: Caller, handle: dict[str, Any]) -> None:
        again = caller.post_form("/credentials", **caller.user)

        assert again.json() == handle
        assert handle["connection_id"]
        assert handle["status"] == "connected"

    def test_they_hold_no_secret(self, handle: dict[str, Any]) -> None:
        assert not {"access_token", "refresh_token", "expires_in"} & set(handle)


class TestLoad:
    def test_the_items_have_exactly_the_formats_keys_in_order(self, caller: Caller, handle: dict[str, Any]) -> None:
        items = load(caller, handle).json()

        assert items
        assert {tuple(item) for item in items} == {tuple(ITEM_FIELDS)}

    def test_they_are_the_items_of_the_api(self, caller: Caller, handle: dict[str, Any]) -> None:
        items = load(caller, handle).json()

        expected = {item["id"]: item["name"] for item in caller.all_pages()}
        assert {item["id"]: item["name"] for item in items} == expected


class TestRefusedHandles:
    def test_one_of_another_integration(self, caller: Caller, handle: dict[str, Any], service: Service) -> None:
        other = Caller(service.url, caller.simulator, OTHERS[caller.provider], caller.user["user_id"])

        answer = load(other, handle)

        other.close()
        assert answer.status_code >= 400
        assert is_one_readable_sentence(answer)

    @pytest.mark.parametrize("changed", [{"connection_id": "somebody-elses"}, {"user_id": "someone"}, {"org_id": "x"}])
    def test_one_that_was_altered(self, caller: Caller, handle: dict[str, Any], changed: dict[str, str]) -> None:
        answer = load(caller, handle | changed)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert is_one_readable_sentence(answer)

    def test_one_with_further_keys(self, caller: Caller, handle: dict[str, Any]) -> None:
        answer = load(caller, handle | {"access_token": "x"})

        assert answer.status_code == 422
        assert is_one_readable_sentence(answer)

    @pytest.mark.parametrize("text", ["", "{", "null", "[]", '"text"', "{}", '{"connection_id": 7}', "\x00"])
    def test_one_that_is_none(self, caller: Caller, text: str) -> None:
        answer = load(caller, text)

        assert 400 <= answer.status_code < 500
        assert is_one_readable_sentence(answer)

    def test_one_of_a_megabyte(self, caller: Caller, handle: dict[str, Any]) -> None:
        answer = load(caller, handle | {"padding": "x" * 1_000_000})

        assert answer.status_code in {413, 422}
        assert is_one_readable_sentence(answer)

    def test_a_form_without_it(self, caller: Caller) -> None:
        answer = caller.post_form("/load", something="else")

        assert answer.status_code == 422
        assert is_one_readable_sentence(answer)

    def test_one_whose_grant_has_ended(self, caller: Caller, handle: dict[str, Any]) -> None:
        caller.simulator.account(caller.provider, handle["portal_id"], "revoke")

        answer = load(caller, handle)

        assert (answer.status_code, answer.json()["code"]) == (409, "reconnect_required")
        assert is_one_readable_sentence(answer)


class TestOrigins:
    def test_the_ui_of_localhost_3000_may_read_the_answers(self, caller: Caller) -> None:
        answer = caller.post_form("/authorize", **caller.user)

        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["access-control-allow-credentials"] == "true"

    def test_failures_too(self, caller: Caller) -> None:
        answer = caller.post_form("/credentials", **caller.user)

        assert answer.headers["access-control-allow-origin"] == ORIGIN

    def test_no_other_origin_may(self, caller: Caller) -> None:
        answer = httpx.post(
            f"{caller.prefix}/authorize", data=caller.user, headers={"Origin": "https://evil.example"}, trust_env=False
        )

        assert "access-control-allow-origin" not in answer.headers
