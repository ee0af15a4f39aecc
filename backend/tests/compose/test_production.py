"""The containers with what operations.md says production wants: a sign-in, keys of its own, metrics for Prometheus."""

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from tests.compose.stack import SUBNET, Stack

SECRET = "sLm0q1V6yqk3m9tXb2nZ8wPc5dRf7hJa"
LIFETIME_S = 300
# What reaches a published port comes from the inner network's first address.
GATEWAY = SUBNET.replace(".0/24", ".1")
HOST = {"Host": "integrations.example"}
SETTINGS = {
    "APP_ENV": "production",
    "PUBLIC_URL": "https://integrations.example",
    "ENCRYPTION_KEYS": f"k1:{base64.b64encode(os.urandom(32)).decode()}",
    "HOST_JWT_ISSUER": "https://host.example",
    "HOST_JWT_AUDIENCE": "integrations",
    "HOST_JWT_SECRET": SECRET,
    # A real app, so that the simulator's plain addresses and its app's known secrets are not used.
    "HUBSPOT_CLIENT_ID": "7d1c2a4e-90b3-4d5f-8a6b-1c2d3e4f5a6b",
    "HUBSPOT_CLIENT_SECRET": "e8f1b6a4-3c5d-4f7e-9a2b-6c8d0e1f2a3b",
    **dict.fromkeys(("AIRTABLE_CLIENT_ID", "AIRTABLE_CLIENT_SECRET", "NOTION_CLIENT_ID", "NOTION_CLIENT_SECRET"), ""),
    **dict.fromkeys(
        (
            *("HUBSPOT_API_URL", "HUBSPOT_AUTHORIZE_URL", "AIRTABLE_API_URL", "AIRTABLE_AUTHORIZE_URL"),
            *("AIRTABLE_TOKEN_URL", "NOTION_API_URL", "NOTION_AUTHORIZE_URL"),
        ),
        "",
    ),
}


def host_token(user_id: str) -> str:
    claims = {"iss": SETTINGS["HOST_JWT_ISSUER"], "aud": "integrations", "sub": user_id, "org_id": "acme"}
    return jwt.encode({**claims, "exp": int(time.time()) + LIFETIME_S, "jti": user_id}, SECRET, "HS256")


@pytest.fixture(scope="module")
def production(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """On an empty Redis: the demo's was sealed with a key that this one does not have."""
    override: Path = tmp_path_factory.mktemp("production") / "override.yml"
    override.write_text(json.dumps({"services": {"backend": {"environment": SETTINGS}}}), encoding="utf-8")
    stack.compose("down", "--volumes", "--timeout", "5")
    stack.compose("--file", "docker-compose.yml", "--file", str(override), "up", "--detach", "--wait")
    yield stack
    stack.compose("down", "--volumes", "--timeout", "5")


def test_a_stranger_is_told_to_sign_in_and_a_user_of_the_host_is_served(production: Stack) -> None:
    stranger = production.http.get("/integrations", headers=HOST)
    user = production.http.get("/integrations", headers=HOST | {"Authorization": f"Bearer {host_token('ann')}"})

    assert (stranger.status_code, stranger.json()["code"]) == (401, "unauthenticated")
    assert user.status_code == 200, user.text
    assert stranger.headers["strict-transport-security"]


def test_prometheus_finds_the_metrics_on_the_inner_network_only(production: Stack) -> None:
    inside = production.run_in("frontend", "curl", "--silent", "http://backend:8000/metrics")

    assert "integrations_event_loop_lag_seconds_count" in inside.stdout
    assert production.http.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("forwarded", "shown"), [("1.1.1.1, 198.51.100.7", "198.51.100.7"), (None, GATEWAY), ("forged\\n", GATEWAY)]
)
def test_audit_lines_show_the_address_that_the_terminator_reports(
    production: Stack, forwarded: str | None, shown: str
) -> None:
    user = f"user-{shown}-{forwarded}"
    headers = HOST | {"Authorization": f"Bearer {host_token(user)}"}
    production.http.post("/session", headers=headers | ({"X-Forwarded-For": forwarded} if forwarded else {}))

    lines = [json.loads(line) for line in production.logs("backend").splitlines()]

    assert [line["client_address"] for line in lines if line["event"] == "sign_in" and line["user_id"] == user] == [
        shown
    ]


def test_log_is_one_json_object_an_event(production: Stack) -> None:
    production.http.get("/integrations", headers=HOST)

    lines = [json.loads(line) for line in production.logs("backend").splitlines()]

    assert [line for line in lines if line["event"] == "answered" and line["path"] == "/integrations"]
