"""What `make sbom` writes about the origin of a build."""

import hashlib
import platform
import re
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ops.provenance import provenance

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILES = {
    "backend/requirements.txt": b"a==1\n",
    "backend/requirements-production.txt": b"b==2\n",
    "backend/other.txt": b"no lock\n",
    "frontend/package-lock.json": b"{}\n",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, without the developer's own settings of git."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "first")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    return subprocess.check_output(["git", *arguments], cwd=folder, text=True).strip()


def described(repository: Path, now: datetime = NOON) -> Any:
    return provenance(repository, now)


class TestProvenance:
    def test_commit_of_a_clean_tree(self, repository: Path) -> None:
        assert described(repository)["git"] == {"commit": git(repository, "rev-parse", "HEAD"), "clean": True}

    def test_changed_file_makes_the_tree_unclean(self, repository: Path) -> None:
        (repository / "backend/other.txt").write_text("changed")

        assert described(repository)["git"]["clean"] is False

    def test_untracked_file_makes_the_tree_unclean(self, repository: Path) -> None:
        (repository / "new.txt").touch()

        assert described(repository)["git"]["clean"] is False

    def test_lock_files_have_their_digests_and_no_other_file_has(self, repository: Path) -> None:
        locks = {name: content for name, content in FILES.items() if name != "backend/other.txt"}

        digests = described(repository)["sha256"]

        assert digests == {name: hashlib.sha256(content).hexdigest() for name, content in locks.items()}

    def test_versions_are_those_of_the_build(self, repository: Path) -> None:
        versions = described(repository)["versions"]

        assert versions["python"] == platform.python_version()
        assert re.fullmatch(r"\d+\.\d+\.\d+", versions["node"])

    def test_date_is_in_utc(self, repository: Path) -> None:
        local = NOON.astimezone(timezone(timedelta(hours=5)))

        assert described(repository, local)["date"] == "2026-03-01T12:00:00+00:00"

    def test_folder_without_repository_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(subprocess.CalledProcessError):
            provenance(tmp_path, NOON)
