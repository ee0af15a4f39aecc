"""HubSpot's error envelopes, and the one exception handlers raise to send them.

Source: HubSpot error handling ("all fields optional") and captured bodies.
"""

from __future__ import annotations

import os
import time
import uuid

from starlette.responses import Response


class PageRefusalError(Exception):
    """An answer that HubSpot's server writes by itself, as a page."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text

    def answer(self, headers: dict[str, str]) -> Response:
        return page_answer(self.status, self.title, self.text, headers)


class RefusalError(Exception):
    """An answer other than success, with HubSpot's envelope."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        category: str | None = None,
        context: dict[str, list[str]] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.context = context
        self.extra = extra

    def envelope(self, correlation_id: str) -> dict[str, object]:
        """Build the body in the order HubSpot writes it."""
        body: dict[str, object] = {"status": "error", "message": self.message, "correlationId": correlation_id}
        if self.context is not None:
            body["context"] = self.context
        body |= self.extra
        if self.category is not None:
            body["category"] = self.category
        return body


def new_correlation_id() -> str:
    """Make a UUIDv7, which HubSpot's correlation ids are since 2026."""
    millis = int(time.time() * 1000)
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def invalid(message: str, context: dict[str, list[str]] | None = None) -> RefusalError:
    return RefusalError(400, message, category="VALIDATION_ERROR", context=context)


def not_authenticated() -> RefusalError:
    """No token, or one that HubSpot does not know. Source: capture 2026-04-21."""
    return RefusalError(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details"
        " at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        category="INVALID_AUTHENTICATION",
    )


def token_expired(expired_at: str, minutes_ago: int) -> RefusalError:
    return RefusalError(
        401,
        f"The OAuth token used to make this call expired {minutes_ago} minute(s) ago.",
        category="EXPIRED_AUTHENTICATION",
        context={"expire time": [expired_at]},
    )


def missing_scopes(any_of: list[str]) -> RefusalError:
    """Source: HubSpot using object APIs, 403 example."""
    return RefusalError(
        403,
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here:"
        " https://developers.hubspot.com/scopes.",
        category="MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": any_of},
            }
        ],
        links={"scopes": "https://developers.hubspot.com/scopes"},
    )


def unknown_object_type(name: str) -> RefusalError:
    """Source: captures 2026-08-21: no category, and resolved before the scope check."""
    if name[:2] in ("0-", "2-"):
        return RefusalError(400, f"Invalid object or event type id: {name}")
    return RefusalError(400, f"Unable to infer object type from: {name}")


def record_not_found() -> PageRefusalError:
    """A page of 197 bytes. Source: measured answers, 2026-09-30 to 2026-10-15."""
    return PageRefusalError(404, "Not Found", "Resource not found")


def invalid_record_id(record_id: str, *, numeric: bool) -> RefusalError:
    """Source: live captures; the two spaces are HubSpot's."""
    message = (
        "Object not found. objectId is usually positive."
        if numeric
        else "Object not found.  objectId are usually numeric."
    )
    return RefusalError(404, message, category="OBJECT_NOT_FOUND", context={"id": [record_id]})


def fault_refusal(status: int) -> RefusalError | None:
    """Build HubSpot's own answer for a status; None where something before HubSpot answers, in HTML.

    Source: HubSpot error handling; captures for 500.
    """
    if status == 401:
        return not_authenticated()
    if status == 423:
        return RefusalError(423, "The resource is locked by a large sync. Wait at least 2 seconds.", category="LOCKED")
    if status == 477:
        return RefusalError(
            477, "This account is being migrated between data centres.", category="MIGRATION_IN_PROGRESS"
        )
    if status < 500:
        return invalid("There was a problem with the request.")
    return RefusalError(500, "internal error") if status == 500 else None


def page_answer(status: int, title: str, text: str, headers: dict[str, str]) -> Response:
    """The page of HubSpot's server, under its Latin-1 content type. Source: measured answers, October 2026."""
    return Response(_page(f"Error {status} {title}", status, text), status, headers, "text/html;charset=iso-8859-1")


def html_page(status: int, title: str) -> bytes:
    """The HTML that unrouted paths (404) and long URLs (414) are answered with."""
    heading = f"Error {status} {title}" if status != 414 else "414 Request-URI Too Large"
    return _page(heading, status, title)


def _page(heading: str, status: int, text: str) -> bytes:
    return (
        '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n'
        f"<title>{heading}</title>\n</head>\n<body><h2>HTTP ERROR {status}</h2>\n<p>{text}</p>\n</body>\n</html>\n"
    ).encode()
