"""Content negotiation (RFC 9110 sections 12.5.1, 12.5.3 and 12.5.4)."""

from collections.abc import Sequence

from errors import NotAcceptableError

HTML = "text/html"
JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv"
EVENT_STREAM = "text/event-stream"


def choose(accept: str | None, offers: Sequence[str]) -> str:
    """The offer with the highest quality; the first of equals, and the first if nothing is requested.

    Raises: NotAcceptableError if the client accepts none of them.
    """
    ranges = _parse(accept or "*/*")
    qualities = {offer: _quality(offer, ranges) for offer in offers}
    best = max(offers, key=lambda offer: qualities[offer])
    if not qualities[best]:
        raise NotAcceptableError(f"This address answers {', '.join(offers)}.")
    return best


def prefers_json(accept: str | None) -> bool:
    """Whether JSON is named and preferred over HTML, as programs do."""
    ranges = _parse(accept or "")
    return ranges.get(JSON, 0.0) > ranges.get(HTML, 0.0)


def names_html(accept: str | None) -> bool:
    """Whether HTML is named, as browsers do; `*/*` does not count."""
    return _parse(accept or "").get(HTML, 0.0) > 0


def takes_coding(accept_encoding: str | None, coding: str) -> bool:
    """Whether a content coding is named and not refused."""
    return _parse(accept_encoding or "").get(coding, 0.0) > 0


def choose_language(accept_language: str | None, offers: Sequence[str]) -> str:
    """The offered language with the highest quality, whatever its region; the client's order decides between equals.

    The first offer if the client names none of them.
    """
    ranges = _parse(accept_language or "")
    named = [(quality, tag.partition("-")[0]) for tag, quality in ranges.items() if quality > 0]
    offered = [(quality, language) for quality, language in named if language in offers]
    return max(offered, key=lambda pair: pair[0])[1] if offered else offers[0]


def _parse(accept: str) -> dict[str, float]:
    """Media range → quality. Invalid parts are left out."""
    ranges = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            ranges[name] = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            continue
    return ranges


def _quality(offer: str, ranges: dict[str, float]) -> float:
    """The quality of the most specific matching range."""
    group = offer.partition("/")[0]
    return next((ranges[name] for name in (offer, f"{group}/*", "*/*") if name in ranges), 0.0)
