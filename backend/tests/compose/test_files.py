"""The files themselves, by the checkers made for them."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from routes.middleware.headers import DEFAULTS
from routes.ui import PAGE_HEADERS
from tests.compose.stack import ROOT, run


def config(**environment: str) -> dict[str, dict[str, dict[str, str]]]:
    """docker-compose.yml as Compose understands it."""
    command = ["docker-compose", "--env-file", os.devnull, "config", "--format", "json"]
    services: dict[str, dict[str, dict[str, str]]] = json.loads(run(command, {**os.environ, **environment}))["services"]
    return services


@pytest.mark.parametrize("file", ["backend/Dockerfile", "frontend/Dockerfile"])
def test_dockerfiles_pass_hadolint(file: str) -> None:
    assert run(["hadolint", file], os.environ) == ""


def test_dockerfiles_pass_checkov() -> None:
    options = ["--framework", "dockerfile", "--compact", "--quiet", "--skip-download"]
    run(["checkov", *options, "--file", "backend/Dockerfile", "frontend/Dockerfile"], os.environ)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="NOT RUN: promtool is not on this machine")
class TestPrometheus:
    def test_its_settings_and_rules_are_ones(self) -> None:
        said = run(["promtool", "check", "config", "backend/ops/prometheus.yml"], os.environ)

        assert "SUCCESS: 1 rule files found" in said

    def test_alerts_are_raised_by_trouble_and_not_by_a_good_hour(self) -> None:
        run(["promtool", "test", "rules", "backend/ops/alerts.test.yml"], os.environ)


def test_docker_compose_file_follows_its_specification() -> None:
    run(["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"], os.environ)


def test_without_a_client_id_the_service_talks_to_the_simulator() -> None:
    settings = config(HUBSPOT_CLIENT_ID="", SIMULATOR_PORT="9123")["backend"]["environment"]

    assert settings["HUBSPOT_API_URL"] == "http://simulator:9000"
    assert settings["HUBSPOT_AUTHORIZE_URL"] == "http://localhost:9123/oauth/authorize"


def test_with_a_client_id_the_service_talks_to_hubspot() -> None:
    settings = config(HUBSPOT_CLIENT_ID="of-a-real-app", HUBSPOT_CLIENT_SECRET="of-it")["backend"]["environment"]

    assert settings["HUBSPOT_CLIENT_ID"] == "of-a-real-app"
    assert settings["HUBSPOT_CLIENT_SECRET"] == "of-it"
    assert not {"HUBSPOT_API_URL", "HUBSPOT_AUTHORIZE_URL"} & settings.keys()


MAIN = ("REDIS_URL_FILE", "/run/redis-access/url")
MIRROR = ("MIRROR_REDIS_URL_FILE", "/run/redis-access/mirror_url")


@pytest.mark.parametrize(
    ("named", "files"),
    [
        ({}, {MAIN, MIRROR}),
        # Several machines can share a Redis that is named; the one beside a container belongs to that machine alone.
        ({"REDIS_URL": "rediss://ours:6379/0"}, set()),
        ({"MIRROR_REDIS_URL": "rediss://ours:6380/0"}, {MAIN}),
        ({"REDIS_URL": "rediss://ours:6379/0", "MIRROR_REDIS_URL": "rediss://ours:6380/0"}, set()),
    ],
)
@pytest.mark.parametrize("service", ["backend", "worker"])
def test_the_redis_servers_here_are_used_with_their_passwords_unless_others_are_named(
    service: str, named: dict[str, str], files: set[tuple[str, str]]
) -> None:
    urls = {"REDIS_URL": "", "MIRROR_REDIS_URL": ""} | named
    settings = config(**urls)[service]["environment"]

    assert {name: settings[name] for name in urls} == urls
    assert {(name, path) for name, path in settings.items() if name.endswith("REDIS_URL_FILE")} == files


def test_worker_has_the_settings_of_the_service() -> None:
    services = config()

    assert services["worker"]["environment"] == services["backend"]["environment"]
    assert services["backend"]["environment"]["WORKER"] == "separate"


def test_page_has_the_same_policy_from_nginx_as_from_the_service() -> None:
    text = (ROOT / "frontend" / "nginx-page-headers.conf").read_text(encoding="utf-8")
    by_nginx = dict(re.findall(r'^add_header (\S+) "([^"]+)" always;$', text, flags=re.MULTILINE))
    by_service = {**DEFAULTS, **PAGE_HEADERS}

    del by_service["Cache-Control"], by_service["Vary"]  # these two stand beside the page in nginx.conf

    assert by_nginx == by_service


def test_images_get_nothing_that_is_not_named() -> None:
    first_rule = next(line for line in _lines(ROOT / "backend" / ".dockerignore") if not line.startswith("#"))

    assert first_rule == "*"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
