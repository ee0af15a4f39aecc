"""Parameters of a test that only `make test-slow` uses."""

from typing import Any

import pytest


def slow(*values: Any) -> list[Any]:
    """Each as a parameter that the gate leaves out."""
    return [pytest.param(value, marks=pytest.mark.slow) for value in values]
