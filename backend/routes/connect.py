"""Connecting an account: the start, the vendor's redirect back, and the result.

`authorize` → the vendor's consent page → `oauth2callback` → the page that ends the popup; meanwhile the opener
polls `flows/{flow_id}`.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from errors import (
    AmbiguousCredentialsError,
    CrossSiteBlockedError,
    NotFoundError,
    OAuthCodeRejectedError,
    OAuthDeniedError,
    OAuthPkceRejectedError,
    OAuthProviderMismatchError,
    OAuthStateInvalidError,
    OAuthStateUnboundError,
    ProviderNotConfiguredError,
    RateLimitedError,
    SessionMismatchError,
    TokenExpiredError,
    TokenInvalidError,
    UnauthenticatedError,
    ValidationFailedError,
)
from integrations.integration import Integration
from oauth.callback import Callback, cookie_name
from oauth.flow import FlowEnd, FlowStart, Start
from oauth.install import find_install
from oauth.provider import OAuthProvider
from routes.auth.principal import Caller, Principal, SignIn, SignInDependency
from routes.callback_page import build_callback_page
from routes.callback_texts import texts_for
from routes.canonical_url import canonical_url
from routes.dependencies import IntegrationDependency, ServicesDependency
from routes.middleware.cross_site import OWN_SITES, is_followed_link
from routes.negotiation import prefers_json
from routes.parameters import refuse_unclear_query
from routes.patterns import OWN_PATH, SCOPE_LIST
from routes.problems import answer_error, build_problem, correlation_id_of, problem_headers
from routes.responses import UPSTREAM_ERRORS, errors
from services.services import Services

router = APIRouter(prefix="/integrations/{provider}", tags=["connecting"])

MAX_PATH_LENGTH = 2_000
CALLBACK_PARAMETERS = ("state", "code", "error", "iss", "step", "returnUrl")

INSTALL_SIGN_IN = (
    "You are not signed in here, so the installation cannot continue. "
    "Open this service from your application, then start the installation again."
)

ScopeParameter = Annotated[
    str | None,
    Query(
        pattern=SCOPE_LIST,
        max_length=MAX_PATH_LENGTH,
        description="Scopes of the integration that this attempt should grant, separated by spaces.",
        examples=["tickets"],
    ),
]
ReturnTo = Annotated[
    str | None,
    Query(
        pattern=OWN_PATH,
        max_length=MAX_PATH_LENGTH,
        description="Connect in this tab instead of a popup, and return to this path on PUBLIC_URL's host.",
        examples=["/?type=deals"],
    ),
]


class FlowStarted(BaseModel):
    """A connect attempt that waits for the user's consent."""

    authorization_url: Annotated[str, Field(description="The vendor's consent page: open it in a browser.")]
    flow_id: Annotated[str, Field(description="Id for GET flows/{flow_id}.")]
    expires_in: Annotated[int, Field(description="Seconds until the attempt expires.")]


class FlowError(BaseModel):
    code: Annotated[str, Field(description="As in a problem document.")]
    detail: Annotated[str, Field(description="What happened and what to do next, for a person.")]
    action: Annotated[str, Field(description="As in a problem document.")]


class FlowView(BaseModel):
    """The status of a connect attempt."""

    status: Annotated[Literal["pending", "connected", "failed"], Field(description="`pending` until the attempt ends.")]
    connection_id: Annotated[str | None, Field(description="Id of the new connection, once connected.")]
    error: Annotated[FlowError | None, Field(description="Why it failed.")]


AUTHORIZE_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "With `Accept: application/json`: where to send the user.", "model": FlowStarted},
    307: {
        "description": "Otherwise: to the vendor's consent page, with a cookie that binds the attempt to the browser."
    },
}


INSTALL_RESPONSES: dict[int | str, dict[str, Any]] = {
    307: {"description": "An install that began at the vendor's marketplace: on to consent, with a flow cookie."}
}


@router.get(
    "/authorize",
    response_model=FlowStarted,
    responses={
        **AUTHORIZE_RESPONSES,
        **errors(NotFoundError, CrossSiteBlockedError, RateLimitedError, ProviderNotConfiguredError),
    },
    dependencies=[Depends(refuse_unclear_query)],
)
async def authorize(
    request: Request,
    services: ServicesDependency,
    integration: IntegrationDependency,
    caller: Caller,
    scope: ScopeParameter = None,
    return_to: ReturnTo = None,
) -> Response:
    """Start to connect an account: redirect to the vendor's consent page, or return its URL as JSON."""
    refuse_embedded_start(request)
    is_opened = request.headers.get("sec-fetch-mode") == "navigate"
    if is_opened and (elsewhere := canonical_url(request, services.settings)):
        return RedirectResponse(elsewhere)
    start = Start(
        any_browser=may_finish_anywhere(request, caller),
        return_to=return_to,
        more_scopes=check_scopes(services.providers[integration.name], scope),
    )
    flow = await integration.authorize(services, caller.owner, start)
    if prefers_json(request.headers.get("accept")):
        return with_flow_cookie(JSONResponse(_started(flow).model_dump()), flow)
    return with_flow_cookie(RedirectResponse(flow.authorization_url), flow)


@router.get(
    "/oauth2callback",
    response_class=HTMLResponse,
    responses=INSTALL_RESPONSES
    | errors(
        NotFoundError,
        UnauthenticatedError,
        TokenInvalidError,
        TokenExpiredError,
        AmbiguousCredentialsError,
        RateLimitedError,
        ProviderNotConfiguredError,
        OAuthStateInvalidError,
        OAuthStateUnboundError,
        OAuthProviderMismatchError,
        OAuthDeniedError,
        OAuthPkceRejectedError,
        OAuthCodeRejectedError,
        SessionMismatchError,
        *UPSTREAM_ERRORS,
        sign_in=False,
        pages=True,
    ),
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
            for name in CALLBACK_PARAMETERS
        ]
    },
)
async def oauth2callback(
    request: Request, services: ServicesDependency, integration: IntegrationDependency, sign_in: SignInDependency
) -> Response:
    """Complete the attempt after the vendor's redirect: store the connection and end the popup.

    Answers with a page, in English or German by `Accept-Language`.
    """
    try:
        if flow := await _begin_install(request, services, integration, sign_in):
            return with_flow_cookie(RedirectResponse(flow.authorization_url), flow)
        end = await _finish(request, services, integration, sign_in)
        if end.error:
            answer_error(end.error)
    except Exception as exc:  # noqa: BLE001 (a person sees this window, so every failure is a page)
        end = FlowEnd(error=answer_error(exc))
    page = build_callback_page(
        end,
        texts_for(request.headers.get("accept-language")),
        label=integration.label,
        home=f"{services.settings.public_path}/",
        origin=services.settings.origin,
        reference=correlation_id_of(request.scope),
    )
    if end.error:
        page.headers.update(problem_headers(build_problem(end.error, request.scope)))
    if end.flow_id:
        page.delete_cookie(cookie_name(end.flow_id), secure=True, httponly=True, samesite="lax")
    return page


@router.get(
    "/flows/{flow_id}",
    response_model=FlowView,
    responses=errors(NotFoundError),
    dependencies=[Depends(refuse_unclear_query)],
)
async def get_flow(
    services: ServicesDependency,
    integration: IntegrationDependency,
    caller: Caller,
    flow_id: Annotated[str, Path(min_length=1, max_length=64, description="`flow_id` from the start's answer.")],
) -> FlowView:
    """Get the status of a connect attempt. The opener of the popup polls it, because a closed window proves nothing."""
    status = await services.flows.status(integration.name, caller.owner, flow_id)
    error = FlowError.model_validate(status.error) if status.error else None
    return FlowView.model_validate({"status": status.status, "connection_id": status.connection_id, "error": error})


def refuse_embedded_start(request: Request) -> None:
    """Accept a start only from our page, a typed URL, or a link that opens a whole page.

    Raises: CrossSiteBlockedError.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in OWN_SITES and not is_followed_link(request.method, request.headers):
        raise CrossSiteBlockedError


def may_finish_anywhere(request: Request, caller: Principal) -> bool:
    """Only for a program in local mode, which cannot pass its cookie to the browser that finishes the attempt."""
    return caller.via == "local" and "sec-fetch-site" not in request.headers


def check_scopes(provider: OAuthProvider, scope: str | None) -> tuple[str, ...]:
    """Raises: ValidationFailedError for a scope that this service does not use, because a link must not request it."""
    wanted = tuple(scope.split()) if scope else ()
    known = {*provider.scopes, *provider.optional_scopes}
    if not known.issuperset(wanted):
        raise ValidationFailedError(
            "The parameter `scope` may name the integration's own scopes only.", known=sorted(known)
        )
    return wanted


async def _begin_install(
    request: Request, services: Services, integration: Integration, sign_in: SignIn
) -> FlowStart | None:
    """Begin an attempt for the user signed in with this browser; None if the callback does not begin an install."""
    if _is_ambiguous(request):
        return None
    install = find_install(services.providers[integration.name], request.query_params)
    if install is None:
        return None
    refuse_embedded_start(request)
    try:
        caller = await sign_in.identify(request, None, None)
    except UnauthenticatedError as exc:
        raise type(exc)(INSTALL_SIGN_IN) from None
    return await integration.authorize(services, caller.owner, Start(install=install))


async def _finish(request: Request, services: Services, integration: Integration, sign_in: SignIn) -> FlowEnd:
    if _is_ambiguous(request):
        raise OAuthStateInvalidError
    session = await sign_in.session_of(request)
    callback = Callback(
        query=request.query_params, cookies=request.cookies, session_owner=session.owner if session else None
    )
    return await integration.oauth2callback(services, callback)


def _is_ambiguous(request: Request) -> bool:
    """Whether the callback has a parameter twice, so that it could mean either."""
    return any(len(request.query_params.getlist(name)) > 1 for name in CALLBACK_PARAMETERS)


def _started(flow: FlowStart) -> FlowStarted:
    return FlowStarted(authorization_url=flow.authorization_url, flow_id=flow.flow_id, expires_in=flow.expires_in_s)


def with_flow_cookie(response: Response, flow: FlowStart) -> Response:
    response.set_cookie(
        flow.cookie_name, flow.cookie_value, max_age=flow.expires_in_s, secure=True, httponly=True, samesite="lax"
    )
    return response
