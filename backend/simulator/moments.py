"""Points in time in ISO 8601, UTC: as HubSpot writes them, and always with milliseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=8192)
def iso_day(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def iso(epoch_ms: int) -> str:
    """HubSpot's form of every time: the fraction is missing when it is zero.

    Sources: HubSpot properties guide; recorded answers (`createdAt` of pipelines, definitions and records).
    """
    text = iso_millis(epoch_ms)
    return text if epoch_ms % 1000 else f"{text[:19]}Z"


def iso_millis(epoch_ms: int) -> str:
    """The form of the control API and of Notion: always three decimals."""
    day, rest = divmod(epoch_ms, DAY_MS)
    seconds, millis = divmod(rest, 1000)
    return f"{iso_day(day)}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{millis:03}Z"


def parse_moment(text: str) -> int | None:
    """Read epoch milliseconds, an ISO date or an ISO datetime; None for anything else."""
    if text.lstrip("-").isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
