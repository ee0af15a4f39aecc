import pytest

from errors import NotAcceptableError
from routes.negotiation import CSV, JSON, NDJSON, choose, choose_language, names_html, prefers_json, takes_coding

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OFFERS = (JSON, NDJSON, CSV)


class TestChoose:
    @pytest.mark.parametrize(
        ("accept", "expected"),
        [
            (None, JSON),
            ("", JSON),
            ("*/*", JSON),
            (BROWSER, JSON),
            ("application/json", JSON),
            ("application/x-ndjson", NDJSON),
            ("text/csv", CSV),
            ("text/*", CSV),
            ("TEXT/CSV", CSV),
            ("text/csv;q=0.5, application/x-ndjson;q=0.9", NDJSON),
            ("application/json;q=0, application/x-ndjson", NDJSON),
            ("application/*;q=0.2, text/csv", CSV),
            ("application/json;q=high, text/csv;q=0.1", CSV),
            ("*/*;q=0.5, application/json;q=0.1", NDJSON),
        ],
    )
    def test_the_best_liked_offer_wins_and_the_first_breaks_ties(self, accept: str | None, expected: str) -> None:
        assert choose(accept, OFFERS) == expected

    @pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "nonsense", ";;,,"])
    def test_a_wish_for_none_of_them_is_refused(self, accept: str) -> None:
        with pytest.raises(NotAcceptableError, match="application/json, application/x-ndjson, text/csv"):
            choose(accept, OFFERS)


class TestPageOrData:
    @pytest.mark.parametrize(
        ("accept", "page", "data"),
        [
            (BROWSER, True, False),
            ("text/html", True, False),
            ("application/json, text/plain, */*", False, True),
            ("application/json", False, True),
            ("text/html;q=0.1, application/json", True, True),
            ("*/*", False, False),
            (None, False, False),
        ],
    )
    def test_only_who_names_a_page_gets_one(self, accept: str | None, *, page: bool, data: bool) -> None:
        assert names_html(accept) is page
        assert prefers_json(accept) is data


class TestCodings:
    @pytest.mark.parametrize(
        ("accept_encoding", "taken"),
        [("gzip, deflate, br, zstd", True), ("BR;q=0.5", True), ("gzip, br;q=0", False), ("*", False), (None, False)],
    )
    def test_only_a_coding_that_is_named_is_taken(self, accept_encoding: str | None, *, taken: bool) -> None:
        assert takes_coding(accept_encoding, "br") is taken


class TestLanguage:
    @pytest.mark.parametrize(
        ("accept_language", "expected"),
        [
            (None, "en"),
            ("*", "en"),
            ("fr", "en"),
            ("de", "de"),
            ("DE-ch;q=0.5, fr", "de"),
            ("en;q=0.8, de;q=0.9", "de"),
            ("de, en", "de"),
            ("den", "en"),
            ("de;q=x", "en"),
        ],
    )
    def test_the_best_liked_language_wins_whatever_its_region(self, accept_language: str | None, expected: str) -> None:
        assert choose_language(accept_language, ("en", "de")) == expected
