import json
import re
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routes.csv_cells import UNSEEN, disarm, raw_cell, safe_cell

FORMULA_STARTS = "=+-@\uff0b\uff0d\uff1d\uff20"


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+49 30 1234", "-1+cmd|' /C calc'!A0", "@SUM(A1)", " =1", "\uff1d1", "-", "=", "+"),
        *("\0=1", "\u200b=1", "\ufeff=1", "\u2060\u200d=1", "\xad@x", "\u3164=1", "\x7f=1"),
    ],
)
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert disarm(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (";=1+1", ";'=1+1"),
        ("New York;=1+1;-5", "New York;'=1+1;-5"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n\u200b@x", "a\r\n'\u200b@x"),
        ("a\t+x", "a\t'+x"),
        ("\t=1", "\t'=1"),
        ("=1;=2", "'=1;'=2"),
        ('a;"=1+1;b', "a;'\"=1+1;b"),
        ('a\t"=1+1\tb', "a\t'\"=1+1\tb"),
    ],
)
def test_what_a_spreadsheet_would_run_after_a_separator_of_its_own_is_made_text(text: str, cell: str) -> None:
    assert disarm(text) == cell


@pytest.mark.parametrize("text", ["", "Ada", "-12", "+5", "-0.5", "3=3", "a@b.example", "1,5", "a;b", "1;-2", "a\nb"])
def test_numbers_and_ordinary_text_stay(text: str) -> None:
    assert disarm(text) == text


@given(st.text(alphabet=st.sampled_from([*FORMULA_STARTS, *";\t\r\n '1a", "\0", "\u200b", "\u00a0", "\ufeff"])))
def test_no_part_of_a_cell_begins_a_formula(text: str) -> None:
    for part in re.split(r"[;\t\r\n]", disarm(text)):
        seen = re.sub(f"^[{UNSEEN}]*", "", part)
        assert not seen or seen[0] not in FORMULA_STARTS or re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", part)


def test_every_space_control_and_format_character_counts_as_unseen() -> None:
    unseen = re.compile(f"[{UNSEEN}]")
    letters = (chr(code) for code in range(sys.maxunicode + 1))
    expected = {letter for letter in letters if unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}}

    assert {letter for letter in expected if not unseen.match(letter)} == {"\t", "\r", "\n"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (-3.5, "-3.5"),
        (["1_Deal", "2_Deal"], "1_Deal;2_Deal"),
        (["New York", "York", "Costa Rica"], "New York;York;Costa Rica"),
        ({}, ""),
        ({"stage": "=1"}, '{"stage":"=1"}'),
    ],
)
def test_values_become_text(value: Any, cell: str) -> None:
    assert raw_cell(value) == safe_cell(value) == cell


def test_json_is_disarmed_without_changing_what_it_says() -> None:
    value = {"note": "a;=1+1", "more": {"b": "; @x", "c": ";\uff1d1"}}

    cell = safe_cell(value)

    assert json.loads(cell) == value
    assert disarm(cell) == cell
