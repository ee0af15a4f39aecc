"""The target of a problem's `type`: an explanation of the code."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from errors import Action, NotFoundError, ServiceError
from routes.problems import TYPE_PATH
from routes.responses import errors

router = APIRouter(tags=["problems"])


class ProblemType(BaseModel):
    """A code with its constant members."""

    code: str
    status: int
    title: str
    retryable: Annotated[bool, Field(description="The same request may succeed later.")]
    action: Annotated[Action, Field(description="Who can act, and how; a single answer may differ.")]
    detail: Annotated[str, Field(description="The default detail.")]


def all_problem_types() -> dict[str, ProblemType]:
    """All problem types by code. A class without a code shares its parent's code with a different detail."""
    types: dict[str, ProblemType] = {}
    for error in _classes(ServiceError):
        types.setdefault(error.code, _describe(error))
    return types


@router.get(TYPE_PATH, response_model=ProblemType, responses=errors(NotFoundError, sign_in=False))
async def get_problem_type(
    code: Annotated[str, Path(max_length=64, description="`code` of a problem.", examples=["invalid_cursor"])],
) -> ProblemType:
    """Explain what a code means and what to do about it."""
    try:
        return all_problem_types()[code]
    except KeyError:
        raise NotFoundError("There is no problem of this code.") from None


def _classes(root: type[ServiceError]) -> Iterator[type[ServiceError]]:
    if "code" in vars(root):
        yield root
    for child in root.__subclasses__():
        yield from _classes(child)


def _describe(error: type[ServiceError]) -> ProblemType:
    return ProblemType(
        code=error.code,
        status=error.status,
        title=error.title,
        retryable=error.retryable,
        action=error.action,
        detail=error.default_detail,
    )
