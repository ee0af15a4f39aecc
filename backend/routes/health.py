"""Whether the process lives, and whether it can work. To HEAD, too: some load balancers ask so."""

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
    """Sent only when every check passes; otherwise the answer is a problem that names the one that does not."""

    status: Literal["ok"] = "ok"
    redis: Literal["ok"] = "ok"


@router.get("/livez", response_model=Live, responses=errors(sign_in=False))
@router.head("/livez", include_in_schema=False)
async def livez() -> Live:
    """The process answers. Looks at nothing else, so that an outage of Redis restarts nobody."""
    return Live()


@router.get("/readyz", response_model=Ready, responses=errors(sign_in=False))
@router.head("/readyz", include_in_schema=False)
async def readyz(services: ServicesDependency) -> Ready:
    """Redis answers too; 503 `store_unavailable` while it does not."""
    await cast(Awaitable[bool], services.redis.ping())
    return Ready()
