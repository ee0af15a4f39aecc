"""The documents and the code say the same: codes, routes, settings, keys, links, commands."""

import re
from pathlib import Path

import pytest

from core import store
from routes.app import create_app
from routes.problem_types import all_problem_types
from settings import ROOT, Settings
from tests.key_table import read_key_table

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "README.md"])
# Names in documents that look like settings and belong to others.
NOT_OURS = {
    "COMPOSE_PROFILES",
    "SIMULATOR_PORT",
    "CHROME_PATH",
    "OTEL_SERVICE_NAME",
    "SERVICE_URL",
    "MIRROR_REDIS_MEMORY",
    "MIRROR_REDIS_MEMORY_LIMIT",
}


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def table_cells(text: str) -> list[str]:
    """What stands in backquotes at the beginning of a table's rows."""
    return re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class TestTroubleshooting:
    def test_explains_every_code_and_no_other(self) -> None:
        _, _, codes = text_of("troubleshooting.md").partition("## Codes")

        assert sorted(table_cells(codes)) == sorted(all_problem_types())


class TestApiGuide:
    def test_lists_every_operation_and_no_other(self) -> None:
        paths = create_app(Settings()).openapi()["paths"]
        operations = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

        assert set(table_cells(text_of("api.md"))) == operations


class TestOperations:
    def test_lists_every_kind_of_key_and_no_other(self) -> None:
        owner = store.owner_tag("an org", "a/user:{x}")
        budget = store.budget_key("app", "42", "core")
        built = [
            *(store.state_key("ab"), store.state_claim_key("ab"), store.flow_key("f1"), store.session_key("ab")),
            store.account_key("vendor", "42"),
            *(
                store.flows_key(owner),
                store.starts_key(owner),
                store.load_starts_key(owner),
                store.connections_key(owner, "vendor"),
            ),
            *(store.connection_key(owner, "vendor", "c1"), store.refresh_lock_key(owner, "vendor", "c1")),
            *(store.sessions_key(owner), store.sign_ins_key(owner), store.host_token_key("ab")),
            *(store.DISCONNECTS, store.DISCONNECTS_DUE, store.OPEN_REFRESHES, store.REFRESH_JANITOR, store.KEY_CHECKS),
            *(store.data_key_key("c1"), store.MIRROR_RESERVED, store.MIRROR_DROPPED),
            *(store.sequence_key("c1"), store.feed_key("c1"), store.tombstones_key("c1")),
            *(store.records_key("c1", "0-1"), store.record_ids_key("c1", "0-1")),
            *(budget, f"{budget}:state", f"{budget}:waiting", f"{budget}:served"),
            *(
                store.signals_key("hubspot/62515", part)
                for part in ("records", "links", "gone", "later", "put_off", "attempts", "connections")
            ),
            store.signals_due_key(3),
            store.JOURNAL,
            *(
                store.event_endpoint_key(owner, "e1"),
                store.event_endpoints_key(owner),
                store.event_state_key(owner, "e1"),
            ),
            store.event_deliveries_key(owner, "e1"),
            store.event_pending_key(owner, "e1", "c1", "sync.loaded"),
            *(store.sync_key(owner, "vendor", "c1"), store.sync_lease_key(owner, "vendor", "c1")),
            *(store.sync_runs_key(owner, "vendor", "c1"), store.SYNCS_DUE),
            *(f"{store.JOBS}:{name}" for name in ("stream", "queue", "workers", "leases:redelivery-sweep", "sync.c1")),
            *(f"{store.JOBS}:{name}:x" for name in ("runs", "progress", "task-workers", "worker-tasks")),
        ]

        rows = [[row.key for row in read_key_table() if row.matches(key)] for key in built]

        assert [len(row) for row in rows] == [1] * len(built), rows
        assert sorted(row for [row] in rows) == sorted(row.key for row in read_key_table())

    def test_every_function_that_builds_a_key_is_in_that_test(self) -> None:
        functions = {name for name in vars(store) if name.endswith("_key") and not name.startswith("parse_")}
        code = (ROOT / "backend/tests/unit/test_docs.py").read_text(encoding="utf-8")

        assert {name for name in functions if f"store.{name}(" not in code} == set()


class TestSecurity:
    def test_says_of_every_kind_of_key_how_it_is_protected(self) -> None:
        section = text_of("security.md").partition("## What write access to Redis allows")[2].partition("\n## ")[0]
        cells = [row.split("|")[1] for row in section.splitlines() if row.startswith("| `")]
        named = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
        prefix = "budget:{<app>/<account>}:<bucket>"

        assert {name.replace("…", prefix) for name in named} == {row.key for row in read_key_table()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
class TestEveryPage:
    def test_names_only_settings_that_exist(self, page: Path) -> None:
        known = {name.upper() for name in Settings.model_fields}
        prefixes = "APP|PUBLIC|REDIS|MIRROR|TOMBSTONE|DATA|ENCRYPTION|LOCAL|TRUSTED|HOST|HUBSPOT|AIRTABLE|NOTION|OTEL"
        pattern = rf"\b(?:{prefixes})_[A-Z_]*[A-Z]\b(?!_?\*)"
        named = set(re.findall(pattern, page.read_text(encoding="utf-8")))

        assert {name.removesuffix("_FILE") for name in named} <= known | NOT_OURS | {"OTEL_EXPORTER_OTLP_HEADERS"}

    def test_links_lead_somewhere(self, page: Path) -> None:
        broken = []
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            path, _, anchor = target.partition("#")
            file = page.parent / path if path else page
            if "://" not in target and not (file.exists() and (not anchor or anchor in anchors(file))):
                broken.append(target)

        assert broken == []

    def test_names_only_make_targets_that_exist(self, page: Path) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        targets = set(re.findall(r"^([a-z][a-z-]+):", makefile, flags=re.MULTILINE))
        named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))

        assert named <= targets
