"""schemathesis reads our OpenAPI document and holds the running service to it, with good data and with bad."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case

from routes.app import create_app
from settings import Settings
from tests.servers import (
    Process,
    Simulator,
    answers,
    clean_environment,
    free_port,
    running_redis,
    running_service,
    service_settings,
)

SECRET = "sLm0q1V6yqk3m9tXb2nZ8wPc5dRf7hJa"
LIFETIME_S = 300
PUBLIC_HOST = "app.example"
# Both services share one Redis.
KEYS = {"ENCRYPTION_KEYS": "k1:3q2+78r+ur6Yh0pVQTn5Zsx1mJd8LkWvRfGc2BtNyHw="}
PRODUCTION = {
    **KEYS,
    "APP_ENV": "production",
    "HOST_JWT_ISSUER": "host",
    "HOST_JWT_AUDIENCE": "us",
    "HOST_JWT_SECRET": SECRET,
    # Production refuses the demo's own; nothing here needs the vendor to accept them.
    **{
        f"{vendor}_CLIENT_SECRET": "e8f1b6a4-3c5d-4f7e-9a2b-6c8d0e1f2a3b"
        for vendor in ("HUBSPOT", "AIRTABLE", "NOTION")
    },
}

schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
# A string the document allows may still name nothing: an unknown object type, a scope of nobody, a state never begun.
schema.config.checks.positive_data_acceptance.enabled = False
# Too long is refused as well, by a status schemathesis does not count as a refusal by itself.
schema.config.checks.negative_data_rejection.expected_statuses += ["413"]


def bounded(examples: int) -> settings:
    """The same examples each time."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


@dataclass(frozen=True)
class Target:
    """A service, and what every request to it carries."""

    url: str
    headers: dict[str, str]

    def hold_to_document(self, case: Case[Any]) -> None:
        case.call_and_validate(base_url=self.url, headers=self.headers, timeout=30)


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Nobody else's keys in it: the services here live as long as the module does."""
    with running_redis(tmp_path_factory.mktemp("r")) as url:
        yield url


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, own_redis: str, _simulator_process: Simulator) -> Iterator[Target]:
    """Local mode, with an account connected."""
    folder = tmp_path_factory.mktemp("local")
    _simulator_process.reset()
    with running_service(folder, _simulator_process, REDIS_URL=own_redis, **KEYS) as service:
        accept = {"Accept": "application/json"}
        started = httpx.get(f"{service.url}/integrations/hubspot/authorize", headers=accept, trust_env=False).json()
        page = httpx.get(_simulator_process.decide(started["authorization_url"]), trust_env=False)
        assert page.status_code == 200
        yield Target(service.url, {})


@pytest.fixture(scope="module")
def production_url(
    tmp_path_factory: pytest.TempPathFactory, own_redis: str, _simulator_process: Simulator
) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("production"), free_port()
    url = f"http://127.0.0.1:{port}"
    environment = clean_environment() | service_settings(_simulator_process.url) | PRODUCTION
    environment |= {"PUBLIC_URL": f"https://{PUBLIC_HOST}", "REDIS_URL": own_redis, "DATA_DIR": str(folder)}
    command = [sys.executable, "main.py", "--env-file", "", "--host", "127.0.0.1", "--port", str(port)]
    process = Process("production", command, folder=folder, environment=environment)
    try:
        process.wait_until("GET /readyz", lambda: answers(f"{url}/readyz"))
        yield url
    finally:
        process.stop()


@pytest.fixture(scope="module")
def stranger(production_url: str) -> Target:
    """Production, without a sign-in."""
    return Target(production_url, {"Host": PUBLIC_HOST})


@pytest.fixture(scope="module")
def user(production_url: str) -> Target:
    """Production, with the host application's token."""
    claims = {"iss": "host", "aud": "us", "sub": "ann", "org_id": "acme", "exp": int(time.time()) + LIFETIME_S}
    token = jwt.encode(claims, SECRET, "HS256")
    return Target(production_url, {"Host": PUBLIC_HOST, "Authorization": f"Bearer {token}"})


@schema.parametrize()
@bounded(20)
def test_local_mode_answers_as_the_document_says(case: Case[Any], local: Target) -> None:
    local.hold_to_document(case)


@schema.parametrize()
@bounded(6)
def test_a_stranger_is_answered_as_the_document_says(case: Case[Any], stranger: Target) -> None:
    stranger.hold_to_document(case)


@schema.parametrize()
@bounded(10)
def test_a_user_is_answered_as_the_document_says(case: Case[Any], user: Target) -> None:
    user.hold_to_document(case)
