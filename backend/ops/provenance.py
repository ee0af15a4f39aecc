"""`make sbom`: print where a build comes from, as JSON: commit, lock files, versions, date."""

import hashlib
import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from settings import ROOT

LOCKS = ("backend/requirements*.txt", "frontend/package-lock.json")


def provenance(root: Path, now: datetime) -> dict[str, object]:
    """Describe the working tree at `root`. `clean` is false when files differ from the commit or are untracked.

    Raises: CalledProcessError where `root` is no git repository or has no commit.
    """
    return {
        "date": now.astimezone(UTC).isoformat(timespec="seconds"),
        "git": {
            "commit": _output(root, "git", "rev-parse", "HEAD"),
            "clean": not _output(root, "git", "status", "--porcelain"),
        },
        "sha256": {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for pattern in LOCKS
            for path in sorted(root.glob(pattern))
        },
        "versions": {
            "python": platform.python_version(),
            "node": _output(root, "node", "--version").removeprefix("v"),
        },
    }


def _output(folder: Path, *command: str) -> str:
    return subprocess.check_output(command, cwd=folder, text=True).strip()  # noqa: S603 (fixed commands)


if __name__ == "__main__":
    json.dump(provenance(ROOT, datetime.now(UTC)), sys.stdout, indent=2)
    sys.stdout.write("\n")
