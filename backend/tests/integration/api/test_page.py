"""`/`: the built page for browsers, a sign of life for programs."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.api.client import OWN_CLICK, Api, problem
from tests.integration.api.conftest import OpenApi

SCRIPT = "'use strict'"
# The same by a brotli encoder.
BROTLI_SCRIPT = bytes.fromhex("8b058027757365207374726963742703")
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", **OWN_CLICK}


@pytest.fixture
def built_page(tmp_path: Path) -> Path:
    """A build in a folder of its own: these tests do not depend on whether the front end has been built."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>The page</title>", encoding="utf-8")
    script = folder / "assets" / "index-C0ffee12.js"
    script.write_text(SCRIPT, encoding="utf-8")
    script.with_name(f"{script.name}.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    script.with_name(f"{script.name}.br").write_bytes(BROTLI_SCRIPT)
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

    async def test_any_other_address_a_browser_opens_leads_to_the_page(self, api: Api) -> None:
        answer = await api.get("/some/where?type=deals", BROWSER)

        assert (answer.status_code, answer.headers["location"]) == (307, "/?type=deals")

    @pytest.mark.parametrize("path", ["/", "/assets/index-C0ffee12.js"])
    async def test_a_browsers_head_says_what_its_get_would_bring(self, api: Api, path: str) -> None:
        get, head = await api.get(path, BROWSER), await api.http.head(path, headers=BROWSER)

        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "cache-control", "etag"):
            assert head.headers[name] == get.headers[name]

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

        assert answer.text == SCRIPT
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_a_missing_file_is_404_and_never_the_page(self, api: Api) -> None:
        problem(await api.get("/assets/index-00000000.js", BROWSER), 404, "not_found")

    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)],
    )
    async def test_the_smallest_form_that_the_client_takes_is_sent(
        self, api: Api, built_page: Path, accepted: str, coding: str | None
    ) -> None:
        url = "http://localhost:8000/assets/index-C0ffee12.js"
        async with api.http.stream("GET", url, headers={"Accept-Encoding": accepted}) as answer:
            sent = b"".join([chunk async for chunk in answer.aiter_raw()])

        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["content-length"] == str(len(sent))
        suffix = {"br": ".br", "gzip": ".gz", None: ""}[coding]
        assert sent == (built_page / "assets" / f"index-C0ffee12.js{suffix}").read_bytes()

    async def test_a_file_that_was_not_compressed_is_sent_as_it_is(self, api: Api, built_page: Path) -> None:
        (built_page / "assets" / "inter-C0ffee12.woff2").write_bytes(b"wOF2")

        answer = await api.get("/assets/inter-C0ffee12.woff2", {"Accept-Encoding": "gzip, br"})

        assert answer.content == b"wOF2"
        assert "content-encoding" not in answer.headers

    async def test_each_form_has_a_tag_of_its_own_and_is_not_sent_twice(self, api: Api) -> None:
        path = "/assets/index-C0ffee12.js"
        tags = [
            (await api.get(path, {"Accept-Encoding": value})).headers["etag"] for value in ("br", "gzip", "identity")
        ]

        again = await api.get(path, {"Accept-Encoding": "br", "If-None-Match": tags[0]})

        assert len(set(tags)) == 3
        assert (again.status_code, again.content) == (304, b"")


class TestDescription:
    async def test_it_is_a_page_without_scripts_that_names_every_operation(self, api: Api) -> None:
        answer = await api.get("/docs", BROWSER)

        assert "<script" not in answer.text
        assert "unsafe" not in answer.headers["content-security-policy"]
        for path in (await api.json("/openapi.json"))["paths"]:
            assert f"<code>{path}</code>" in answer.text

    async def test_each_group_of_operations_has_one_heading(self, api: Api) -> None:
        headings = re.findall("<h2>(.*?)</h2>", (await api.get("/docs", BROWSER)).text)

        assert "Stock UI" in headings
        assert len(set(headings)) == len(headings)
