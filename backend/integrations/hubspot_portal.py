"""Open a connected portal for reading: client, reader, the query in HubSpot's terms, readable object types."""

from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

import msgspec

from core import store
from core.api_client import AccessTokens, KeptToken, Meter
from core.cursor import Cursors
from core.links import vendor_host
from core.rate import Priority, Usage
from core.together import together
from errors import ScopeMissingError, UpstreamError
from hubspot.budget import PortalBudget
from hubspot.catalog import CATALOG, DEFAULT_OBJECT_TYPES
from hubspot.client import HubSpotClient
from hubspot.custom_objects import SCHEMAS_SCOPE, associated_with, custom_object_types, resolve_object_types
from hubspot.endpoints import Endpoints
from hubspot.lookup import MOST_RESULTS
from hubspot.mapper import Portal
from hubspot.metadata_cache import MOST_FAILURES, TypeNames
from hubspot.notices import custom_types_left_out
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.refusals import NAMES_FAILURES, REFUSALS
from hubspot.wire import Schema
from integrations.integration import (
    ItemsQuery,
    ObjectTypeAccess,
    ObjectTypeList,
    PipelineInfo,
    PropertyInfo,
    SearchInfo,
    StageInfo,
)
from integrations.integration_item import Notice
from oauth.connection import Connection
from services.services import Services

NAME = "hubspot"
# Host of record pages if HubSpot did not return the portal's host.
DEFAULT_UI_DOMAIN = "app.hubspot.com"
# Each region has a subdomain: `app-eu1.hubspot.com`.
WEB_DOMAINS = ("hubspot.com",)


def build_client(
    services: Services,
    portal_id: str,
    access_token: AccessTokens,
    *,
    priority: Priority = "interactive",
    turn_of: str = "",
) -> HubSpotClient:
    retrier = services.retriers[NAME]
    return HubSpotClient(
        http=services.http,
        endpoints=Endpoints(services.settings.hubspot_api_url, services.settings.hubspot_api_version),
        budget=_budget(services, portal_id, priority, turn_of),
        access_token=access_token,
        retrier=retrier if priority == "interactive" else retrier.patient(),
        meter=Meter(),
        clock=services.clocks[NAME],
    )


def _budget(services: Services, portal_id: str, priority: Priority, turn_of: str = "") -> PortalBudget:
    app = services.providers[NAME].client_id
    return PortalBudget(
        services.limiter,
        lambda bucket: store.budget_key(app, portal_id, bucket),
        priority=priority,
        turn_of=turn_of,
        search_calls_per_s=services.settings.hubspot_search_per_second,
        association_limit=services.association_limits.get((app, portal_id)),
    )


async def read_usage(services: Services, portal_id: str) -> Usage:
    """How much of the app's general limit for the portal is used. Raises: RedisError."""
    budget = _budget(services, portal_id, "interactive")
    return await services.limiter.usage(budget.key_of("core"), budget.rates["core"])


def open_reader(services: Services, connection: Connection, *, priority: Priority = "interactive") -> Reader:
    """A reader of the connection's portal; the vault supplies tokens and replaces a rejected one."""
    account, provider = connection.account, services.providers[NAME]
    tokens, turn_of = KeptToken(partial(services.vault.access_token, connection)), connection.connection_id
    client = build_client(services, account.account_id, tokens, priority=priority, turn_of=turn_of)
    return Reader(
        client=client,
        counter=replace(client, budget=_budget(services, account.account_id, "interactive")),
        portal=Portal(account.account_id, vendor_host(account.ui_domain, WEB_DOMAINS) or DEFAULT_UI_DOMAIN),
        names=services.names,
        counts=services.counts,
        parents=services.parents,
        key=(connection.connection_id, connection.granted_scopes),
        granted_scopes=connection.granted_scopes,
        askable_scopes={*provider.scopes, *provider.optional_scopes},
    )


async def resolve(services: Services, reader: Reader, query: ItemsQuery, *, keep_unknown: bool = False) -> Query:
    """The query in HubSpot's terms; the portal's schemas are read only if a type is not standard."""
    object_types = DEFAULT_OBJECT_TYPES
    if query.object_types:
        object_types = tuple(
            await resolve_object_types(
                query.object_types, lambda: _schemas(services, reader), keep_unknown=keep_unknown
            )
        )
    associations: bool | tuple[str, ...] = query.associations
    if query.associated_types:
        partners = await resolve_object_types(query.associated_types, lambda: _schemas(services, reader))
        for partner in partners:  # its records would be named by other ids than usual
            partner.check_defined()
        object_types = tuple(associated_with(object_type, partners) for object_type in object_types)
        associations = tuple(partner.type_id for partner in partners)
    return Query(
        object_types=object_types,
        properties=query.properties,
        associations=associations,
        archived=query.archived,
        updated_since=query.updated_since,
        q=query.q,
        property_history=query.property_history,
    )


async def open_portal(
    services: Services,
    connection: Connection,
    query: ItemsQuery,
    *,
    priority: Priority = "interactive",
    keep_unknown: bool = False,
) -> tuple[Reader, Query]:
    """Open the connection's portal to answer a query. Raises: as `resolve_object_types`, and as `Query`."""
    reader = open_reader(services, connection, priority=priority)
    return reader, await resolve(services, reader, query, keep_unknown=keep_unknown)


def open_cursors(services: Services, connection: Connection, purpose: str, query: Query) -> Cursors:
    """Cursors bound to the query; only the page size may change between pages."""
    bound_to = (
        purpose,
        [object_type.type_id for object_type in query.object_types],
        query.properties,
        query.associations,
        query.archived,
        query.updated_since,
        query.q,
        query.property_history,
    )
    return Cursors(services.keyring, connection.connection_id, msgspec.json.encode(bound_to).decode())


async def list_object_types(services: Services, connection: Connection, *, totals: bool) -> ObjectTypeList:
    """All standard and custom types: missing scopes, number of records, properties.

    Each total costs a search, and HubSpot allows five a second; without totals the answer is immediate.
    """
    reader = open_reader(services, connection)
    custom, warnings = await custom_types(services, reader)
    found = await together(_access(reader, object_type, totals=totals) for object_type in [*CATALOG, *custom])
    return ObjectTypeList(object_types=found, warnings=warnings)


async def custom_types(
    services: Services, reader: Reader, *, may_fail: bool = True
) -> tuple[list[ObjectType], list[Notice]]:
    """The custom types, and a notice if HubSpot does not list them.

    Raises: unless `may_fail`, the errors of HubSpot that may pass; a refusal is a notice in either case.
    """
    try:
        return custom_object_types(await _schemas(services, reader)), []
    except NAMES_FAILURES as exc:
        if not may_fail and not isinstance(exc, REFUSALS):
            raise
        is_missing = isinstance(exc, REFUSALS) and SCHEMAS_SCOPE not in (reader.granted_scopes or ())
        return [], [custom_types_left_out(reader.askable([SCHEMAS_SCOPE]) if is_missing else [])]


async def _schemas(services: Services, reader: Reader) -> list[Schema]:
    """Raises: the client's errors, after a few failures: the standard types need not wait for schemas."""
    return await services.metadata.get(reader.key, reader.client.failing_after(MOST_FAILURES).schemas)


async def _access(reader: Reader, object_type: ObjectType, *, totals: bool) -> ObjectTypeAccess:
    count = Counted(missing_scopes=reader.missing_scopes(object_type))
    if totals and not count.missing_scopes:
        count = await _total(reader, object_type)
    names = None
    if count.readable:
        names = (await reader.names.get(reader.client, reader.key, [object_type])).of(object_type)
    return ObjectTypeAccess(
        name=object_type.name,
        label=object_type.label,
        item_type=object_type.item_type,
        type_id=object_type.type_id,
        custom=object_type.custom,
        readable=count.readable,
        missing_scopes=count.missing_scopes,
        total=count.total,
        properties=[
            PropertyInfo(
                name=definition.name,
                label=definition.label,
                type=definition.type,
                group=definition.group,
                custom=definition.is_custom,
            )
            for definition in (names.definitions.values() if names else ())
        ],
        pipelines=_pipelines(names) if names else [],
        search=SearchInfo(
            name=object_type.name_property,
            created=object_type.created_property,
            modified=object_type.modified_property,
            most_results=MOST_RESULTS,
        ),
    )


def _pipelines(names: TypeNames) -> list[PipelineInfo]:
    """Pipelines and stages by label; by id where HubSpot gives none."""
    return [
        PipelineInfo(
            id=pipeline_id,
            label=names.pipelines.get(pipeline_id, pipeline_id),
            stages=[StageInfo(id=stage_id, label=names.stages.get(stage_id, stage_id)) for stage_id in stage_ids],
        )
        for pipeline_id, stage_ids in names.stages_of.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The result of counting a type: the number of records, or why they cannot be read."""

    total: int | None = None
    missing_scopes: list[str] = field(default_factory=list)
    forbidden: bool = False

    @property
    def readable(self) -> bool:
        return not self.missing_scopes and not self.forbidden


async def _total(reader: Reader, object_type: ObjectType) -> Counted:
    """The count, or the missing scopes: HubSpot refuses emails although its documentation allows them.

    No total if HubSpot does not answer: a failed count must not fail the list.
    """
    try:
        return Counted(total=(await reader.counts.get(reader.client, reader.key, object_type)).total)
    except ScopeMissingError as exc:
        to_grant = reader.scopes_to_grant(exc, object_type)
        return Counted(
            missing_scopes=to_grant or [object_type.content_scope or object_type.asked_scope or min(object_type.scopes)]
        )
    except (UpstreamError, *REFUSALS) as exc:
        return Counted(forbidden=exc.upstream is not None and exc.upstream.status == HTTPStatus.FORBIDDEN)
