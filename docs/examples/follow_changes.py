"""Keeps a copy of a connection's records in SQLite: the whole consumer of the change feed in 40 lines.

SERVICE_URL=http://localhost:8000 python docs/examples/follow_changes.py copy.sqlite
"""

import json
import os
import sqlite3
import sys

import httpx

CHANGES = os.environ.get("SERVICE_URL", "http://localhost:8000") + "/integrations/hubspot/changes"
HEADERS = {"Authorization": f"Bearer {os.environ['TOKEN']}"} if "TOKEN" in os.environ else {}


def open_copy(path: str) -> sqlite3.Connection:
    copy = sqlite3.connect(path)
    copy.execute("CREATE TABLE IF NOT EXISTS items (id TEXT PRIMARY KEY, item TEXT)")
    copy.execute("CREATE TABLE IF NOT EXISTS cursor (after TEXT)")
    return copy


def follow(copy: sqlite3.Connection, http: httpx.Client, *, wait: int = 30) -> bool:
    """Store one page and its cursor together; True when nothing follows at this moment."""
    after = copy.execute("SELECT after FROM cursor").fetchone()
    query = {"limit": "1000", "wait": str(wait), **({"after": after[0]} if after else {})}
    answer = http.get(CHANGES, params=query, headers=HEADERS, timeout=wait + 30)
    with copy:
        if answer.status_code == 410:  # the feed begins again, and so does the copy
            copy.executescript("DELETE FROM items; DELETE FROM cursor")
            return False
        page = answer.raise_for_status().json()
        for change in page["changes"]:
            if change["op"] == "deleted":
                copy.execute("DELETE FROM items WHERE id = ?", [change["id"]])
            else:
                copy.execute("REPLACE INTO items VALUES (?, ?)", [change["id"], json.dumps(change["item"])])
        copy.execute("DELETE FROM cursor")
        copy.execute("INSERT INTO cursor VALUES (?)", [page["next"]])
    return page["up_to_date"]


if __name__ == "__main__":
    with httpx.Client() as client:
        while True:
            follow(open_copy(sys.argv[1]), client)
