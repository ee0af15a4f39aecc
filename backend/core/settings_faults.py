"""Find unusable settings: each fault names the setting and what to do, and never shows a value."""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx

from core.encryption_keys import parse_keyring
from core.guessable import is_guessable_key, is_guessable_secret, is_placeholder
from core.redis_url import find_plaintext_faults, find_url_faults
from settings import LOCAL_HOSTS, Settings, origin_of

# RFC 7518 section 3.2: as long as the hash.
HS256_KEY_BYTES = 32
# Source: RFC 1918, RFC 4193, RFC 6598, and the addresses of one machine or one wire.
PRIVATE_NETWORKS = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
MIRROR = "MIRROR_REDIS_URL"
# With what the paths of our own routes begin; a test keeps it equal.
ROUTE_NAMES = frozenset(
    {
        *("assets", "docs", "event-endpoints", "integrations", "livez", "metrics", "openapi.json", "problems"),
        *("readyz", "session", "webhooks"),
    }
)
# Each segment is the same encoded and decoded.
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9]+(-[A-Za-z0-9]+)*)*")
HOW_TO_MAKE_ONE = "make one with: openssl rand -base64 48"


def find_faults(settings: Settings, required: tuple[str, ...] = ()) -> list[str]:
    """Every fault of these settings; names in `required` are reported as missing by the caller."""
    return [
        *_half_configured(settings, required),
        *_public_url_faults(settings.public_url),
        *_address_faults(settings),
        *(_local_faults(settings) if settings.is_local else _production_faults(settings)),
        *(find_url_faults(settings.redis_url) if settings.redis_url else []),
        *(find_url_faults(settings.mirror_redis_url, MIRROR) if settings.mirror_redis_url else []),
        *_host_jwt_faults(settings),
        *_key_faults(settings),
    ]


def find_warnings(settings: Settings) -> list[str]:
    """Settings that are allowed but dangerous, for the log at start."""
    return [*_local_peer_warnings(settings), *_proxy_warnings(settings.trusted_proxies)]


def _local_peer_warnings(settings: Settings) -> list[str]:
    if all(map(_is_private, settings.local_peers.split())):
        return []
    consequence = "read /metrics" if not settings.is_local else "read every connected account: there is no sign-in"
    return [f"LOCAL_PEERS holds public addresses: from there anybody can {consequence}; name private networks only"]


def _proxy_warnings(proxies: str) -> list[str]:
    if all(ip_network(text).prefixlen for text in proxies.split()):
        return []
    return ["TRUSTED_PROXIES holds every address: a client can choose what audit lines show; name your proxies only"]


def _is_private(text: str) -> bool:
    network = ip_network(text)
    return any(network.version == known.version and network.subnet_of(known) for known in PRIVATE_NETWORKS)  # type: ignore[arg-type]


def _half_configured(settings: Settings, required: tuple[str, ...]) -> list[str]:
    """A client id without its secret, or the other way round, for each vendor."""
    faults: list[str] = []
    for field in Settings.model_fields:
        provider = field.removesuffix("_client_secret")
        if provider == field:
            continue
        client_id, secret = getattr(settings, f"{provider}_client_id"), getattr(settings, field).get_secret_value()
        pair = {f"{provider.upper()}_CLIENT_ID": bool(client_id), field.upper(): bool(secret)}
        if any(pair.values()) and not all(pair.values()):
            missing = [name for name, there in pair.items() if not there and name not in required]
            faults += [f"{name} is missing (the other half is set)" for name in missing]
    return faults


def _public_url_faults(url: str) -> Iterator[str]:
    """Links, the redirect URI, cookies and the origin check are all derived from it."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        yield "PUBLIC_URL must not hold a user or password"
    if "?" in url or "#" in url:
        yield "PUBLIC_URL must not have a query or fragment"
    if not _PLAIN_PATH.fullmatch(parts.path):
        yield "PUBLIC_URL may have a path of letters, digits and hyphens only, such as /crm"
    elif parts.path.removeprefix("/").partition("/")[0] in ROUTE_NAMES:
        yield "PUBLIC_URL must not have a path that begins like a route of the service: choose another, such as /crm"
    try:
        origin_of(parts)
    except ValueError:
        yield "PUBLIC_URL has an invalid port"


def _address_faults(settings: Settings) -> Iterator[str]:
    """Addresses that the HTTP client cannot call."""
    for field in Settings.model_fields:
        if field.endswith(("_api_url", "_authorize_url", "_token_url", "_jwks_url")) and (
            url := getattr(settings, field)
        ):
            if not _is_callable(url) or "@" in urlsplit(url).netloc:
                yield f"{field.upper()} must have a valid host and port, and no user or password"
            elif not field.endswith("_jwks_url") and ("?" in url or "#" in url):
                yield f"{field.upper()} must not have a query or fragment"
    if settings.https_proxy and not _is_callable(settings.https_proxy):
        yield "HTTPS_PROXY must have a valid host and port"


def _is_callable(url: str) -> bool:
    try:
        return bool(origin_of(urlsplit(url)) and httpx.URL(url).host)
    except (ValueError, httpx.InvalidURL):
        return False


def _local_faults(settings: Settings) -> Iterator[str]:
    if urlsplit(settings.public_url).hostname not in LOCAL_HOSTS:
        yield "PUBLIC_URL must be on localhost or 127.0.0.1 while APP_ENV is local: local mode has no sign-in"


def _production_faults(settings: Settings) -> Iterator[str]:
    if not settings.public_url.startswith("https://"):
        yield "PUBLIC_URL must begin with https:// in production"
    if not settings.redis_url:
        yield "REDIS_URL is missing (production has no embedded Redis)"
    if not settings.encryption_keys.get_secret_value():
        yield "ENCRYPTION_KEYS is missing (production makes none)"
    plaintext_hosts = settings.redis_plaintext_hosts.split()
    yield from find_plaintext_faults(settings.redis_url, plaintext_hosts)
    yield from find_plaintext_faults(settings.mirror_redis_url, plaintext_hosts, MIRROR)
    yield from _vendor_faults(settings)


def _vendor_faults(settings: Settings) -> Iterator[str]:
    """Vendor URLs over which codes and tokens could be intercepted, and placeholder secrets."""
    for field in Settings.model_fields:
        name, value = field.upper(), getattr(settings, field)
        if field.endswith("_redirect_uri") and not _is_same_origin(value, settings.public_url):
            yield f"{name} must be on the host of PUBLIC_URL: the code must come back to this service"
        elif field.endswith(("_api_url", "_authorize_url", "_token_url")) and _is_plaintext(value):
            yield f"{name} must begin with https:// in production"
        elif (
            field.endswith(("_client_secret", "_client_secret_previous"))
            and (secret := value.get_secret_value())
            and is_placeholder(secret)
        ):
            yield f"{name} is a placeholder; put in the secret that the vendor shows for the app"


def _is_same_origin(url: str, other: str) -> bool:
    try:
        return origin_of(urlsplit(url)) == origin_of(urlsplit(other))
    except ValueError:
        return False


def _is_plaintext(url: str) -> bool:
    """Whether traffic would cross a network unencrypted; local hosts (a proxy, a test's simulator) are exempt."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS


def _host_jwt_faults(settings: Settings) -> list[str]:
    """Issuer, audience and exactly one source of keys; all of it in production, all or nothing in local."""
    secret = settings.host_jwt_secret.get_secret_value()
    sources = {
        "HOST_JWT_JWKS": settings.host_jwt_jwks,
        "HOST_JWT_JWKS_URL": settings.host_jwt_jwks_url,
        "HOST_JWT_SECRET": secret,
    }
    names = {"HOST_JWT_ISSUER": settings.host_jwt_issuer, "HOST_JWT_AUDIENCE": settings.host_jwt_audience}
    if settings.is_local and not any((*sources.values(), *names.values())):
        return []
    faults = [f"{name} is missing" for name, value in names.items() if not value]
    given = [name for name, value in sources.items() if value]
    if not given:
        faults.append("HOST_JWT_JWKS, HOST_JWT_JWKS_URL or HOST_JWT_SECRET is missing")
    if len(given) > 1:
        faults.append(f"{' and '.join(given)} are set: set exactly one of them")
    if secret and len(secret.encode()) < HS256_KEY_BYTES:
        faults.append(f"HOST_JWT_SECRET must be {HS256_KEY_BYTES} bytes or more")
    elif secret and not settings.is_local and is_guessable_secret(secret):
        faults.append(f"HOST_JWT_SECRET can be guessed; {HOW_TO_MAKE_ONE}")
    if not settings.is_local and settings.host_jwt_jwks_url.startswith("http://"):
        faults.append("HOST_JWT_JWKS_URL must begin with https:// in production")
    if not settings.is_local:
        named = {"HOST_ORIGINS": settings.host_origins, "FRAME_ORIGINS": settings.frame_origins}
        faults += [
            f"{name} must begin with https:// in production" for name, text in named.items() if "http://" in text
        ]
    return faults


def _key_faults(settings: Settings) -> list[str]:
    try:
        keys = parse_keyring(settings.encryption_keys.get_secret_value())
    except ValueError as exc:
        return [f"ENCRYPTION_KEYS: {exc}"]
    guessable = [kid for kid, key in keys.items() if is_guessable_key(key)]
    if settings.is_local or not guessable:
        return []
    return [f"ENCRYPTION_KEYS: key {kid} is not random; make one with: openssl rand -base64 32" for kid in guessable]
