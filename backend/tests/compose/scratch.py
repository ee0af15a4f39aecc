"""The folder of one run, and what is left of runs that were killed outright."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.compose import engine

PREFIX = "compose-"
# The kernel gives a lock back when its holder ends, however it ends.
LOCK = "run.lock"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Gone when the block ends; by the next run's first step when this one has no time for it."""
    remove_remains()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, (Path(name) / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def remove_remains() -> None:
    """The folders and control groups of runs that are over. Their processes ended with them: see `engine.bound`."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        folder = lock.parent
        if folder.lstat().st_uid == os.geteuid() and _is_free(lock):
            engine.remove_cgroups(folder.name)
            shutil.rmtree(folder)


def _is_free(lock: Path) -> bool:
    with lock.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
