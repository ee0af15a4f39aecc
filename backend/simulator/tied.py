"""Run a program that ends with the demo: `python tied.py script|module <name> <arguments...>`.

Standard input is a pipe from the demo, which the kernel closes when the demo is gone, however it went. The program
then gets SIGTERM as if it had been asked to stop, and has ended after GRACE_S at the latest. Works on every Unix.
"""

import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

GRACE_S = 8


def end_with_the_demo() -> None:
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)


if __name__ == "__main__":
    kind, name = sys.argv[1], sys.argv[2]
    sys.path[0] = str(Path.cwd())  # as when started from there, not from this file's folder
    sys.argv = sys.argv[2:]
    threading.Thread(target=end_with_the_demo, daemon=True).start()
    if kind == "module":
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(name, run_name="__main__")
