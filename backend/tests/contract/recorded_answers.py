"""Recorded vendor answers, when they are beside the repository.

They are other people's data: tests read them where they are, and the repository holds none of them. Each file has a
`source`, a `request`, a `status` and a `body`; the files below `more/` are bare bodies.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from settings import ROOT

FOLDER = ROOT.parent / "shared" / "recorded"
# What connectors stored, not what a vendor sent: keys and values are changed. Source: `kind` in the files.
_FLATTENED = "flattened by the connector"

needs_recordings = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the recorded vendor answers are not beside the repository ({FOLDER})"
)


@dataclass(frozen=True)
class Recorded:
    """One recorded answer; `path` is the request's path where it is known."""

    name: str
    path: str
    status: int
    body: Any

    def __str__(self) -> str:
        return self.name

    @property
    def results(self) -> list[dict[str, Any]]:
        """The objects of a list, or the one object that is the answer."""
        found = self.body.get("results", [self.body]) if isinstance(self.body, dict) else []
        return [item for item in found if isinstance(item, dict)]


@cache
def recorded(folder: str) -> tuple[Recorded, ...]:
    """The answers in a folder, by name; empty when there are none."""
    return tuple(_read(FOLDER / folder))


def measured_facts() -> list[tuple[str, Any]]:
    """What was measured on HubSpot's API: names and answers; empty when the file is not there."""
    file = FOLDER / "hubspot-measured-facts.json"
    if not file.is_file():
        return []
    return [(name, real) for name, real, *_ in json.loads(file.read_text(encoding="utf-8"))]


def _read(folder: Path) -> Iterator[Recorded]:
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            continue
        if "source" not in content:
            yield Recorded(file.stem, "", _status_of(content), content)
        elif _FLATTENED not in content["kind"]:
            yield Recorded(file.stem, _path_of(content.get("request")), content["status"], content["body"])


def _path_of(request: dict[str, Any] | None) -> str:
    if request is None:
        return ""
    return str(request.get("path") or request.get("uri", "").removeprefix("https://api.notion.com"))


def _status_of(body: dict[str, Any]) -> int:
    """A bare error body is a refusal for a missing scope or an invalid value."""
    if body.get("status") != "error":
        return 200
    return 403 if body.get("category") == "MISSING_SCOPES" else 400
