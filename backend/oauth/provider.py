"""A vendor's OAuth facts: data, and its departures from RFC 6749 each as one named field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthProvider:
    """Everything the OAuth machine knows of a vendor."""

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
    # RFC 6749 section 4.1.3 has a form; Notion reads JSON, and in it the documented members only.
    request_body: Literal["form", "json"] = "form"
    # What each call of the token endpoints carries besides ("Notion-Version").
    request_headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # What the consent page wants besides the standard's parameters ("owner=user").
    authorize_parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # RFC 9207: the `iss` of its callbacks. Empty: not known, so an `iss` is not compared.
    issuer: str = ""
    # Regular expression of the hosts a marketplace install goes back to. None: it has no such install.
    install_hosts: str | None = None
    pkce: bool = True
    # The setting that turns PKCE off, for a vendor that does not document whether it takes PKCE.
    pkce_setting: str | None = None
    # RFC 7009 takes either; Notion takes the access token.
    revokes: Literal["refresh_token", "access_token"] = "refresh_token"
    # Whether a refresh token that is presented a second time ends the whole grant (RFC 9700 section 4.14.2).
    reuse_ends_grant: bool = False
    # Whether all connections of the app to one account hold the same grant: revoking it for one ends the others.
    shares_grant: bool = False
    # The token answer's member that names the account ("hub_id"); introspection is the fallback.
    account_id_field: str | None = None
    # The one that names the authorization within the account ("bot_id").
    grant_id_field: str | None = None
    # The one that holds the account's name ("workspace_name").
    account_name_field: str | None = None
    # The answer header that names the vendor's own reference of a call.
    correlation_id_header: str = "x-request-id"
    # The vendor's own error words, in the standard's: {"BAD_AUTH_CODE": "invalid_grant"}.
    error_aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_configured(self) -> bool:
        """Whether the operator gave us an app of this vendor."""
        return bool(self.client_id and self.client_secret.get_secret_value())
