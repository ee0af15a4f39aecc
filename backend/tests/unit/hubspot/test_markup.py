import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubspot.markup import visible_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Called <b>Ada</b>&nbsp;&amp; Li</p>", "Called Ada & Li"),
        ("<div>" + "<br>" * 500 + "<p>after many blank lines</p></div>", "after many blank lines"),
        ("<style>p { color: red }</style><p>seen</p>", "seen"),
        ("<STYLE type='text/css'>p > b {}</Style ><p>seen</p>", "seen"),
        ("<script>if (a < b) c()</script>seen", "seen"),
        (f'<img src="data:image/png;base64,{"A" * 9_000}" alt="x"><p>under the image</p>', "under the image"),
        ("<!--[if mso]><p>Outlook</p><![endif]--><p>all</p>", "all"),
        ("<!-- never closed <p>seen</p>", "< !-- never closed seen"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("a<br/>b", "a b"),
        ("<header>seen</header>", "seen"),
        ("<style>never closed", ""),
        ("", ""),
        ("plain\n text", "plain text"),
    ],
)
def test_what_a_reader_sees_is_left(markup: str, text: str) -> None:
    assert visible_text(markup, at_least=200) == text


def test_a_long_text_is_read_only_as_far_as_it_is_needed() -> None:
    text = visible_text("<p>word</p>" * 10_000, at_least=20)

    assert text == "word word word word word"


@pytest.mark.parametrize("piece", ["<", "<style>", "<!--", "<a '", "&", "</style", "<!-->"])
def test_the_worst_text_takes_no_longer_than_its_length_asks_for(piece: str) -> None:
    began = time.process_time()

    visible_text(piece * (65_536 // len(piece)), at_least=200)

    assert time.process_time() - began < 1


PIECES = st.sampled_from([*"<>/!-& ab\n", "<style>", "</style>", "<!--", "-->", "&nbsp;"])


@given(st.lists(PIECES).map("".join))
def test_any_text_becomes_one_line(markup: str) -> None:
    text = visible_text(markup, at_least=200)

    assert text == " ".join(text.split())
