"""Parameter rules that FastAPI lacks: no repeated scalar, no unknown name, strict booleans and times."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BeforeValidator

from errors import ValidationFailedError
from routes.problems import UNKNOWN_PARAMETER

MAX_CURSOR_LENGTH = 4_096

# Read when a route is first called with parameters: one list for each endpoint.
_known_names: dict[Callable[..., Any], list[str]] = {}


async def refuse_unclear_query(request: Request) -> None:
    """Refuse repeated and unknown names.

    Raises: ValidationFailedError.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    if not names:
        return
    endpoint = request.scope["endpoint"]
    if endpoint not in _known_names:
        _known_names[endpoint] = _query_parameters(request.scope["route"])
    known = _known_names[endpoint]
    for name in dict.fromkeys(names):
        if name not in known:
            choice = f" There are: {', '.join(known)}." if known else ""
            raise ValidationFailedError(UNKNOWN_PARAMETER + choice, known=known)
        if names.count(name) > 1:
            raise ValidationFailedError(f"The parameter `{name}` is given more than once.")


def _query_parameters(route: APIRoute) -> list[str]:
    """The names that the route and its dependencies read, from the OpenAPI document of this route alone."""
    (path,) = get_openapi(title="", version="", routes=[route])["paths"].values()
    (operation,) = path.values()
    return sorted(parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query")


def name_list(description: str, example: str) -> Any:
    """The facts of a comma list, which `parse_names` reads."""
    return Query(min_length=1, description=description, examples=[example])


def cursor(description: str) -> Any:
    """The facts of our own cursor."""
    return Query(min_length=1, max_length=MAX_CURSOR_LENGTH, description=description)


def parse_names(parameter: str, value: str | None) -> tuple[str, ...] | None:
    """A comma list → its distinct names, in order. Raises: ValidationFailedError."""
    if value is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",")))
    if not all(name and name.isprintable() for name in names):
        detail = "should be names with commas between them, such as `contacts,deals`."
        raise ValidationFailedError(
            f"The parameter `{parameter}` is wrong: {detail}", errors=[{"parameter": parameter, "detail": detail}]
        )
    return names


def _parse_flag(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value not in {"true", "false"}:
        raise ValueError("should be `true` or `false`.")
    return value == "true"


def _parse_moment(value: Any) -> Any:
    """ISO 8601 text; without a zone it is UTC."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        plus = "; in an address `+` is written `%2B`" if " " in str(value) else ""
        raise ValueError(f"should be a time in ISO 8601, such as `2026-11-24T03:00:00Z`{plus}.") from None


Flag = Annotated[bool, BeforeValidator(_parse_flag)]
Moment = Annotated[datetime, BeforeValidator(_parse_moment)]
