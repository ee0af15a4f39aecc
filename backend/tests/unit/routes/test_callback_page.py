from dataclasses import fields
from string import Formatter

import pytest

from errors import (
    InternalError,
    OAuthFlowError,
    OAuthStateInvalidError,
    OverloadedError,
    RateLimitedError,
    ReconnectRequiredError,
    ScopeMissingError,
    ServiceError,
    StoreFullError,
    StoreUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
    UnauthenticatedError,
    UpstreamError,
    ValidationFailedError,
)
from routes.callback_texts import ENGLISH, GERMAN, LANGUAGES, Texts, text_below, texts_for

# What can end an attempt, with all subclasses, and further single classes.
FAMILIES = (OAuthFlowError, UpstreamError, InternalError, OverloadedError, StoreUnavailableError)
OTHERS = (
    *(RateLimitedError, ReconnectRequiredError, ScopeMissingError, StoreFullError),
    *(UnauthenticatedError, TokenInvalidError, TokenExpiredError),
)


@pytest.mark.parametrize(
    ("title", "detail", "text"),
    [
        ("The service is not answering", "The service is not answering at the moment. Try again.", "Try again."),
        ("Too many requests", "Too many requests at once. Wait. Then try again.", "Wait. Then try again."),
        ("It took too long", "It took too long.", ""),
        ("The connection has ended", "Connect again.", "Connect again."),
        ("Too many requests", "Too many requests: at most 30 a minute.", "Too many requests: at most 30 a minute."),
    ],
)
def test_a_first_sentence_that_repeats_the_title_is_left_out(title: str, detail: str, text: str) -> None:
    assert text_below(title, detail) == text


def errors(kind: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    return [kind, *(error for subclass in kind.__subclasses__() for error in errors(subclass))]


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.__name__)
def test_every_error_says_something_below_its_title(error: type[ServiceError]) -> None:
    first_sentence = text_below(error.title, error.default_detail).partition(". ")[0]

    assert first_sentence
    assert first_sentence.rstrip(".").lower() != error.title.lower()


def placeholders(texts: Texts) -> dict[str, set[str]]:
    """The names in braces of each text."""
    found = {}
    for field in fields(texts):
        value = getattr(texts, field.name)
        if isinstance(value, str):
            found[field.name] = {name for _, name, _, _ in Formatter().parse(value) if name}
    return found


class TestTexts:
    @pytest.mark.parametrize(
        ("accept_language", "language"),
        [
            (None, "en"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("en-US,en;q=0.9,de;q=0.8", "en"),
            ("fr,de;q=0.4", "de"),
            ("de;q=0", "en"),
        ],
    )
    def test_they_are_in_the_language_that_the_browser_prefers(
        self, accept_language: str | None, language: str
    ) -> None:
        assert texts_for(accept_language).language == language

    @pytest.mark.parametrize("texts", LANGUAGES.values(), ids=LANGUAGES)
    def test_each_language_fills_in_the_same_names(self, texts: Texts) -> None:
        assert placeholders(texts) == placeholders(ENGLISH)

    def test_german_has_a_title_and_a_detail_for_every_end_of_an_attempt(self) -> None:
        codes = {error.code for family in FAMILIES for error in errors(family)} | {error.code for error in OTHERS}

        assert codes <= GERMAN.errors.keys()
        assert all(title and detail for title, detail in [*GERMAN.errors.values(), GERMAN.other_error])

    def test_an_error_without_a_translation_has_a_general_text(self) -> None:
        assert GERMAN.of_error(ValidationFailedError("A parameter is missing.")) == GERMAN.other_error

    def test_an_english_error_describes_itself(self) -> None:
        assert ENGLISH.of_error(OAuthStateInvalidError("Start again.")) == (
            OAuthStateInvalidError.title,
            "Start again.",
        )
