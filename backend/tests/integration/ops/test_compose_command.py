"""`make compose-test` on a machine that cannot run it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import BACKEND


def run_compose_test(folder: Path, *prefix: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "tests.compose.run"],
        cwd=BACKEND,
        env={**os.environ, "TMPDIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_a_way_to_the_package_index_it_says_so_and_does_not_fail(tmp_path: Path) -> None:
    ran = run_compose_test(tmp_path, UV_OFFLINE="1", UV_CACHE_DIR=str(tmp_path / "empty"))

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("compose-test: NOT RUN, neither the containers nor the checks of their files: ")
    assert "the package index does not give the tools" in ran.stdout
    assert [entry.name for entry in tmp_path.iterdir()] == ["empty"]
