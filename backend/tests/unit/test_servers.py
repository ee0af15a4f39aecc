"""What tests of processes rest on."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import IS_WARM, free_port, run_program
from tests.warm_start import Started, warm_process

PRINT = """
import os, sys
print(sys.argv, os.environ['ONLY'], 'HOME' in os.environ)
print('error', file=sys.stderr)
sys.exit(3)
"""


def test_a_port_is_given_to_nobody_else_before_it_is_bound() -> None:
    ports = [free_port() for _ in range(200)]

    assert len(set(ports)) == len(ports)


def test_a_program_has_its_own_arguments_and_environment_and_its_end_is_told() -> None:
    ended = run_program("-c", PRINT, "one", environment={"ONLY": "this"})

    assert (ended.returncode, ended.stderr) == (3, "error\n")
    assert ended.stdout == "['-c', 'one'] this False\n"


def test_a_module_and_a_script_are_run_as_the_interpreter_runs_them(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys; print(__name__, sys.argv)\n")

    by_path = run_program(str(script), "one", environment={})
    by_name = run_program("-m", "json.tool", "--help", environment={})

    assert by_path.stdout == f"__main__ ['{script}', 'one']\n"
    assert (by_name.returncode, "json.tool" in by_name.stdout) == (0, True)


def test_an_error_that_nobody_catches_ends_a_program_as_elsewhere() -> None:
    ended = run_program("-c", "raise ValueError('no')", environment={})

    assert ended.returncode == 1
    assert ended.stderr.endswith("ValueError: no\n")


@pytest.mark.skipif(not IS_WARM, reason="programs are started from scratch here")
class TestStarted:
    def test_one_that_goes_on_has_no_status_until_a_signal_ends_it(self, tmp_path: Path) -> None:
        started = start("import time; time.sleep(60)", tmp_path / "output")

        with pytest.raises(subprocess.TimeoutExpired):
            started.wait(0.05)
        assert started.poll() is None
        started.kill()

        assert started.wait(10) == -signal.SIGKILL
        started.kill()

    def test_it_is_in_a_session_of_its_own_and_reads_nothing(self, tmp_path: Path) -> None:
        output = tmp_path / "output"

        code = "import os, sys; print(os.getsid(0) == os.getpid(), sys.stdin.read() == '', os.getpid(), flush=True)"
        started = start(code, output)

        assert started.wait(10) == 0
        assert output.read_text() == f"True True {started.pid}\n"

    def test_all_end_with_whoever_had_them_started(self, tmp_path: Path) -> None:
        program = (
            "from pathlib import Path; import time; from tests.warm_start import warm_process\n"
            f"started = warm_process().start(['-c', 'import time; time.sleep(60)'], environment={{}}, "
            f"output=Path({str(tmp_path / 'output')!r}))\n"
            "print(started.pid, flush=True); time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
            assert owner.stdout is not None
            pid = int(owner.stdout.readline())
            ended = os.pidfd_open(pid)
            owner.kill()

        assert is_readable(ended, 10)
        os.close(ended)


def start(code: str, output: Path) -> Started:
    return warm_process().start(["-c", code], environment={}, output=output)


def is_readable(descriptor: int, timeout_s: float) -> bool:
    """A process' descriptor is, once the process has ended."""
    return bool(select.select([descriptor], [], [], timeout_s)[0])
