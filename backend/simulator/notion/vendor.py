"""Notion as a whole: its app, workspaces, codes, tokens and limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simulator.environment import Environment
from simulator.notion.workspaces import Workspace, build_pages, build_workspaces
from simulator.sibling.client import Client
from simulator.sibling.codes import Codes
from simulator.sibling.grants import Grants, Terms
from simulator.sibling.window import Minutes

CLIENT = Client(
    provider="notion",
    client_id="demo-notion-client-id",
    client_secret="demo-notion-client-secret-0123456789",
)


class Notion:
    def __init__(self, environment: Environment, state_file: Path | None) -> None:
        self.environment = environment
        self.grants = Grants("ntn_", state_file)
        self._forget()

    @property
    def terms(self) -> Terms:
        """Notion names no lifetime; its refresh tokens are replaced with each use. Source: Notion, refresh a token."""
        settings = self.environment.settings
        return Terms(
            access_s=settings.notion_access_token_lifetime_s,
            refresh_s=None,
            mode=settings.notion_refresh_mode,
            reuse_kills=False,
        )

    def names(self) -> dict[str, str]:
        """What can be chosen on the consent page."""
        return {workspace.workspace_id: workspace.name for workspace in self.workspaces.values()}

    def seed(self, account_id: str, counts: dict[str, int]) -> None:
        """Replace a workspace's content by so many pages. Raises: TypeError for another name."""
        made = list(build_pages("seeded", **counts))
        self.workspaces[account_id] = replace(self.workspaces[account_id], objects=made)

    def reset(self) -> None:
        self._forget()
        self.grants.clear()

    def _forget(self) -> None:
        self.workspaces: dict[str, Workspace] = build_workspaces()
        self.codes = Codes()
        self.minutes = Minutes()
