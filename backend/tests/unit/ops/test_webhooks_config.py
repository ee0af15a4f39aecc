import json

import pytest

from hubspot.webhook_events import read_events
from ops.webhooks_config import MOST_SUBSCRIPTIONS, main

URL = ["--public-url", "https://app.example"]


def config(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*URL, *arguments]) == 0
    printed: dict[str, object] = json.loads(capsys.readouterr().out)
    return printed


def subscriptions(printed: dict[str, object]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = printed["config"]["subscriptions"]["crmObjects"]  # type: ignore[index]
    return found


class TestConfig:
    def test_has_the_target_address_and_the_default_types(self, capsys: pytest.CaptureFixture[str]) -> None:
        printed = config(capsys)

        assert (printed["uid"], printed["type"]) == ("integrations-webhooks", "webhooks")
        assert printed["config"]["settings"] == {  # type: ignore[index]
            "targetUrl": "https://app.example/webhooks/hubspot",
            "maxConcurrentRequests": 10,
        }
        assert {subscription["objectType"] for subscription in subscriptions(printed)} == {"contact", "company", "deal"}

    def test_takes_an_address_with_a_slash_at_its_end_and_types_with_spaces(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        printed = config(capsys, "--public-url", "https://app.example/crm/", "--types", "tickets, contacts")

        assert printed["config"]["settings"]["targetUrl"] == "https://app.example/crm/webhooks/hubspot"  # type: ignore[index]
        assert {subscription["objectType"] for subscription in subscriptions(printed)} == {"ticket", "contact"}

    def test_announces_the_chosen_properties_of_the_chosen_types(self, capsys: pytest.CaptureFixture[str]) -> None:
        printed = config(capsys, "--types", "tickets", "--properties", "tickets:subject,content,hs_lastmodifieddate")

        names = [
            subscription["propertyName"] for subscription in subscriptions(printed) if "propertyName" in subscription
        ]
        assert names == ["subject", "content"]

    def test_every_event_it_asks_for_is_understood(self, capsys: pytest.CaptureFixture[str]) -> None:
        kinds = {str(subscription["subscriptionType"]) for subscription in subscriptions(config(capsys))}
        for kind in [*kinds, "contact.privacyDeletion"]:
            event = {"portalId": 1, "occurredAt": 1, "subscriptionType": kind, "objectId": 7, "objectTypeId": "0-1"}
            assert read_events(json.dumps([event]).encode(), now_ms=2).accepted == 1, kind

    @pytest.mark.parametrize(
        ("arguments", "fault"),
        [
            (["--public-url", "http://localhost:8000"], "https://"),
            ([*URL, "--types", "unicorns"], "unicorns"),
            ([*URL, "--properties", "contacts"], "contacts:email"),
            ([*URL, "--properties", "contacts:" + ",".join(f"p{n}" for n in range(MOST_SUBSCRIPTIONS))], "1000"),
        ],
    )
    def test_what_cannot_work_is_named(
        self, capsys: pytest.CaptureFixture[str], arguments: list[str], fault: str
    ) -> None:
        assert main(arguments) == 78

        captured = capsys.readouterr()
        assert (captured.out, fault in captured.err) == ("", True)
