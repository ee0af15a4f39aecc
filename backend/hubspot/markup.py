"""The beginning of the visible text of an HTML string. Pure, and linear in its length."""

import html
import re

_PIECES = re.compile(r"<(?:(?P<name>/?[a-z][a-z0-9]*)|[!?/])[^<>]*>|[^<]+|<", re.IGNORECASE)
# Elements whose content is not shown.
_HIDDEN = frozenset({"style", "script", "title"})


def visible_text(markup: str, *, at_least: int) -> str:
    """The text between the tags on one line: all of it, or a beginning of at least this many characters."""
    words: list[str] = []
    length, hidden = 0, ""
    for piece in _PIECES.finditer(_without_comments(markup)):
        name = (piece["name"] or "").lower()
        if hidden:
            hidden = "" if name == f"/{hidden}" else hidden
        elif name in _HIDDEN:
            hidden = name
        elif not piece[0].startswith("<") or piece[0] == "<":  # no tag
            text = " ".join(html.unescape(piece[0]).split())
            length += len(text) + 1 if text else 0
            words += [text] if text else []
            if length > at_least:
                break
    return " ".join(words)


def _without_comments(markup: str) -> str:
    parts, at = [], 0
    while (start := markup.find("<!--", at)) >= 0 and (end := markup.find("-->", start)) >= 0:
        parts.append(markup[at:start])
        at = end + len("-->")
    return "".join([*parts, markup[at:]])
