"""Airtable as a whole: its app, people, codes, tokens and limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simulator.airtable.accounts import Account, build_accounts, build_bases
from simulator.environment import Environment
from simulator.sibling.client import Client
from simulator.sibling.codes import Codes
from simulator.sibling.grants import Grants, Terms
from simulator.sibling.window import Windows

CLIENT = Client(
    provider="airtable",
    client_id="demo-airtable-client-id",
    client_secret="demo-airtable-client-secret-0123456789",
    scopes=frozenset({"data.records:read", "schema.bases:read", "user.email:read"}),
)


class Airtable:
    def __init__(self, environment: Environment, state_file: Path | None) -> None:
        self.environment = environment
        self.grants = Grants("oa", state_file)
        self._forget()

    @property
    def terms(self) -> Terms:
        """Source: Airtable OAuth reference, token expiry & refresh tokens; support article on revoked integrations."""
        settings = self.environment.settings
        return Terms(
            access_s=settings.airtable_access_token_lifetime_s,
            refresh_s=settings.airtable_refresh_token_lifetime_s,
            mode="rotating",
            reuse_kills=True,
        )

    def names(self) -> dict[str, str]:
        """What can be chosen on the consent page."""
        return {account.user_id: account.email for account in self.accounts.values()}

    def seed(self, account_id: str, counts: dict[str, int]) -> None:
        """Replace an account's bases by so many with so many tables each. Raises: TypeError for another name."""
        self.accounts[account_id] = replace(self.accounts[account_id], bases=build_bases("seeded", **counts))

    def reset(self) -> None:
        self._forget()
        self.grants.clear()

    def _forget(self) -> None:
        self.accounts: dict[str, Account] = build_accounts()
        self.codes = Codes()
        self.windows = Windows()
