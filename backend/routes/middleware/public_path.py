"""The path of PUBLIC_URL, where the service shares its host with others: `/crm` of https://app.example/crm.

A proxy in front may forward the path with or without this prefix; both work. Therefore no route may begin like the
prefix; `core/settings_faults.py` refuses such a prefix at start.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from routes.problems import PUBLIC_PATH


class PublicPath:
    """Removes the prefix from a request's path, before all middleware that checks paths, and notes it for links."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})[PUBLIC_PATH] = self._prefix
            if _is_below(scope["path"], self._prefix):
                raw = scope["raw_path"].removeprefix(self._prefix.encode())
                scope = {**scope, "path": scope["path"].removeprefix(self._prefix), "raw_path": raw}
        await self._app(scope, receive, send)


def _is_below(path: str, prefix: str) -> bool:
    return bool(prefix) and (path == prefix or path.startswith(f"{prefix}/"))
