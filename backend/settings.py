"""Every setting of the service, with its meaning and default. `core/configuration.py` reads them and finds faults.

`.env.example` lists the same settings; a test keeps the two equal.
"""

import re
import ssl
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h

OAUTH_CALLBACK_PATH = "/integrations/{provider}/oauth2callback"
DEFAULT_PORTS = {"http": 80, "https": 443}
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

HUBSPOT_REQUIRED_SCOPES = "oauth crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read"
# Source: HubSpot scopes page and the `security` of each GET list. `tickets` is the name the specification uses.
HUBSPOT_OPTIONAL_SCOPES = (
    "crm.objects.owners.read tickets crm.objects.products.read crm.objects.line_items.read crm.objects.quotes.read "
    "crm.objects.leads.read sales-email-read crm.objects.custom.read crm.schemas.custom.read"
)
# Source: Airtable web API, scopes. The last one names the account by its e-mail address.
AIRTABLE_SCOPES = "schema.bases:read user.email:read"


class ConfigurationError(Exception):
    """The settings cannot be used. `faults` names each one with what to do, and never holds a value."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def _check_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+[^\s]*", value) or not _has_host(value):
        raise ValueError("must be an address such as https://app.example")
    return value


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:  # a bracket that does not close
        return False


Url = Annotated[str, AfterValidator(_check_url)]


class Settings(BaseModel):
    """One frozen object, made at start and handed round. Field names are the settings' names in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_env: Annotated[Literal["local", "production"], Field(description="local | production")] = "local"
    public_url: Annotated[Url, Field(description="URL that people open, without a trailing slash; may have a path")] = (
        "http://localhost:8000"
    )
    redis_url: Annotated[
        str,
        Field(
            repr=False,  # may hold a password
            description="redis://, redis+sentinel://, redis+cluster:// (rediss: TLS) or unix://; "
            "empty: embedded, in local only",
        ),
    ] = ""
    redis_plaintext_hosts: Annotated[
        str,
        Field(
            description="hosts of REDIS_URL and MIRROR_REDIS_URL that need no TLS in production, by spaces: "
            "only on a private network"
        ),
    ] = ""
    mirror_redis_url: Annotated[
        str,
        Field(
            repr=False,  # may hold a password
            description="Redis for synced records, as REDIS_URL; empty: REDIS_URL. In production give them their own",
        ),
    ] = ""
    mirror_max_bytes: Annotated[
        int,
        Field(ge=1_000, description="memory for all synced records in bytes; a load reserves 1,000 bytes for a record"),
    ] = 2_000_000_000
    tombstone_days: Annotated[int, Field(ge=1, le=3_650, description="days that the change feed keeps deletions")] = 30
    worker: Annotated[
        Literal["embedded", "separate"],
        Field(
            description="embedded: the service also runs background jobs; separate: only `python main.py worker` does"
        ),
    ] = "embedded"
    data_dir: Annotated[Path, Field(description="folder of the embedded Redis and the local key file")] = ROOT / ".data"
    encryption_keys: Annotated[
        SecretStr, Field(description="kid:base64 of 32 bytes, comma list, first is primary; local: made on first start")
    ] = SecretStr("")

    local_peers: Annotated[
        str, Field(description="networks besides this machine that may use local mode and read /metrics, by spaces")
    ] = ""
    trusted_proxies: Annotated[
        str,
        Field(description="networks of trusted proxies, whose X-Forwarded-For audit lines use, by spaces; empty: none"),
    ] = ""
    https_proxy: Annotated[
        str,
        Field(
            repr=False,  # may hold a password
            description="proxy for https:// calls to the vendors, such as http://proxy.example:3128; empty: none",
        ),
    ] = ""
    no_proxy: Annotated[
        str, Field(description="host names that are called without the proxy, by commas; each covers its subdomains")
    ] = ""
    vendor_ca: Annotated[
        str,
        Field(description="PEM certificates to trust besides the usual authorities; VENDOR_CA_FILE names a file"),
    ] = ""
    otel_exporter_otlp_endpoint: Annotated[
        str, Field(pattern=r"^https?://", description="where traces go, an OpenTelemetry collector; empty: none")
    ] = ""

    host_jwt_issuer: Annotated[str, Field(description="issuer of the host application's tokens (iss)")] = ""
    host_jwt_audience: Annotated[str, Field(description="their audience (aud)")] = ""
    host_jwt_jwks: Annotated[str, Field(description="their public keys as a JWK set; EdDSA, ES256 or RS256")] = ""
    host_jwt_jwks_url: Annotated[Url, Field(description="or the URL of the JWK set")] = ""
    host_jwt_secret: Annotated[SecretStr, Field(description="or the shared secret for HS256, 32 bytes or more")] = (
        SecretStr("")
    )

    host_origins: Annotated[
        str,
        Field(description="origins of the host application, by spaces: links from there sign in without confirmation"),
    ] = ""
    frame_origins: Annotated[
        str, Field(description="origins whose pages may show our page in a frame, by spaces; empty: none")
    ] = ""

    hubspot_client_id: Annotated[str, Field(description="of the HubSpot app")] = ""
    hubspot_client_secret: Annotated[SecretStr, Field(description="of the HubSpot app")] = SecretStr("")
    hubspot_client_secret_previous: Annotated[
        SecretStr,
        Field(description="the previous secret, while it changes: its webhooks are still accepted; empty: none"),
    ] = SecretStr("")
    hubspot_journal: Annotated[bool, Field(description="read HubSpot's webhooks journal; the app needs its scopes")] = (
        False
    )
    hubspot_redirect_uri: Annotated[
        Url, Field(description="as registered; empty: PUBLIC_URL + /integrations/hubspot/oauth2callback")
    ] = ""
    hubspot_issuer: Annotated[
        str, Field(description="`iss` of HubSpot's callbacks (RFC 9207), once it sends one; empty: not compared")
    ] = ""
    hubspot_scopes: Annotated[str, Field(description="required scopes, by spaces")] = HUBSPOT_REQUIRED_SCOPES
    hubspot_optional_scopes: Annotated[
        str, Field(description="optional scopes, which the user may decline, by spaces")
    ] = HUBSPOT_OPTIONAL_SCOPES
    hubspot_api_url: Annotated[Url, Field(description="HubSpot's API")] = "https://api.hubapi.com"
    hubspot_authorize_url: Annotated[Url, Field(description="HubSpot's consent page")] = (
        "https://app.hubspot.com/oauth/authorize"
    )
    hubspot_api_version: Annotated[
        str, Field(pattern=r"^\d{4}-\d{2}(-beta)?$", description="dated version in every HubSpot path")
    ] = "2026-09"
    hubspot_search_per_second: Annotated[
        int,
        Field(ge=1, le=5, description="our share of the 5 searches per second that an account allows for all apps"),
    ] = 4
    hubspot_pkce: Annotated[
        bool,
        Field(description="use PKCE with HubSpot; set false when connecting fails with the code oauth_pkce_rejected"),
    ] = True

    airtable_client_id: Annotated[str, Field(description="of the Airtable OAuth integration")] = ""
    airtable_client_secret: Annotated[SecretStr, Field(description="of the Airtable OAuth integration")] = SecretStr("")
    airtable_redirect_uri: Annotated[
        Url, Field(description="as registered; empty: PUBLIC_URL + /integrations/airtable/oauth2callback")
    ] = ""
    airtable_issuer: Annotated[
        str, Field(description="`iss` of Airtable's callbacks (RFC 9207), once it sends one; empty: not compared")
    ] = ""
    airtable_scopes: Annotated[str, Field(description="scopes of Airtable, by spaces")] = AIRTABLE_SCOPES
    airtable_api_url: Annotated[Url, Field(description="Airtable's API")] = "https://api.airtable.com"
    airtable_authorize_url: Annotated[Url, Field(description="Airtable's consent page")] = (
        "https://airtable.com/oauth2/v1/authorize"
    )
    airtable_token_url: Annotated[
        Url, Field(description="Airtable's token endpoint, which is not on its API's host")
    ] = "https://airtable.com/oauth2/v1/token"  # noqa: S105 (an address)

    notion_client_id: Annotated[str, Field(description="of the Notion public integration")] = ""
    notion_client_secret: Annotated[SecretStr, Field(description="of the Notion public integration")] = SecretStr("")
    notion_redirect_uri: Annotated[
        Url, Field(description="as registered; empty: PUBLIC_URL + /integrations/notion/oauth2callback")
    ] = ""
    notion_issuer: Annotated[
        str, Field(description="`iss` of Notion's callbacks (RFC 9207), once it sends one; empty: not compared")
    ] = ""
    notion_api_url: Annotated[Url, Field(description="Notion's API")] = "https://api.notion.com"
    notion_authorize_url: Annotated[Url, Field(description="Notion's consent page")] = (
        "https://api.notion.com/v1/oauth/authorize"
    )
    notion_version: Annotated[
        str,
        Field(
            pattern=r"^\d{4}-\d{2}-\d{2}$",
            description="Notion-Version of every call; before 2025-09-03 without databases of several data sources",
        ),
    ] = "2026-03-11"

    @field_validator("data_dir")
    @classmethod
    def _below_the_root(cls, value: Path) -> Path:
        return ROOT / value  # an absolute path stays as it is

    @field_validator("local_peers", "trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for text in value.split():
            try:
                ip_network(text)
            except ValueError:
                raise ValueError("each must be a network such as 172.16.0.0/12") from None
        return value

    @field_validator("host_origins", "frame_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        try:
            return " ".join(map(_parse_origin, value.split()))
        except ValueError:
            raise ValueError("each must be an origin such as https://app.example") from None

    @field_validator("https_proxy")
    @classmethod
    def _is_proxy(cls, value: str) -> str:
        url = value if "://" in value or not value else f"http://{value}"  # as curl reads it
        if url and not re.fullmatch(r"https?://[^\s/]+/?", url):
            raise ValueError("must be an address such as http://proxy.example:3128")
        return url

    @field_validator("vendor_ca")
    @classmethod
    def _holds_certificates(cls, value: str) -> str:
        text = value.encode("ascii", "ignore").decode()  # only comments, which name authorities, can hold other letters
        try:
            if value:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
        except (ssl.SSLError, ValueError):
            raise ValueError("must hold certificates as PEM text") from None
        return text

    @field_validator("public_url", "hubspot_api_url", "airtable_api_url", "notion_api_url")
    @classmethod
    def _without_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fill_in_redirect_uris(self) -> Self:
        for field in type(self).model_fields:
            provider, of_a_provider, _ = field.partition("_redirect_uri")
            if of_a_provider and not getattr(self, field):
                object.__setattr__(self, field, self.public_url + OAUTH_CALLBACK_PATH.format(provider=provider))
        return self

    @property
    def is_local(self) -> bool:
        return self.app_env == "local"

    @property
    def port(self) -> int:
        """The port in PUBLIC_URL: what the service binds when it starts itself."""
        parts = urlsplit(self.public_url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def origin(self) -> str:
        """Scheme, host and port of PUBLIC_URL, as a browser writes an origin."""
        return origin_of(urlsplit(self.public_url))

    @property
    def public_path(self) -> str:
        """The path of PUBLIC_URL, such as `/crm`; empty at the root of its host."""
        return urlsplit(self.public_url).path


def origin_of(parts: SplitResult) -> str:
    """Scheme, host and port as a browser writes an origin: in lower case, the default port left out.

    Raises: ValueError for a port that is none.
    """
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    is_default = parts.port in (None, DEFAULT_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{parts.port}"


def _parse_origin(text: str) -> str:
    """As a browser writes it. Raises: ValueError for anything but scheme, host and port."""
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError
    if parts.path.rstrip("/") or parts.query or parts.fragment:
        raise ValueError
    return origin_of(parts)
