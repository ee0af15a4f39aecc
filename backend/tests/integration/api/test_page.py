"""`/`: the built page for browsers, a sign of life for programs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.api.client import OWN_CLICK, Api, problem
from tests.integration.api.conftest import OpenApi

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", **OWN_CLICK}


@pytest.fixture
def built_page(tmp_path: Path) -> Path:
    """A build in a folder of its own: these tests do not depend on whether the front end has been built."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>The page</title>", encoding="utf-8")
    (folder / "assets" / "index-C0ffee12.js").write_text("'use strict'", encoding="utf-8")
    return folder


@pytest.fixture
async def api(open_api: OpenApi, built_page: Path) -> AsyncIterator[Api]:
    async with open_api(page=built_page) as api:
        yield api


class TestRoot:
    @pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/plain, */*", ""])
    async def test_a_program_gets_the_sign_of_life(self, api: Api, accept: str) -> None:
        answer = await api.get("/", {"Accept": accept})

        assert answer.text == '{"Ping":"Pong"}'
        assert answer.headers["content-type"] == "application/json"

    async def test_a_browser_gets_the_page_under_a_policy_of_own_files_only(self, api: Api) -> None:
        answer = await api.get("/", BROWSER)

        policy = answer.headers["content-security-policy"]
        assert "<title>The page</title>" in answer.text
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert answer.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
        assert answer.headers["cache-control"] == "no-cache"
        assert "permissions-policy" in answer.headers

    async def test_any_address_a_browser_opens_is_the_page(self, api: Api) -> None:
        answer = await api.get("/some/where", BROWSER)

        assert "<title>The page</title>" in answer.text

    async def test_the_page_s_own_parameters_are_its_own(self, api: Api) -> None:
        assert (await api.get("/?type=deals&type=x", BROWSER)).status_code == 200

    async def test_under_another_local_name_the_browser_is_sent_to_the_right_one(self, api: Api) -> None:
        answer = await api.http.get("http://127.0.0.1:8000/?type=deals", headers=BROWSER)

        assert (answer.status_code, answer.headers["location"]) == (307, "http://localhost:8000/?type=deals")

    async def test_while_nothing_is_built_even_a_browser_gets_the_sign_of_life(
        self, api: Api, built_page: Path
    ) -> None:
        (built_page / "index.html").unlink()

        assert (await api.get("/", BROWSER)).json() == {"Ping": "Pong"}
        problem(await api.get("/some/where", BROWSER), 404, "not_found")


class TestAssets:
    async def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(self, api: Api) -> None:
        answer = await api.get("/assets/index-C0ffee12.js", {"Accept": "*/*"})

        assert answer.text == "'use strict'"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_a_missing_file_is_404_and_never_the_page(self, api: Api) -> None:
        problem(await api.get("/assets/index-00000000.js", BROWSER), 404, "not_found")


class TestDescription:
    async def test_it_is_a_page_without_scripts_that_names_every_operation(self, api: Api) -> None:
        answer = await api.get("/docs", BROWSER)

        assert "<script" not in answer.text
        assert "unsafe" not in answer.headers["content-security-policy"]
        for path in (await api.json("/openapi.json"))["paths"]:
            assert f"<code>{path}</code>" in answer.text
