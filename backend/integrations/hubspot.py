"""HubSpot: from the click on "Connect" to the records of a portal.

authorize_hubspot         send the user to HubSpot's consent page
oauth2callback_hubspot    HubSpot sent the user back: exchange the code, read whose account it is, keep the tokens
get_hubspot_credentials   what is connected; never a token
get_items_hubspot         one page of the portal's records as items
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec
import structlog
from pydantic import SecretStr

from core import store
from core.crypto import Keyring
from core.cursor import open_cursor, seal_cursor
from core.rate_limit import Priority
from errors import ScopeMissingError, ServiceError, UpstreamError, UpstreamMalformedError
from hubspot.budget import PortalBudget
from hubspot.catalog import CATALOG, DEFAULT_OBJECT_TYPES
from hubspot.client import AccessTokens, HubSpotClient, KeptToken, Meter
from hubspot.custom_objects import custom_object_types, resolve_object_types
from hubspot.endpoints import Endpoints
from hubspot.load_events import Event, Items, Plan, Receipt
from hubspot.loader import LOAD_RETRIES, load
from hubspot.mapper import Portal
from hubspot.object_type import ObjectType
from hubspot.pages import read_page
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.together import together
from hubspot.wire import Schema
from integrations.integration import (
    Integration,
    ItemsPage,
    ItemsQuery,
    LoadEvent,
    ObjectTypeAccess,
    ObjectTypeInfo,
    PropertyInfo,
)
from integrations.integration_item import Notice
from oauth.connection import Account, Connection, Owner
from oauth.flow import FlowEnd, FlowStart
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services
from settings import Settings

log = structlog.get_logger(__name__)

NAME = "hubspot"
DEFAULT_UI_DOMAIN = "app.hubspot.com"
# Counting costs a search for each type: what was counted is good for a minute.
TOTALS_LIFETIME_S = 60
# Source: HubSpot manage-oauth-tokens. `status` came first, the standard's `error` in 2026; either may be missing.
ERROR_WORDS = MappingProxyType(
    {
        "BAD_AUTH_CODE": "invalid_grant",
        "BAD_CODE_VERIFIER": "invalid_grant",
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
        scopes=tuple(settings.hubspot_scopes.split()),
        optional_scopes=tuple(settings.hubspot_optional_scopes.split()),
        pkce=settings.hubspot_pkce,
        account_id_field="hub_id",
        correlation_id_header="x-hubspot-correlation-id",
        error_aliases=ERROR_WORDS,
    )


# --- connecting


async def authorize_hubspot(
    services: Services,
    owner: Owner,
    *,
    bound_to_browser: bool,
    return_to: str | None = None,
    more_scopes: tuple[str, ...] = (),
) -> FlowStart:
    """Begin an attempt to connect: where to send the user, and the cookie that binds the attempt to this browser."""
    return await services.flows.start(
        services.provider(NAME), owner, bound_to_browser=bound_to_browser, return_to=return_to, more_scopes=more_scopes
    )


async def oauth2callback_hubspot(
    services: Services, query: Mapping[str, str], cookies: Mapping[str, str], *, session_owner: Owner | None = None
) -> FlowEnd:
    """Complete the attempt HubSpot sent back; the end says how it went."""
    return await services.flows.finish(
        services.provider(NAME),
        services.endpoints[NAME],
        query,
        cookies,
        lambda grant: read_account(services, grant),
        session_owner=session_owner,
    )


async def get_hubspot_credentials(services: Services, owner: Owner) -> list[Connection]:
    """The owner's connections to portals, oldest first. No token leaves the vault by this way."""
    return await services.connections.list_connections(owner, NAME)


async def read_account(services: Services, grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
    """Whose token this is, and the scopes that were granted.

    The token's answer names the portal, introspection does where it is left out. What else is to be known of the
    portal is no reason to lose a grant over.

    Raises: UpstreamMalformedError when HubSpot does not say whose token it is, or says two different things.
    """
    portal_id, scopes = grant.account_id, grant.scopes
    if portal_id is None or scopes is None:
        told = await services.endpoints[NAME].introspect(grant.access_token)
        if not told.active:
            raise UpstreamMalformedError("HubSpot does not know the access it just granted. Connect again.")
        portal_id, scopes = portal_id or told.account_id, scopes if scopes is not None else told.scopes
    if portal_id is None:
        raise UpstreamMalformedError("HubSpot did not say which account was connected. Connect again.")

    async def fresh_token(_rejected: SecretStr | None) -> SecretStr:
        return grant.access_token

    try:
        details = await _client(services, portal_id, fresh_token).account_details()
    except ServiceError as exc:
        log.warning("account details could not be read", code=exc.code, portal_id=portal_id)
        return Account(account_id=portal_id), scopes or ()
    if str(details.portal_id) != portal_id:
        raise UpstreamMalformedError("HubSpot named two different accounts for one access. Connect again.")
    account = Account(
        account_id=portal_id,
        name=details.portal_name,
        account_type=details.account_type,
        region=details.data_hosting_location,
        ui_domain=details.ui_domain,
    )
    return account, scopes or ()


# --- reading


async def get_items_hubspot(services: Services, connection: Connection, query: ItemsQuery) -> ItemsPage:
    """One page of the portal's records.

    Raises: UnknownObjectTypeError, InvalidCursorError, ValidationFailedError, ScopeMissingError when nothing of it
    may be read, and what HubSpot and the vault raise.
    """
    client = open_client(services, connection)
    asked = await _resolve(services, connection, client, query)
    seal = _Seal(services.keyring, connection.connection_id, _fingerprint("page", asked))
    page = await read_page(_reader(services, connection, client), asked, seal.open(query.after), limit=query.limit)
    return ItemsPage(items=page.items, next=seal.close(page.next), warnings=page.notices)


async def load_items_hubspot(services: Services, connection: Connection, query: ItemsQuery) -> AsyncIterator[LoadEvent]:
    """The whole of it, as it comes. Raises as `get_items_hubspot`, and after a receipt what ended the load early."""
    client = open_client(services, connection, priority="bulk")
    client = replace(client, retrier=replace(client.retrier, policy=LOAD_RETRIES))
    asked = await _resolve(services, connection, client, query)
    seal = _Seal(services.keyring, connection.connection_id, _fingerprint("load", asked))
    async with aclosing(load(_reader(services, connection, client), asked, seal.open(query.after))) as events:
        async for event in events:
            yield _line(event, seal)


def _line(event: Event, seal: "_Seal") -> LoadEvent:
    match event:
        case Items():
            return LoadEvent(items=event.items)
        case Notice():
            return LoadEvent(notice=event)
        case Plan():
            return LoadEvent(plan=msgspec.to_builtins(event))
        case Receipt():
            return LoadEvent(receipt=msgspec.to_builtins(event) | {"resume": seal.close(event.resume)})


@dataclass(frozen=True, slots=True)
class _Seal:
    """Positions as cursors of one connection and query."""

    keyring: Keyring
    connection_id: str
    query: str

    def close(self, position: object) -> str | None:
        if position is None:
            return None
        return seal_cursor(self.keyring, position, connection_id=self.connection_id, query=self.query)

    def open(self, cursor: str | None) -> object:
        """Raises: InvalidCursorError."""
        if cursor is None:
            return None
        return open_cursor(self.keyring, cursor, connection_id=self.connection_id, query=self.query)


async def list_object_types(services: Services, connection: Connection) -> list[ObjectTypeAccess]:
    """Every type we know and the portal's own: what is missing to read it, how much there is, its properties."""
    client = open_client(services, connection)
    kinds = [*CATALOG, *await _custom_types(services, connection, client)]
    return await together(_access(services, connection, client, kind) for kind in kinds)


def open_client(services: Services, connection: Connection, *, priority: Priority = "interactive") -> HubSpotClient:
    """A client for the connection's portal; tokens come from the vault, and a rejected one is replaced."""

    async def access_token(rejected: SecretStr | None) -> SecretStr:
        return await services.vault.access_token(connection, rejected=rejected)

    return _client(services, connection.account.account_id, KeptToken(access_token), priority=priority)


def _client(
    services: Services, portal_id: str, access_token: AccessTokens, *, priority: Priority = "interactive"
) -> HubSpotClient:
    app = services.provider(NAME).client_id
    return HubSpotClient(
        http=services.http,
        endpoints=Endpoints(services.settings.hubspot_api_url, services.settings.hubspot_api_version),
        budget=PortalBudget(
            services.limiter,
            lambda lane: store.budget_key(app, portal_id, lane),
            priority=priority,
            search_calls_per_s=services.settings.hubspot_search_per_second,
        ),
        access_token=access_token,
        retrier=services.retriers[NAME] if priority == "interactive" else services.retriers[NAME].patient(),
        meter=Meter(),
    )


def _reader(services: Services, connection: Connection, client: HubSpotClient) -> Reader:
    account = connection.account
    return Reader(
        client=client,
        portal=Portal(account.account_id, account.ui_domain or DEFAULT_UI_DOMAIN),
        names=services.names,
        parents=services.parents,
        key=_cache_key(connection),
        granted_scopes=connection.granted_scopes,
    )


async def _resolve(services: Services, connection: Connection, client: HubSpotClient, query: ItemsQuery) -> Query:
    """The caller's wish in HubSpot's terms; a portal's schemas are read only when a type is not a standard one."""
    kinds = DEFAULT_OBJECT_TYPES
    if query.object_types:
        kinds = tuple(await resolve_object_types(query.object_types, lambda: _schemas(services, connection, client)))
    return Query(
        object_types=kinds,
        properties=query.properties,
        associations=query.associations,
        archived=query.archived,
        updated_since=query.updated_since,
        q=query.q,
    )


def _fingerprint(purpose: str, query: Query) -> str:
    """Everything a cursor's position depends on; the page size may change from page to page."""
    said = (
        purpose,
        [kind.type_id for kind in query.object_types],
        query.properties,
        query.associations,
        query.archived,
        query.updated_since,
        query.q,
    )
    return msgspec.json.encode(said).decode()


async def _custom_types(services: Services, connection: Connection, client: HubSpotClient) -> list[ObjectType]:
    try:
        return custom_object_types(await _schemas(services, connection, client))
    except ScopeMissingError:
        return []


async def _schemas(services: Services, connection: Connection, client: HubSpotClient) -> list[Schema]:
    found: list[Schema] = await services.metadata.get((*_cache_key(connection), "schemas"), client.schemas)
    return found


async def _access(
    services: Services, connection: Connection, client: HubSpotClient, kind: ObjectType
) -> ObjectTypeAccess:
    missing = kind.missing_scopes(connection.granted_scopes)
    key = _cache_key(connection)
    total, names = None, None
    if not missing:
        minute = int(time.time() / TOTALS_LIFETIME_S)
        total = await services.metadata.get((*key, "total", kind.type_id, minute), lambda: _count(client, kind))
        names = (await services.names.get(client, key, [kind])).of(kind)
    return ObjectTypeAccess(
        name=kind.name,
        label=kind.label,
        item_type=kind.item_type,
        type_id=kind.type_id,
        custom=kind.custom,
        readable=not missing,
        missing_scopes=missing,
        total=total,
        properties=[
            PropertyInfo(name=one.name, label=one.label, type=one.type)
            for one in (names.definitions.values() if names else ())
        ],
    )


async def _count(client: HubSpotClient, kind: ObjectType) -> int | None:
    """None where HubSpot does not say: a count is not worth failing over."""
    try:
        return await client.count(kind.path)
    except UpstreamError:
        return None


def _cache_key(connection: Connection) -> tuple[str, tuple[str, ...]]:
    """What was read with one grant is not handed out under another."""
    return connection.connection_id, connection.granted_scopes


HUBSPOT = Integration(
    name=NAME,
    label="HubSpot",
    object_types=tuple(
        ObjectTypeInfo(name=kind.name, label=kind.label, item_type=kind.item_type, default=kind.by_default)
        for kind in CATALOG
    ),
    build_provider=build_provider,
    read_account=read_account,
    list_object_types=list_object_types,
    load_page=get_items_hubspot,
    load=load_items_hubspot,
)
