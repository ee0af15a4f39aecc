"""A host application in 40 lines: its user opens our page signed in, and its own code reads the same records.

Run it beside the service (docs/embedding.md has both commands):
HOST_JWT_SECRET=... uvicorn --app-dir docs/examples host:app --port 8100
"""

import os
import secrets
import time

import httpx
import jwt
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

SERVICE = os.environ.get("SERVICE_URL", "http://localhost:8000")
SECRET = os.environ["HOST_JWT_SECRET"]
ISSUER, AUDIENCE = "https://host.example", "integrations"

app = FastAPI()


def token_for(user_id: str, org_id: str) -> str:
    """Our word for who this is; the service believes it for five minutes (ten are the most it takes)."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "org_id": org_id, "jti": secrets.token_urlsafe()}
    return jwt.encode(claims | {"exp": int(time.time()) + 300}, SECRET, "HS256")


@app.get("/", response_class=HTMLResponse)
def home() -> str:
    """A real application takes the user from its own session; here it is always Ann of Acme."""
    return '<a href="/integrations" target="_blank">Your integrations</a> · <a href="/contacts">Your contacts</a>'


@app.get("/integrations")
def open_page() -> RedirectResponse:
    """The page of the service. What follows # never reaches a server's log."""
    return RedirectResponse(f"{SERVICE}/#token={token_for('ann', 'acme')}", headers={"Cache-Control": "no-store"})


@app.get("/contacts")
def contacts() -> dict[str, str | list[str]]:
    """The records, by REST: from our server, with a token made for this one call."""
    answer = httpx.get(
        f"{SERVICE}/integrations/hubspot/items",
        params={"object_types": "contacts", "limit": 5},
        headers={"Authorization": f"Bearer {token_for('ann', 'acme')}"},
    )
    if answer.is_error:  # such as while nothing is connected: `detail` is for the user, `code` for programs
        return {"problem": answer.json()["detail"]}
    return {"contacts": [item["name"] for item in answer.json()["items"]]}
