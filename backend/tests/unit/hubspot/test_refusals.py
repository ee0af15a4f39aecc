import json
from typing import Any

import pytest

from errors import ScopeMissingError, Upstream
from hubspot.refusals import RefusedError, refusal_of

GRANULAR = "One or more of the following scopes are required."


def missing(body: dict[str, Any]) -> list[str]:
    refused = refusal_of(403, body, Upstream(403))
    assert isinstance(refused, ScopeMissingError)
    return refused.missing_scopes


class TestMissingScopes:
    """Each body is one that HubSpot was recorded to send."""

    @pytest.mark.parametrize(
        ("body", "scopes"),
        [
            (
                {"message": "This oauth-token (X) does not have proper permissions! (requires any of [tickets])"},
                ["tickets"],
            ),
            (
                {
                    "message": "You do not have permissions to view_schema object type"
                    " ObjectTypeId{legacyObjectType=LEAD} in portal 1234567 (requires one of [leads-read])"
                },
                ["leads-read"],
            ),
            (
                {
                    "message": "This oauth-token (X) does not have proper permissions!"
                    " (requires any of [a-read, b-read])"
                },
                ["a-read", "b-read"],
            ),
            (
                {"message": "auth request is missing required 'crm.objects.owners.read' scope"},
                ["crm.objects.owners.read"],
            ),
            ({"errors": [{"message": GRANULAR, "context": {"requiredScopes": ["contacts"]}}]}, ["contacts"]),
            (
                {
                    "message": GRANULAR,
                    "context": {"requiredGranularScopes": ["custom-object-read"], "links": ["https://x"]},
                    "category": "MISSING_SCOPES",
                },
                ["custom-object-read"],
            ),
            ({"category": "MISSING_SCOPES"}, []),
        ],
    )
    def test_scopes_are_read_from_every_wording(self, body: dict[str, Any], scopes: list[str]) -> None:
        assert missing(body) == scopes

    def test_a_scope_named_twice_counts_once(self) -> None:
        context = {"requiredScopes": ["tickets"], "requiredGranularScopes": ["tickets"]}

        assert missing({"context": context, "errors": [{"context": context}]}) == ["tickets"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"category": "FORBIDDEN"},
            {"errors": "x", "context": [], "message": 5},
            {"errors": [None, 5, {"context": {"requiredScopes": "contacts"}}]},
            {"message": "You may not (requires any of [])"},
            {"message": "requires any of [<script>]".replace("script", "SCRIPT ALERT")},
        ],
    )
    def test_a_403_that_names_none_is_a_refusal(self, body: dict[str, Any]) -> None:
        assert type(refusal_of(403, body, Upstream(403))) is RefusedError

    def test_nothing_but_scopes_is_taken_from_a_message(self) -> None:
        body = {"message": "(requires any of [tickets, <b>x</b>, a" + "b" * 200 + "])"}

        assert "<" not in json.dumps(missing(body))
