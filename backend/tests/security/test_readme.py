"""The table of promises names tests that exist."""

import re
from pathlib import Path

import pytest

from settings import ROOT
from tests.servers import BACKEND

README = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::([\w:]+)`", README)))
ROWS = [line for line in README.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| figure"))]


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_each_test_it_names_is_there(path: str, name: str) -> None:
    source = (BACKEND / "tests" / path).read_text(encoding="utf-8")

    missing = [part for part in name.split("::") if not re.search(rf"(class|def) {part}\b", source)]

    assert missing == []


def test_each_browser_test_it_names_is_there() -> None:
    files = re.findall(r"`(frontend/e2e/[\w.-]+)`", README)

    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_each_row_names_one() -> None:
    headings = {"default of a library", "promise", "fault"}
    rows = [row for row in ROWS if row.split("|")[1].strip() not in headings and "make " not in row]

    assert [row for row in rows if "::" not in row] == []
    assert len(rows) > 80
