"""Liveness and readiness of the process. HEAD is answered as well, because some load balancers use it."""

from collections.abc import Awaitable
from typing import Literal, cast

from fastapi import APIRouter
from pydantic import BaseModel

from routes.dependencies import ServicesDependency
from routes.responses import errors

router = APIRouter(tags=["health"])


class Live(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Sent only if every check passes; otherwise the answer is a problem that names the failed check."""

    status: Literal["ok"] = "ok"
    redis: Literal["ok"] = "ok"


@router.get("/livez", response_model=Live, responses=errors(sign_in=False))
@router.head("/livez", include_in_schema=False)
async def livez() -> Live:
    """Check that the process answers. It checks nothing else, so that an outage of Redis causes no restarts."""
    return Live()


@router.get("/readyz", response_model=Ready, responses=errors(sign_in=False))
@router.head("/readyz", include_in_schema=False)
async def readyz(services: ServicesDependency) -> Ready:
    """Check that Redis answers; 503 `store_unavailable` if it does not."""
    await cast(Awaitable[bool], services.redis.ping())
    return Ready()
