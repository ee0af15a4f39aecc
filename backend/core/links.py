"""Links to a vendor's pages: a URL from a vendor becomes a link only if it leads to that vendor."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.ASCII)
# Browsers drop some of these from an address, or read them as something else.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"'`]")


def vendor_host(host: str | None, domains: Collection[str]) -> str | None:
    """The host in lower case if it is one of the domains or a subdomain; else None."""
    name = (host or "").lower()
    within = any(name == domain or name.endswith(f".{domain}") for domain in domains)
    return name if within and _HOST.fullmatch(name) else None


def vendor_url(url: str | None, domains: Collection[str]) -> str | None:
    """The unchanged URL if it is https on one of the domains, without user or port; else None."""
    if not url or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_safe = parts.scheme == "https" and vendor_host(parts.netloc, domains) is not None
    return url if is_safe else None
