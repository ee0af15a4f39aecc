"""`make compose-test` killed outright: its processes end with it, and the next run removes the rest."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.compose.scratch import scratch_folder
from tests.servers import BACKEND

HOLD_FOLDER = """
from tests.compose.scratch import scratch_folder
with scratch_folder():
    print("ready", flush=True)
    input()
"""
HOLD_PROCESS = """
import subprocess, sys
from tests.compose.engine import bound
subprocess.run(bound(sys.argv[1:]), check=False)
"""
WORK = ["sh", "-c", "echo ready; exec sleep 300"]
NAMESPACES = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
END_S = 10


@contextmanager
def running(program: str, *arguments: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run that has begun its work."""
    command = [sys.executable, "-c", program, *arguments]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(
        command, cwd=BACKEND, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == "ready\n"
            yield run
        finally:
            run.kill()


class TestFolder:
    @pytest.fixture(autouse=True)
    def _temporary(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def test_of_a_killed_run_is_removed_by_the_next(self, tmp_path: Path) -> None:
        with running(HOLD_FOLDER, folder=tmp_path) as run:
            run.kill()
            run.wait()
        [left] = tmp_path.iterdir()

        with scratch_folder() as ours:
            assert list(tmp_path.iterdir()) == [ours]

        assert not left.exists()

    def test_of_a_run_that_goes_on_stays(self, tmp_path: Path) -> None:
        with running(HOLD_FOLDER, folder=tmp_path):
            [other] = tmp_path.iterdir()

            with scratch_folder() as ours:
                assert set(tmp_path.iterdir()) == {other, ours}

    def test_of_somebody_elses_making_stays(self, tmp_path: Path) -> None:
        (tmp_path / "compose-notes").mkdir()

        with scratch_folder() as ours:
            assert set(tmp_path.iterdir()) == {tmp_path / "compose-notes", ours}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no engine of our own")
class TestProcesses:
    @pytest.mark.parametrize("around", [[], NAMESPACES], ids=["plain", "namespaces"])
    def test_end_with_a_run_that_is_killed(self, tmp_path: Path, around: list[str]) -> None:
        if around and os.geteuid() != 0:
            pytest.skip("namespaces need root")
        with running(HOLD_PROCESS, *around, *WORK, folder=tmp_path) as run:
            run.kill()

            run.communicate(timeout=END_S)  # ends when the last process that could still write has ended
