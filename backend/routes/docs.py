"""The OpenAPI document as a web page, in local mode: no script, nothing from another host."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from string import Template
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title: REST API</title>
<style nonce="$nonce">
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  summary { cursor: pointer; padding: 0.35rem 0; }
  details { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
  pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
  table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
  th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
  .method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
</style>
</head>
<body>
<h1>$title: REST API</h1>
<p>$description</p>
<p>For programs: <a href="openapi.json">openapi.json</a></p>
$operations
</body>
</html>
""")


@router.get("/docs")
async def get_docs(request: Request) -> HTMLResponse:
    """Show each operation with its parameters and answers."""
    nonce = secrets.token_urlsafe(16)
    document = request.app.openapi()
    text = PAGE.substitute(
        nonce=nonce,
        title=escape(document["info"]["title"]),
        description=_prose(document["info"]["description"]),
        operations="\n".join(_operations(document)),
    )
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
    return HTMLResponse(text, headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"})


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    for tag, operations in groups.items():
        yield f"<h2>{escape(tag[:1].upper() + tag[1:])}</h2>"
        yield from operations


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    line = f'<span class="method">{method.upper()}</span> <code>{escape(path)}</code>'
    parts = [f"<p>{_prose(operation.get('description', ''))}</p>", _parameters(operation), _answers(operation)]
    return f"<details><summary>{line}</summary>{''.join(parts)}</details>"


def _parameters(operation: Mapping[str, Any]) -> str:
    rows = [
        (f"<code>{escape(parameter['name'])}</code>", parameter["in"], _prose(parameter.get("description", "")))
        for parameter in operation.get("parameters", [])
    ]
    return _table(("Parameter", "In", "Meaning"), rows) if rows else ""


def _answers(operation: Mapping[str, Any]) -> str:
    rows = [
        (status, _prose(answer["description"]), _types(answer)) for status, answer in operation["responses"].items()
    ]
    return _table(("Status", "Answer", "As"), rows) + _examples(operation["responses"].get("200", {}))


def _types(response: Mapping[str, Any]) -> str:
    return ", ".join(f"<code>{escape(media)}</code>" for media in response.get("content", {}))


def _examples(response: Mapping[str, Any]) -> str:
    examples = [value["example"] for value in response.get("content", {}).values() if "example" in value]
    return "".join(
        f"<pre>{escape(example if isinstance(example, str) else json.dumps(example, indent=2))}</pre>"
        for example in examples
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _prose(text: str) -> str:
    """Escaped, with `code` set as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
