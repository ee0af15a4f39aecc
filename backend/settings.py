"""Every setting of the service, read once: from the environment, then the `.env` file, then these defaults.

`X_FILE` beats `X` for every setting (a secret mounted as a file). Faults are collected and named together,
never with their values. `.env.example` lists the same settings; a test keeps the two equal.
"""

import base64
import binascii
import os
import re
import ssl
from collections.abc import Mapping
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h

OAUTH_CALLBACK_PATH = "/integrations/{provider}/oauth2callback"
# RFC 7518 section 3.2: as long as the hash.
HS256_KEY_BYTES = 32
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
    if not re.fullmatch(r"https?://[^\s/]+[^\s]*", value):
        raise ValueError("must be an address such as https://app.example")
    return value


Url = Annotated[str, AfterValidator(_check_url)]


class Settings(BaseModel):
    """One frozen object, made at start and handed round. Field names are the settings' names in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_env: Annotated[Literal["local", "production"], Field(description="local | production")] = "local"
    public_url: Annotated[Url, Field(description="address people use, without a trailing slash")] = (
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
    data_dir: Annotated[Path, Field(description="folder of the embedded Redis and the local key file")] = ROOT / ".data"
    encryption_keys: Annotated[
        SecretStr, Field(description="kid:base64 of 32 bytes, comma list, first is primary; local: made on first start")
    ] = SecretStr("")

    local_peers: Annotated[
        str, Field(description="networks besides this machine that may ask in local, and read /metrics, by spaces")
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

    host_jwt_issuer: Annotated[str, Field(description="who signs the host application's tokens (iss)")] = ""
    host_jwt_audience: Annotated[str, Field(description="what they are made out to (aud)")] = ""
    host_jwt_jwks: Annotated[str, Field(description="their public keys as a JWK set; EdDSA, ES256 or RS256")] = ""
    host_jwt_jwks_url: Annotated[Url, Field(description="or where the JWK set is")] = ""
    host_jwt_secret: Annotated[SecretStr, Field(description="or the shared secret of HS256, 32 bytes or more")] = (
        SecretStr("")
    )

    hubspot_client_id: Annotated[str, Field(description="of the HubSpot app")] = ""
    hubspot_client_secret: Annotated[SecretStr, Field(description="of the HubSpot app")] = SecretStr("")
    hubspot_redirect_uri: Annotated[
        str, Field(description="as registered; empty: PUBLIC_URL + /integrations/hubspot/oauth2callback")
    ] = ""
    hubspot_scopes: Annotated[str, Field(description="required scopes, by spaces")] = HUBSPOT_REQUIRED_SCOPES
    hubspot_optional_scopes: Annotated[str, Field(description="asked for, may be declined, by spaces")] = (
        HUBSPOT_OPTIONAL_SCOPES
    )
    hubspot_api_url: Annotated[Url, Field(description="HubSpot's API")] = "https://api.hubapi.com"
    hubspot_authorize_url: Annotated[Url, Field(description="HubSpot's consent page")] = (
        "https://app.hubspot.com/oauth/authorize"
    )
    hubspot_api_version: Annotated[
        str, Field(pattern=r"^\d{4}-\d{2}(-beta)?$", description="dated version in every HubSpot path")
    ] = "2026-09"
    hubspot_search_per_second: Annotated[
        int,
        Field(ge=1, le=5, description="of the 5 searches a second an account allows all its apps, how many are ours"),
    ] = 4
    hubspot_pkce: Annotated[
        bool,
        Field(description="use PKCE with HubSpot; set false when connecting fails with the code oauth_pkce_rejected"),
    ] = True

    airtable_client_id: Annotated[str, Field(description="of the Airtable OAuth integration")] = ""
    airtable_client_secret: Annotated[SecretStr, Field(description="of the Airtable OAuth integration")] = SecretStr("")
    airtable_redirect_uri: Annotated[
        str, Field(description="as registered; empty: PUBLIC_URL + /integrations/airtable/oauth2callback")
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
        str, Field(description="as registered; empty: PUBLIC_URL + /integrations/notion/oauth2callback")
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

    @field_validator("local_peers")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for text in value.split():
            try:
                ip_network(text)
            except ValueError:
                raise ValueError("each must be a network such as 172.16.0.0/12") from None
        return value

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
        try:
            if value:
                ssl.create_default_context(cadata=value)
        except (ssl.SSLError, ValueError):
            raise ValueError("must hold certificates as PEM text") from None
        return value

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
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def load_settings(
    environment: Mapping[str, str] = os.environ, *, env_file: Path | None = ENV_FILE, required: tuple[str, ...] = ()
) -> Settings:
    """Read all settings; `required` names those that must not be empty for this way of starting.

    Raises: ConfigurationError naming every fault at once.
    """
    settings, faults = read_settings(environment, env_file=env_file, required=required)
    if faults:
        raise ConfigurationError(faults)
    return settings


def read_settings(
    environment: Mapping[str, str] = os.environ, *, env_file: Path | None = ENV_FILE, required: tuple[str, ...] = ()
) -> tuple[Settings, list[str]]:
    """As `load_settings`, for whoever has more to check: what could be read, and every fault so far."""
    values = {**_from_file(env_file), **environment}
    faults: list[str] = []
    chosen = _choose(values, faults)
    settings = _validate(chosen, faults)
    faults += [f"{name} is missing" for name in required if not chosen.get(name.lower())]
    faults += _half_configured(settings, required) + _local_faults(settings) + _production_faults(settings)
    faults += _host_jwt_faults(settings)
    faults += _key_faults(settings)
    return settings, faults


def parse_keyring(text: str) -> dict[str, bytes]:
    """`kid:base64,…` → kid to 32 key bytes, in order.

    Raises: ValueError with a sentence that names the fault and no key material.
    """
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        kid, separator, encoded = part.partition(":")
        if not separator or not kid.isalnum():
            raise ValueError("each key is written kid:base64, the kid in letters and digits")
        try:
            key = base64.b64decode(encoded, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"key {kid} is not base64") from None
        if len(key) != 32:
            raise ValueError(f"key {kid} must be 32 bytes")
        if kid in keys or key in keys.values():
            raise ValueError(f"key {kid} stands there twice")
        keys[kid] = key
    return keys


def _from_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    return {name: value for name, value in dotenv_values(env_file).items() if value is not None}


def _choose(values: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Pick our settings; an empty value counts as not set, and NAME_FILE beats NAME."""
    chosen: dict[str, str] = {}
    for field in Settings.model_fields:
        name = field.upper()
        value = values.get(name, "").strip()
        if path := values.get(f"{name}_FILE", "").strip():
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                faults.append(f"{name}_FILE cannot be read")
        if value:
            chosen[field] = value
    return chosen


def _validate(chosen: dict[str, str], faults: list[str]) -> Settings:
    """Note each field's fault and go on with its default, so that the remaining checks speak in the same run."""
    try:
        return Settings.model_validate(chosen)
    except ValidationError as exc:
        faulty = {
            str(error["loc"][0]): error["msg"] for error in exc.errors(include_input=False, include_context=False)
        }
        faults += [f"{name.upper()}: {message.removeprefix('Value error, ')}" for name, message in faulty.items()]
        return Settings.model_validate({name: value for name, value in chosen.items() if name not in faulty})


def _half_configured(settings: Settings, required: tuple[str, ...]) -> list[str]:
    """A client id without its secret, or the other way round, for each vendor."""
    faults: list[str] = []
    for field in Settings.model_fields:
        provider, of_a_provider, _ = field.partition("_client_secret")
        if not of_a_provider:
            continue
        client_id, secret = getattr(settings, f"{provider}_client_id"), getattr(settings, field).get_secret_value()
        pair = {f"{provider.upper()}_CLIENT_ID": bool(client_id), field.upper(): bool(secret)}
        if any(pair.values()) and not all(pair.values()):
            missing = [name for name, there in pair.items() if not there and name not in required]
            faults += [f"{name} is missing (the other half is set)" for name in missing]
    return faults


def _local_faults(settings: Settings) -> list[str]:
    if settings.is_local and urlsplit(settings.public_url).hostname not in LOCAL_HOSTS:
        return ["PUBLIC_URL must be on localhost or 127.0.0.1 while APP_ENV is local: local mode has no sign-in"]
    return []


def _production_faults(settings: Settings) -> list[str]:
    if settings.is_local:
        return []
    faults = []
    if not settings.public_url.startswith("https://"):
        faults.append("PUBLIC_URL must begin with https:// in production")
    if not settings.redis_url:
        faults.append("REDIS_URL is missing (production has no embedded Redis)")
    if not settings.encryption_keys.get_secret_value():
        faults.append("ENCRYPTION_KEYS is missing (production makes none)")
    return faults


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
    if not settings.is_local and settings.host_jwt_jwks_url.startswith("http://"):
        faults.append("HOST_JWT_JWKS_URL must begin with https:// in production")
    return faults


def _key_faults(settings: Settings) -> list[str]:
    try:
        keys = parse_keyring(settings.encryption_keys.get_secret_value())
    except ValueError as exc:
        return [f"ENCRYPTION_KEYS: {exc}"]
    guessable = [kid for kid, key in keys.items() if is_guessable(key)]
    if settings.is_local or not guessable:
        return []
    return [f"ENCRYPTION_KEYS: key {kid} is not random; make one with: openssl rand -base64 32" for kid in guessable]


def is_guessable(key: bytes) -> bool:
    """A sample, a repeated byte, a row or a sentence. 32 random bytes look like that once in 10^13 keys."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(set(key)) < 16 or len(steps) < 8 or all(32 <= byte < 127 for byte in key)
