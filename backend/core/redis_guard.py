"""Run a server that ends with its parent process, also after kill -9 of the parent.

It is a separate program (`python -I -S redis_guard.py <parent pid> <exec|watch> <command...>`), so that no Python code
runs between fork and exec of the service. `exec` replaces itself with the command and sets Linux' parent-death signal;
`watch` runs the command and reads its standard input, a pipe that the kernel closes when the parent ends.
"""

import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def become(parent_pid: int, command: list[str]) -> None:
    """Replace this process by the command. The signal fires when the *thread* that started us ends."""
    import ctypes  # not available everywhere, and not needed by `watch`

    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent_pid:
        sys.exit(1)  # the parent ended before the signal was set
    os.execv(command[0], command)  # noqa: S606 (no shell is the point)


def watch(command: list[str]) -> int:
    """Run the command until it ends, this process gets a signal to stop, or the parent's end of the pipe closes."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 (the parent chose the command)
    signal.signal(signal.SIGTERM, lambda _number, _frame: server.terminate())

    def end_with_parent() -> None:
        sys.stdin.buffer.read()
        server.terminate()

    threading.Thread(target=end_with_parent, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    if sys.argv[2] == "exec":
        become(int(sys.argv[1]), sys.argv[3:])
    sys.exit(watch(sys.argv[3:]))
