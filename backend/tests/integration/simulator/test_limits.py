"""HubSpot's budgets: exact, rolling, apart from each other, with the real headers and bodies."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from simulator.limits import Window
from tests.raw_app import EU_PORTAL, RawApp
from tests.servers import Simulator, running_simulator

DETAILS = "/account-info/2026-09/details"
CONTACTS = "/crm/objects/2026-09/contacts"
LINKS = "/crm/associations/2026-09/contacts/companies/batch/read"


def statuses(client: httpx.Client, count: int, path: str, json: object = None) -> Counter[int]:
    method = "GET" if json is None else "POST"
    return Counter(client.request(method, path, json=json).status_code for _ in range(count))


class TestBurst:
    def test_call_111_within_ten_seconds_is_refused(self, client: httpx.Client) -> None:
        began = time.monotonic()
        answers = [client.get(DETAILS) for _ in range(112)]
        assert time.monotonic() - began < 10, "too slow a machine to fill the window"

        assert [answer.status_code for answer in answers] == [200] * 110 + [429] * 2
        assert [answer.headers["x-hubspot-ratelimit-remaining"] for answer in answers[:2]] == ["109", "108"]
        assert answers[109].headers["x-hubspot-ratelimit-remaining"] == "0"
        body = answers[110].json()
        assert body["message"] == "You have reached your ten_secondly_rolling limit."
        assert (body["errorType"], body["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
        assert body["correlationId"] == answers[110].headers["x-hubspot-correlation-id"]

    def test_headers_say_what_the_budget_is(self, client: httpx.Client) -> None:
        headers = client.get(DETAILS).headers

        assert headers["x-hubspot-ratelimit-max"] == "110"
        assert headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
        assert not [name for name in headers if "daily" in name]

    def test_the_window_rolls_and_refused_calls_count(self) -> None:
        window = Window()

        remaining = [window.take(2, 10_000, now) for now in (0.0, 9.0, 9.5, 10.0, 19.8, 30.0)]

        assert remaining == [1, 0, -1, -1, 0, 1]

    def test_each_account_has_its_own(self, app: RawApp, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(burst_limit=3)
        statuses(client, 4, DETAILS)

        with app.client(EU_PORTAL) as other:
            assert statuses(other, 3, DETAILS) == {200: 3}

    def test_it_can_be_switched_off(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(limits_enabled=False, burst_limit=1)

        assert statuses(client, 5, DETAILS) == {200: 5}


class TestOtherBudgets:
    def test_search_has_five_a_second_for_all_types_and_no_headers(self, client: httpx.Client) -> None:
        paths = [f"/crm/objects/2026-09/{name}/search" for name in ("contacts", "deals") * 3]

        with ThreadPoolExecutor(len(paths)) as at_once:
            answers = sorted(
                at_once.map(lambda path: client.post(path, json={"limit": 1}), paths),
                key=lambda answer: answer.status_code,
            )

        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[5].json()["policyName"] == "SECONDLY"
        assert not [name for name in answers[0].headers if "ratelimit" in name]

    def test_search_and_associations_do_not_spend_the_burst(self, client: httpx.Client, simulator: Simulator) -> None:
        simulator.settings(burst_limit=2, associations_limit=3)

        assert statuses(client, 4, LINKS, {"inputs": [{"id": "51"}]}) == {200: 3, 429: 1}
        assert statuses(client, 1, f"{CONTACTS}/search", {"limit": 1}) == {200: 1}
        assert statuses(client, 3, CONTACTS) == {200: 2, 429: 1}

    def test_shared_associations_spend_the_burst_and_show_it_in_their_headers(
        self, client: httpx.Client, simulator: Simulator
    ) -> None:
        simulator.settings(associations_budget="shared", burst_limit=4, associations_limit=1)

        answers = [client.post(LINKS, json={"inputs": [{"id": "51"}]}) for _ in range(2)]
        listed = client.get(CONTACTS)

        assert [answer.headers["x-hubspot-ratelimit-remaining"] for answer in (*answers, listed)] == ["3", "2", "1"]
        assert {answer.headers["x-hubspot-ratelimit-max"] for answer in (*answers, listed)} == {"4"}
        assert statuses(client, 2, LINKS, {"inputs": [{"id": "51"}]}) == {200: 1, 429: 1}
        refused = client.post(LINKS, json={"inputs": [{"id": "51"}]})
        assert "app-api-calls" in refused.json()["groupName"]

    def test_the_command_line_says_whether_associations_share_the_burst(self, tmp_path: Path) -> None:
        with running_simulator(tmp_path, "--associations-budget", "shared") as simulator:
            simulator.settings(associations_budget="own")
            simulator.reset()

            assert simulator.settings()["associations_budget"] == "shared"

    @pytest.mark.parametrize("path", ["/crm/objects/2026-09/contacts/51/associations/companies", CONTACTS])
    def test_the_associations_of_one_record_do(self, client: httpx.Client, simulator: Simulator, path: str) -> None:
        simulator.settings(burst_limit=1)

        assert statuses(client, 2, path) == {200: 1, 429: 1}
