"""What docs/operations.md says to do to the containers."""

import re
from pathlib import Path

OPERATIONS = Path(__file__).resolve().parents[3] / "docs" / "operations.md"


def commands(title: str) -> str:
    """The block of commands that follows these words."""
    found = re.search(rf"\*\*{title}.*?```sh\n(.*?)```", OPERATIONS.read_text(encoding="utf-8"), re.DOTALL)
    assert found, title
    return found[1]
