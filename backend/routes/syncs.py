"""Background sync of a connection: turn it on and off, its state, its runs."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from errors import RateLimitedError, RunNotFoundError, SyncNotEnabledError, UnknownObjectTypeError
from routes.connections import ChosenConnection
from routes.dependencies import SyncsDependency
from routes.items_request import Names
from routes.loads import count_start
from routes.negotiation import EVENT_STREAM, JSON, choose
from routes.parameters import refuse_unclear_query
from routes.responses import CONNECTION_ERRORS, errors
from routes.sync_stream import stream_views
from routes.sync_views import RunList, RunView, SyncView, view_requested, view_run, view_sync

router = APIRouter(prefix="/integrations/{provider}/sync", tags=["sync"], dependencies=[Depends(refuse_unclear_query)])


RunId = Annotated[str, Path(min_length=1, max_length=64, description="`run_id` of a waiting or running run.")]


class SyncRequest(BaseModel):
    """What to keep in sync."""

    model_config = ConfigDict(extra="forbid")

    object_types: Annotated[
        Names, Field(description="Names from GET object-types; default: the integration's default types.")
    ] = None
    properties: Annotated[
        Literal["default", "all"] | Names,
        Field(description="`default`: a useful set for each type; `all`; or internal names.", examples=["default"]),
    ] = "default"
    associations: Annotated[bool, Field(strict=True, description="Also sync associations.")] = True


class RunRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Annotated[
        Literal["load", "poll", "verify"],
        Field(description="`load`: read everything again; `poll`: read what changed; `verify`: compare everything."),
    ]


STATE_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The state (JSON), or the state whenever it changes (server-sent events, each named `state`).",
        "content": {EVENT_STREAM: {"schema": {"type": "string"}}},
    }
}
SYNC_ERRORS = errors(SyncNotEnabledError, RateLimitedError, *CONNECTION_ERRORS)


@router.put(
    "",
    status_code=202,
    response_model=SyncView,
    responses=errors(UnknownObjectTypeError, RateLimitedError, *CONNECTION_ERRORS),
)
async def enable_sync(syncs: SyncsDependency, connection: ChosenConnection, body: SyncRequest) -> SyncView:
    """Turn sync on for a connection, or change its settings. Repeating the request changes nothing."""
    await count_start(syncs.services, connection)
    sync = await syncs.enable(
        connection,
        body.object_types or (),
        properties=_properties(body.properties),
        associations=body.associations,
    )
    return await view_sync(syncs, connection, sync)


@router.get("", response_model=SyncView, responses={**STATE_RESPONSE, **SYNC_ERRORS})
async def get_sync(request: Request, syncs: SyncsDependency, connection: ChosenConnection) -> Response:
    """Get the state of the sync. With `Accept: text/event-stream` it is sent again after each change."""
    view = await view_sync(syncs, connection, await syncs.get(connection))
    if choose(request.headers.get("accept"), (JSON, EVENT_STREAM)) == EVENT_STREAM:
        return stream_views(syncs, connection, view)
    return Response(view.model_dump_json(), media_type=JSON)


@router.delete("", status_code=204, responses=errors(*CONNECTION_ERRORS))
async def disable_sync(syncs: SyncsDependency, connection: ChosenConnection) -> None:
    """Turn sync off and delete all stored records. Repeating the request is not an error."""
    await syncs.disable(connection)


@router.get("/runs", response_model=RunList, responses=SYNC_ERRORS)
async def list_sync_runs(syncs: SyncsDependency, connection: ChosenConnection) -> RunList:
    """List waiting and running runs, and the last 50 that ended, without uneventful automatic runs."""
    sync = await syncs.get(connection)
    ended = await syncs.list_runs(connection)
    ended_ids = {run.run_id for run in ended}  # one of them may have ended between the two reads
    return RunList(
        runs=[
            *(view_requested(requested, sync) for requested in reversed(sync.waiting)),
            *(view_run(run) for run in sync.progress.running.values() if run.run_id not in ended_ids),
            *(view_run(run) for run in ended),
        ]
    )


@router.post(
    "/runs",
    status_code=202,
    response_model=RunView,
    responses=errors(SyncNotEnabledError, RateLimitedError, *CONNECTION_ERRORS),
)
async def start_sync_run(syncs: SyncsDependency, connection: ChosenConnection, body: RunRequest) -> RunView:
    """Start a run now."""
    await count_start(syncs.services, connection)
    requested = await syncs.request(connection, body.kind)
    return view_requested(requested, await syncs.get(connection))


@router.delete(
    "/runs/{run_id}", status_code=204, responses=errors(SyncNotEnabledError, RunNotFoundError, *CONNECTION_ERRORS)
)
async def cancel_sync_run(syncs: SyncsDependency, connection: ChosenConnection, run_id: RunId) -> None:
    """Cancel a waiting run, or end a running one at its next checkpoint. Stored records are kept."""
    await syncs.cancel(connection, run_id)


def _properties(chosen: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
    if chosen is None or chosen == "default":
        return None
    return ("*",) if chosen == "all" else tuple(dict.fromkeys(chosen))
