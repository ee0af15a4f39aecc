"""The repository keeps its own rules of layout; and the checks can fail."""

from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from settings import ROOT, Settings
from tests import layout
from tests.servers import BACKEND


def tree(root: Path, **files: str) -> Path:
    """Files by name, `__` standing for a slash."""
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


class TestThisRepository:
    def test_rooms_import_downwards_only(self) -> None:
        assert layout.import_faults(BACKEND) == []

    def test_modules_import_each_other_in_no_circle(self) -> None:
        assert layout.circle_faults(BACKEND) == []

    def test_the_product_does_not_know_the_simulator(self) -> None:
        assert layout.simulation_faults(BACKEND) == []

    def test_settings_equal_the_example_file(self) -> None:
        example = (ROOT / ".env.example").read_text(encoding="utf-8")

        assert layout.setting_faults(Settings.model_fields, example, ROOT) == []

    def test_locks_name_no_host_and_carry_hashes(self) -> None:
        assert layout.lock_faults(ROOT) == []

    def test_the_top_level_holds_what_belongs_there(self) -> None:
        assert layout.top_level_faults(ROOT) == []


class TestImportOrder:
    @pytest.mark.parametrize(
        ("module", "text"),
        [
            ("core__http", "from oauth.vault import Vault"),
            ("core__http", "import hubspot"),
            ("core__http", "def later() -> None:\n    from routes import items"),
            ("core__http", "import importlib\nimportlib.import_module('routes.items')"),
            ("hubspot__client", "from integrations.hubspot import load"),
            ("hubspot__client", "import redis.asyncio"),
            ("errors", "from settings import Settings"),
            ("integrations__integration_item", "import errors"),
            ("simulator__app", "from core import http"),
            ("routes__items", "from simulator import app"),
        ],
    )
    def test_an_import_that_is_not_allowed_is_found(self, tmp_path: Path, module: str, text: str) -> None:
        names = [
            "core__http",
            "core____init__",
            "oauth__vault",
            "hubspot____init__",
            "routes__items",
            "integrations__hubspot",
        ]
        backend = tree(tmp_path, **dict.fromkeys([*names, "simulator__app", "errors", "settings"], ""))
        tree(backend, **{module: text})

        [fault] = layout.import_faults(backend)

        assert fault.startswith(f"{module.replace('__', '/')}.py:{text.count(chr(10)) + 1} imports ")

    def test_imports_downwards_and_within_a_room_are_fine(self, tmp_path: Path) -> None:
        backend = tree(
            tmp_path,
            main="from routes import items\nimport settings",
            routes__items="from integrations.hubspot import load\nfrom integrations.integration_item import Item",
            integrations__hubspot="from integrations.integration_item import Item\nfrom core import http\nimport json",
            integrations__integration_item="from dataclasses import dataclass",
            integrations__load_events="from integrations.integration_item import Item",
            core__http="from core import retry\nfrom errors import ServiceError",
            core__retry="",
            hubspot__mapper="from integrations.integration_item import Item",
            errors="",
            settings="",
            simulator__app="from simulator import seed",
            simulator__seed="",
        )

        assert layout.import_faults(backend) == []

    def test_a_circle_is_found(self, tmp_path: Path) -> None:
        backend = tree(tmp_path, core__a="from core import b", core__b="def later(): from core.a import x")

        [fault] = layout.circle_faults(backend)

        assert set(fault.split(" → ")) == {"core.a", "core.b"}

    def test_a_module_without_a_room_is_found(self, tmp_path: Path) -> None:
        assert layout.import_faults(tree(tmp_path, helpers="")) == ["helpers has no room"]

    def test_a_name_that_hides_a_package_is_found(self, tmp_path: Path) -> None:
        assert "secrets hides a package of that name" in layout.import_faults(tree(tmp_path, secrets=""))


class TestSimulation:
    @pytest.mark.parametrize(
        "text", ["if settings.simulated: pass", "URL = 'http://simulator'", "def f(is_simulator): ..."]
    )
    def test_a_product_that_asks_whether_it_is_simulated_is_found(self, tmp_path: Path, text: str) -> None:
        assert layout.simulation_faults(tree(tmp_path, core__http=text)) == ["core/http.py:1 knows of the simulator"]

    def test_words_in_docstrings_and_comments_are_fine(self, tmp_path: Path) -> None:
        assert layout.simulation_faults(tree(tmp_path, core__http='"""As the simulator."""\n# simulated')) == []


class TestSettingsAndExample:
    class Small(BaseModel):
        wait_s: int = Field(5, description="seconds to wait")
        folder: Path = Field(Path("/root/data"), description="a folder")

    GOOD = "# seconds to wait\nWAIT_S=5\n# a folder; more words\nFOLDER=data\n"

    def faults(self, example: str) -> list[str]:
        return layout.setting_faults(self.Small.model_fields, example, Path("/root"))

    def test_equal_ones_have_no_fault(self) -> None:
        assert self.faults(self.GOOD) == []

    @pytest.mark.parametrize(
        ("old", "new", "fault"),
        [
            ("WAIT_S=5", "", "WAIT_S is not in .env.example"),
            ("WAIT_S=5", "WAIT_S=6", "WAIT_S: .env.example does not show its default"),
            (
                "# seconds to wait\n",
                "# milliseconds\n",
                "WAIT_S: the comment above it is not its description: seconds to wait",
            ),
            ("FOLDER=data\n", "FOLDER=data\nMORE=1\n", "MORE is in .env.example but no setting"),
        ],
    )
    def test_a_difference_is_found(self, old: str, new: str, fault: str) -> None:
        assert fault in self.faults(self.GOOD.replace(old, new))


class TestLocks:
    PINNED = "one==1 \\\n    --hash=sha256:00\n    # via two\n"

    def lay(self, root: Path, requirements: str, package: str = '{"integrity": "sha512-x"}') -> Path:
        for folder in ("backend", "frontend"):
            (root / folder).mkdir()
        (root / "backend" / "requirements.txt").write_text(requirements)
        (root / "frontend" / "package-lock.json").write_text(f'{{"packages": {{"": {{}}, "one": {package}}}}}')
        return root

    def test_a_lock_with_hashes_and_no_host_has_no_fault(self, tmp_path: Path) -> None:
        assert layout.lock_faults(self.lay(tmp_path, self.PINNED)) == []

    @pytest.mark.parametrize(
        "line",
        ["--index-url https://example.org", "--find-links wheels", "one @ file:///wheels/one.whl", "# via /home/me"],
    )
    def test_a_host_or_a_folder_is_found(self, tmp_path: Path, line: str) -> None:
        root = self.lay(tmp_path, f"{self.PINNED}{line}\n")

        assert layout.lock_faults(root) == ["requirements.txt names a host or a folder"]

    def test_a_package_without_a_hash_is_found(self, tmp_path: Path) -> None:
        root = self.lay(tmp_path, f"{self.PINNED}two==2\n", package="{}")

        assert layout.lock_faults(root) == [
            "requirements.txt has packages without a hash",
            "package-lock.json has no hash for one",
        ]

    def test_a_front_end_package_with_a_host_is_found(self, tmp_path: Path) -> None:
        root = self.lay(tmp_path, self.PINNED, package='{"integrity": "sha512-x", "resolved": "https://example.org"}')

        assert layout.lock_faults(root) == ["package-lock.json names a host for one"]


class TestTopLevel:
    def test_a_stray_file_is_found_and_a_dot_file_is_fine(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").touch()
        (tmp_path / ".editorconfig").touch()

        assert layout.top_level_faults(tmp_path) == ["notes.txt does not belong at the top level"]
