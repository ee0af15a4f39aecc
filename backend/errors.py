"""Every way a request can fail: one tree, each class with its HTTP status, stable code and the caller's next step.

    ServiceError
    ├── RequestError            the caller can correct it: sign-in, host, parameters, cursor, object type, account, sync
    ├── NotConnectedError, ReconnectRequiredError, ScopeMissingError      the user must connect (again)
    ├── OAuthFlowError          a connect attempt ended: state, binding, provider, denial, code, another session
    ├── RateLimitedError, OverloadedError, ShuttingDownError              our limits
    ├── UpstreamError           the vendor: rate limit, quota, outage, timeout, malformed, too large
    ├── StoreUnavailableError, StoreFullError                             Redis
    └── InternalError           an operator must act: set-up, keys, integrity

`routes/problems.py` renders them as RFC 9457 problem+json; nothing else decides statuses or codes.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Action = Literal["retry", "reconnect", "wait", "fix_request", "restart", "ask_admin", "contact_support"]


@dataclass(frozen=True, slots=True)
class Upstream:
    """The public part of a vendor's failed answer: its status and correlation id, never its text."""

    status: int | None = None
    correlation_id: str | None = None


class ServiceError(Exception):
    """The root. `detail` is one or two sentences for a person; `extra` are further members of the problem document."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"
    retryable: ClassVar[bool] = False
    action: Action = "contact_support"
    default_detail: ClassVar[str] = (
        "Something unexpected happened on our side. Try again, and tell support the reference if it happens again."
    )

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after_s: float | None = None,
        upstream: Upstream | None = None,
        action: Action | None = None,
        **extra: Any,
    ) -> None:
        self.detail = detail or self.default_detail
        self.retry_after_s = retry_after_s
        self.upstream = upstream
        self.extra = extra
        if action is not None:
            self.action = action
        super().__init__(self.detail)


# --- the caller can correct it -------------------------------------------------------------------------------------


class RequestError(ServiceError):
    """The request is invalid and must be changed."""

    status = 400
    title = "The request is not valid"
    action: Action = "fix_request"


class UnauthenticatedError(RequestError):
    code, status, title = "unauthenticated", 401, "Sign-in is needed"
    default_detail = "This request has no sign-in. Send the host application's token and try again."


class TokenInvalidError(UnauthenticatedError):
    code, title = "token_invalid", "The sign-in is not valid"
    default_detail = (
        "This service does not accept the sign-in sent with this request. Get a new one from the host application."
    )


class TokenExpiredError(UnauthenticatedError):
    code, title = "token_expired", "The sign-in has expired"
    default_detail = "The sign-in sent with this request has expired. Get a new one from the host application."


class WebhookSignatureInvalidError(UnauthenticatedError):
    code, title = "webhook_signature_invalid", "The signature is not valid"
    default_detail = "The signature of this notification is missing, too old or wrong. Nothing was accepted."


class AmbiguousCredentialsError(RequestError):
    code, title = "ambiguous_credentials", "More than one sign-in"
    default_detail = "This request has more than one sign-in. Send exactly one of them."


class ForbiddenError(RequestError):
    code, status, title = "forbidden", 403, "Not allowed"
    default_detail = "You are not allowed to do this."


class IdentityMismatchError(ForbiddenError):
    code, title = "identity_mismatch", "The identity does not match the sign-in"
    default_detail = "The `user_id` or `org_id` of this request does not match your sign-in. Leave both out."


class CsrfRejectedError(ForbiddenError):
    code, title = "csrf_rejected", "The request did not come from our own page"
    default_detail = (
        "A browser sent this write without the header X-Requested-With. Send it from the application's own page."
    )


class CrossSiteBlockedError(ForbiddenError):
    code, title = "cross_site_blocked", "Started from another site"
    default_detail = (
        "Another web site tried to use this address in your browser. Open the page itself and start from there."
    )


class LocalOnlyError(ForbiddenError):
    code, title = "local_only", "Only served to this machine"
    default_detail = (
        "Local mode answers requests from this machine only. Open it on the machine it runs on, without a proxy."
    )


class HostNotAllowedError(RequestError):
    code, status, title = "host_not_allowed", 421, "Wrong host name"
    default_detail = "Local mode accepts only the host names localhost and 127.0.0.1. Use one of them in the address."


class NotFoundError(RequestError):
    code, status, title = "not_found", 404, "Not found"
    default_detail = "Nothing was found. Check the address; what you look for may have been deleted."


class EventEndpointNotFoundError(NotFoundError):
    code, title = "event_endpoint_not_found", "No such event endpoint"
    default_detail = "There is no event endpoint of this id. List yours with GET /event-endpoints."


class MethodNotAllowedError(RequestError):
    code, status, title = "method_not_allowed", 405, "Wrong method"
    default_detail = "This address does not support this HTTP method."


class NotAcceptableError(RequestError):
    code, status, title = "not_acceptable", 406, "Format not available"
    default_detail = "This address answers application/json."


class UnsupportedMediaTypeError(RequestError):
    code, status, title = "unsupported_media_type", 415, "Unsupported body"
    default_detail = "This address does not accept the Content-Type of the body."


class ValidationFailedError(RequestError):
    code, status, title = "validation_failed", 422, "A parameter is wrong"
    default_detail = "A parameter of the request is wrong."


class UnknownObjectTypeError(ValidationFailedError):
    code, title = "unknown_object_type", "Unknown object type"
    default_detail = "There is no such object type."


class InvalidCursorError(ValidationFailedError):
    code, title = "invalid_cursor", "The cursor is not valid"
    default_detail = (
        "This cursor was changed, or belongs to another query or connection. "
        "Start again without `after`, and repeat the other parameters unchanged on each page."
    )


class PayloadTooLargeError(RequestError):
    code, status, title = "payload_too_large", 413, "Too large"
    default_detail = "The request is larger than this address accepts."


class UriTooLongError(PayloadTooLargeError):
    default_detail = "The query is longer than 8,192 characters. Name fewer properties, or use `properties=*`."


class RequestTimeoutError(RequestError):
    code, status, title, retryable = "request_timeout", 408, "The request took too long", True
    action: Action = "retry"
    default_detail = "The request did not arrive in time. Send it again."


class PortalAmbiguousError(RequestError):
    code, status, title = "portal_ambiguous", 409, "Several accounts are connected"
    default_detail = "Several accounts are connected. Name one with `connection_id`."


class CursorExpiredError(RequestError):
    code, status, title = "cursor_expired", 410, "The cursor is too old"
    action: Action = "restart"
    default_detail = (
        "Changes after this cursor are no longer complete. Start again without `after`: "
        "delete what you stored of this connection, or compare it with the records that follow."
    )


class SyncNotEnabledError(RequestError):
    code, status, title = "sync_not_enabled", 409, "Sync is off"
    default_detail = (
        "Sync is off for this connection, so there are no changes to read. "
        "Turn it on with PUT /integrations/{provider}/sync."
    )


class MirrorFullError(RequestError):
    """`needed_bytes` and `free_bytes` in `extra`."""

    code, status, title = "mirror_full", 409, "The records do not fit"
    action: Action = "ask_admin"
    default_detail = (
        "The storage for synced records is full. Reads go to the connected service directly. "
        "Ask the operator for more memory, or sync fewer object types."
    )


class RunNotFoundError(NotFoundError):
    code, title = "run_not_found", "No such run"
    default_detail = (
        "There is no run of this id that waits or runs. List runs with GET /integrations/{provider}/sync/runs."
    )


class SessionConflictError(RequestError):
    """`current` and `requested` in `extra` name both users."""

    code, status, title = "session_conflict", 409, "Another user is signed in"
    default_detail = (
        "Another user is signed in in this browser. Nothing was changed. "
        "To end that session and sign in as the new user, repeat the request with `replace=true`."
    )


# --- the user must connect --------------------------------------------------------------------------------------


class NotConnectedError(ServiceError):
    code, status, title = "not_connected", 404, "Not connected"
    action: Action = "reconnect"
    default_detail = "No account is connected yet. Connect one first."


class ReconnectRequiredError(ServiceError):
    code, status, title = "reconnect_required", 409, "The connection has ended"
    action: Action = "reconnect"
    default_detail = "The account no longer accepts our access. Connect it again."


class ScopeMissingError(ServiceError):
    """`missing_scopes` in `extra` lists what must be granted."""

    code, status, title = "scope_missing", 403, "Access to this was not granted"
    action: Action = "reconnect"
    default_detail = "The connection was not granted access to this. Connect again and grant it."

    def __init__(self, detail: str | None = None, *, missing_scopes: list[str], **more: Any) -> None:
        super().__init__(detail, missing_scopes=missing_scopes, **more)
        self.missing_scopes = missing_scopes


# --- a connect attempt ended ------------------------------------------------------------------------------------


class OAuthFlowError(ServiceError):
    """A connect attempt that cannot be completed; the user can start a new one."""

    status = 400
    title = "Connecting did not work"
    action: Action = "reconnect"


class OAuthStateInvalidError(OAuthFlowError):
    code, title = "oauth_state_invalid", "This connect link is no longer valid"
    default_detail = "This connect link was already used, has expired, or is not valid. Go back and connect again."


class OAuthStateUnboundError(OAuthFlowError):
    code, title = "oauth_state_unbound", "Started in another browser"
    default_detail = (
        "This connection attempt was started in another browser or by a program, so nothing was connected. "
        "Open the application in this browser and connect there."
    )


class OAuthProviderMismatchError(OAuthFlowError):
    code, title = "oauth_provider_mismatch", "Started for another integration"
    default_detail = "This connect link was started for another integration. Go back and connect again."


class OAuthDeniedError(OAuthFlowError):
    code, title = "oauth_denied", "Access was not granted"
    default_detail = "Access was declined on the consent page, so nothing was connected. Connect again to change that."


class OAuthCodeRejectedError(OAuthFlowError):
    code, title = "oauth_code_rejected", "The confirmation was not accepted"
    default_detail = "The confirmation code was missing or no longer accepted. Go back and connect again."


class OAuthPkceRejectedError(OAuthFlowError):
    code, title = "oauth_pkce_rejected", "PKCE was not accepted"
    action: Action = "contact_support"
    default_detail = (
        "The vendor does not accept this service's PKCE proof, so nothing was connected. Tell support the reference."
    )


class SessionMismatchError(OAuthFlowError):
    code, status, title = "session_mismatch", 403, "Started by another user"
    default_detail = (
        "This connection attempt was started by another user than the one signed in here, so nothing was connected. "
        "If you did not start it, close this window; otherwise connect again from the application."
    )


# --- our limits -----------------------------------------------------------------------------------------------


class RateLimitedError(ServiceError):
    code, status, title, retryable = "rate_limited", 429, "Too many requests", True
    action: Action = "retry"
    default_detail = "Too many requests at once. Wait a moment and try again."


class OverloadedError(ServiceError):
    code, status, title, retryable = "overloaded", 503, "Busy", True
    action: Action = "retry"
    default_detail = "The service is busy. Try again in a moment."


class ShuttingDownError(OverloadedError):
    code, title = "shutting_down", "Restarting"
    default_detail = "The service is restarting. Try again in a moment."


# --- the vendor -------------------------------------------------------------------------------------------------


class UpstreamError(ServiceError):
    """The vendor's answer is unusable, and a retry will not help."""

    code, status, title = "upstream_error", 502, "The connected service refused the request"
    default_detail = "The connected service refused the request for an unexpected reason. Tell support the reference."


class UpstreamRateLimitedError(UpstreamError):
    code, status, title, retryable = "upstream_rate_limited", 429, "The account's request limit is reached", True
    action: Action = "retry"
    default_detail = "The account's request limit is reached for the moment. Try again shortly."


class UpstreamQuotaExhaustedError(UpstreamError):
    code, status, title, retryable = "upstream_quota_exhausted", 429, "The account's daily limit is reached", True
    action: Action = "wait"
    default_detail = "The account's daily limit is reached. It is renewed at midnight in the account's time zone."


class UpstreamUnavailableError(UpstreamError):
    code, status, title, retryable = "upstream_unavailable", 503, "The connected service is not answering", True
    action: Action = "retry"
    default_detail = "The connected service is not answering at the moment. Try again shortly."


class UpstreamUnreachableError(UpstreamUnavailableError):
    """There is no connection to the vendor: nothing was sent."""


class UpstreamMigratingError(UpstreamError):
    code, status, title, retryable = "upstream_migrating", 503, "The account is being moved", True
    action: Action = "wait"
    default_detail = (
        "The account is being moved to another data center and cannot be read during the move. Try again later."
    )


class TokenRefreshBackoffError(UpstreamError):
    code, status, title, retryable = "token_refresh_backoff", 503, "Access will be renewed shortly", True
    action: Action = "wait"
    default_detail = "Access to the account could not be renewed. The next attempt follows shortly; try again then."


class UpstreamTimeoutError(UpstreamError):
    code, status, title, retryable = "upstream_timeout", 504, "The connected service took too long", True
    action: Action = "retry"
    default_detail = "The connected service took too long to answer. Try again."


class UpstreamMalformedError(UpstreamError):
    code, title, retryable = "upstream_malformed", "The connected service returned an invalid response", True
    action: Action = "retry"
    default_detail = "The connected service returned an invalid response. Try again."


class RepeatedPageError(UpstreamMalformedError):
    """The vendor's cursors are circular: paging would never end."""

    default_detail = "The connected service repeats a page instead of continuing. Try again later."


class UpstreamResponseTooLargeError(UpstreamError):
    code, title = "upstream_response_too_large", "The connected service returned too much data"
    default_detail = "The connected service returned too much data. Request fewer records or properties."


# --- Redis ------------------------------------------------------------------------------------------------------


class StoreUnavailableError(ServiceError):
    code, status, title, retryable = "store_unavailable", 503, "Our storage is not answering", True
    action: Action = "retry"
    default_detail = "Our storage is not answering at the moment. Nothing was lost; try again in a few seconds."


class MirrorLostError(StoreUnavailableError):
    """The mirror's Redis has lost its data: begin a new epoch and load again."""

    default_detail = "The stored records were lost and are loaded again. Try again in a few minutes."


class StoreFullError(ServiceError):
    code, status, title, retryable = "store_full", 503, "Our storage is full", True
    action: Action = "retry"
    default_detail = "Our storage accepts no writes at the moment. Nothing was lost; try again shortly."


# --- us ---------------------------------------------------------------------------------------------------------


class InternalError(ServiceError):
    """Unexpected, or an operator must act."""


class ProviderNotConfiguredError(InternalError):
    code, status, title = "provider_not_configured", 503, "This integration is not set up"
    default_detail = "This integration is not set up here. The operator must add its client id and secret."


class ProviderMisconfiguredError(InternalError):
    code, status, title = "provider_misconfigured", 500, "This integration is not set up correctly"
    default_detail = (
        "The vendor does not accept this service's client id, secret or redirect URI. The operator must correct them."
    )


class CredentialIntegrityError(InternalError):
    code, status, title = "credential_integrity", 500, "Stored access cannot be trusted"
    default_detail = (
        "The stored access of this connection does not belong to it. It was left untouched; tell support the reference."
    )


class AccountMismatchError(CredentialIntegrityError):
    """A vendor's answer names another account than expected."""

    title = "The vendor named another account"
    default_detail = (
        "The vendor's answer belongs to another account than this connection. "
        "It was discarded and nothing was changed; tell support the reference."
    )


class KeyUnknownError(InternalError):
    code, status, title = "key_unknown", 503, "An encryption key is missing"
    default_detail = (
        "The stored access was encrypted with a key this service no longer has. The operator must restore it."
    )
