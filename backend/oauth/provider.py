"""A vendor's OAuth facts as data; each departure from RFC 6749 is one named field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthProvider:
    """Everything that the OAuth machine knows about a vendor."""

    name: str
    label: str
    authorize_url: str
    token_url: str
    introspect_url: str | None = None
    revoke_url: str | None = None
    api_url: str
    client_id: str
    client_secret: SecretStr
    redirect_uri: str
    scopes: tuple[str, ...]
    optional_scopes: tuple[str, ...] = ()
    # RFC 6749 section 2.3.1 prefers Basic; HubSpot takes the secret in the form body only.
    client_authentication: Literal["form", "basic"] = "form"
    # RFC 6749 section 4.1.3 uses a form; Notion accepts only JSON with the documented members.
    request_body: Literal["form", "json"] = "form"
    # Additional headers of token calls ("Notion-Version").
    request_headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # Additional parameters of the consent URL ("owner=user").
    authorize_parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # RFC 9207: the `iss` of its callbacks. Empty: unknown, so `iss` is not checked.
    issuer: str = ""
    # Regular expression of the hosts to which a marketplace install returns. None: no such install.
    install_hosts: str | None = None
    pkce: bool = True
    # The setting that turns PKCE off, for a vendor that does not document PKCE.
    pkce_setting: str | None = None
    # RFC 7009 accepts either token; Notion accepts the access token.
    revokes: Literal["refresh_token", "access_token"] = "refresh_token"
    # Whether using a refresh token twice ends the whole grant (RFC 9700 section 4.14.2).
    reuse_ends_grant: bool = False
    # Whether all connections of the app to one account share a grant, so that revoking it ends all of them.
    shares_grant: bool = False
    # The token answer's member that names the account ("hub_id"); introspection is the fallback.
    account_id_field: str | None = None
    # The member that names the authorization within the account ("bot_id").
    grant_id_field: str | None = None
    # The member with the account's name ("workspace_name").
    account_name_field: str | None = None
    # The response header with the vendor's correlation id.
    correlation_id_header: str = "x-request-id"
    # The vendor's error codes → the standard's: {"BAD_AUTH_CODE": "invalid_grant"}.
    error_aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_configured(self) -> bool:
        """Whether an app of this vendor is configured."""
        return bool(self.client_id and self.client_secret.get_secret_value())
