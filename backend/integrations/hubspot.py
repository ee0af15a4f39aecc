"""HubSpot: from the click on "Connect" to the records of a portal.

authorize_hubspot         send the user to HubSpot's consent page
oauth2callback_hubspot    HubSpot redirects the user back: exchange the code, read the account, store the tokens
get_hubspot_credentials   list the connections, without tokens
get_items_hubspot         read one page of the portal's records as items
load_items_hubspot        read all records, as a stream
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import MappingProxyType

import structlog
from pydantic import SecretStr

from core.links import vendor_host
from core.log import failure_words
from errors import AccountMismatchError, ServiceError, UpstreamMalformedError
from hubspot.catalog import CATALOG
from hubspot.loader import load
from hubspot.pages import read_page
from integrations.connecting import authorize, get_credentials, oauth2callback
from integrations.hubspot_lookup import find_items_hubspot, search_items_hubspot
from integrations.hubspot_portal import (
    NAME,
    WEB_DOMAINS,
    build_client,
    list_object_types,
    open_cursors,
    open_portal,
)
from integrations.integration import Integration, ItemsPage, ItemsQuery, ObjectTypeInfo
from integrations.load_events import LoadEvent
from oauth.callback import Callback
from oauth.connection import Account, Connection, Owner
from oauth.flow import FlowEnd, FlowStart, Start
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services
from settings import Settings

log = structlog.get_logger(__name__)

# Source: HubSpot manage-oauth-tokens. First only `status`, since 2026 also the standard `error`; either may be missing.
ERROR_WORDS = MappingProxyType(
    {
        "BAD_AUTH_CODE": "invalid_grant",
        "BAD_CODE_VERIFIER": "invalid_code_verifier",
        "BAD_REFRESH_TOKEN": "invalid_grant",
        "BAD_HUB": "invalid_grant",
        "BAD_CLIENT_ID": "invalid_client",
        "BAD_CLIENT_SECRET": "invalid_client",
        "BAD_REDIRECT_URI": "invalid_client",
    }
)


def build_provider(settings: Settings) -> OAuthProvider:
    """HubSpot's OAuth facts, for the chosen version. Source: HubSpot working-with-oauth, manage-oauth-tokens."""
    token_url = f"{settings.hubspot_api_url}/oauth/{settings.hubspot_api_version}/token"
    return OAuthProvider(
        name=NAME,
        label="HubSpot",
        authorize_url=settings.hubspot_authorize_url,
        token_url=token_url,
        introspect_url=f"{token_url}/introspect",
        revoke_url=f"{token_url}/revoke",
        api_url=settings.hubspot_api_url,
        client_id=settings.hubspot_client_id,
        client_secret=settings.hubspot_client_secret,
        redirect_uri=settings.hubspot_redirect_uri,
        issuer=settings.hubspot_issuer,
        install_hosts=r"app(-[a-z0-9]+)?\.hubspot\.com",  # one a data region: app-eu1
        scopes=tuple(settings.hubspot_scopes.split()),
        optional_scopes=tuple(settings.hubspot_optional_scopes.split()),
        pkce=settings.hubspot_pkce,
        pkce_setting="HUBSPOT_PKCE",
        shares_grant=True,  # one installation of the app a portal; equal consents get the same refresh token
        account_id_field="hub_id",
        correlation_id_header="x-hubspot-correlation-id",
        error_aliases=ERROR_WORDS,
    )


# --- connecting


async def authorize_hubspot(services: Services, owner: Owner, start: Start) -> FlowStart:
    """Begin an attempt: return the consent page's URL and the cookie that binds the attempt to this browser."""
    return await authorize(NAME, services, owner, start)


async def oauth2callback_hubspot(services: Services, callback: Callback) -> FlowEnd:
    """Complete the attempt after HubSpot's redirect; return how it ended."""
    return await oauth2callback(NAME, read_account, services, callback)


async def get_hubspot_credentials(services: Services, owner: Owner) -> list[Connection]:
    """The owner's connections to portals, oldest first, without tokens."""
    return await get_credentials(NAME, services, owner)


async def read_account(services: Services, grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
    """The token's portal and the granted scopes.

    The token answer names the portal; otherwise introspection does. If the other details cannot be read, the attempt
    still succeeds.

    Raises:
        UpstreamMalformedError: HubSpot does not name the token's portal.
        AccountMismatchError: two answers name different portals.
    """
    portal_id, scopes = grant.account_id, grant.scopes
    if portal_id is None or scopes is None:
        introspection = await services.endpoints[NAME].introspect(grant.access_token)
        if not introspection.active:
            raise UpstreamMalformedError("HubSpot does not know the access it just granted. Connect again.")
        portal_id = _same_portal(portal_id, introspection.account_id)
        scopes = scopes if scopes is not None else introspection.scopes
    if portal_id is None:
        raise UpstreamMalformedError("HubSpot did not say which account was connected. Connect again.")

    async def fresh_token(_rejected: SecretStr | None) -> SecretStr:
        return grant.access_token

    try:
        details = await build_client(services, portal_id, fresh_token).account_details()
    except ServiceError as exc:
        log.warning("account details could not be read", portal_id=portal_id, **failure_words(exc))
        return Account(account_id=portal_id), scopes or ()
    _same_portal(portal_id, str(details.portal_id))
    account = Account(
        account_id=portal_id,
        name=details.portal_name,
        account_type=details.account_type,
        region=details.data_hosting_location,
        ui_domain=vendor_host(details.ui_domain, WEB_DOMAINS),
    )
    return account, scopes or ()


def _same_portal(known: str | None, named: str | None) -> str | None:
    """The portal that both answers name; one may omit it. Raises: AccountMismatchError."""
    if known is not None and named is not None and known != named:
        raise AccountMismatchError
    return known or named


# --- reading


async def get_items_hubspot(services: Services, connection: Connection, query: ItemsQuery) -> ItemsPage:
    """One page of the portal's records, in the caller's order if one is given.

    Raises: UnknownObjectTypeError, InvalidCursorError, ValidationFailedError, ScopeMissingError if none of the types
    may be read, and the errors of HubSpot and the vault.
    """
    if query.is_search:
        return await search_items_hubspot(services, connection, query)
    reader, asked = await open_portal(services, connection, query)
    cursors = open_cursors(services, connection, "page", asked)
    page = await read_page(reader, asked, cursors.open_page(query.after), limit=query.limit)
    return ItemsPage(items=page.items, next=cursors.next_page(query.after, page.next), warnings=page.notices)


async def load_items_hubspot(
    services: Services, connection: Connection, query: ItemsQuery
) -> AsyncGenerator[LoadEvent, None]:
    """All records, as they arrive. Raises: as `get_items_hubspot`; after a receipt, the error that ended the load."""
    reader, asked = await open_portal(services, connection, query, priority="bulk")
    cursors = open_cursors(services, connection, "load", asked)
    position = cursors.open(query.after)
    async with aclosing(load(reader, asked, position, seal=cursors.seal_place, stop=services.shutdown)) as events:
        async for event in events:
            yield event


HUBSPOT = Integration(
    name=NAME,
    label="HubSpot",
    object_types=tuple(
        ObjectTypeInfo(
            name=object_type.name,
            label=object_type.label,
            item_type=object_type.item_type,
            default=object_type.by_default,
        )
        for object_type in CATALOG
    ),
    default_properties={object_type.name: frozenset(object_type.default_properties) for object_type in CATALOG},
    build_provider=build_provider,
    authorize=authorize_hubspot,
    oauth2callback=oauth2callback_hubspot,
    get_credentials=get_hubspot_credentials,
    list_object_types=list_object_types,
    get_items=get_items_hubspot,
    load=load_items_hubspot,
    find_items=find_items_hubspot,
)
