import pytest

from errors import ServiceError
from routes.callback_page import text_below


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
