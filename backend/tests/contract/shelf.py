"""Shelf, an invented vendor: the books that a user shared with the app."""

from typing import Any
from urllib.parse import quote

from msgspec import Struct
from pydantic import SecretStr

from core.rate import Rate
from integrations.integration import ItemsQuery, ObjectTypeInfo
from integrations.integration_item import IntegrationItem
from integrations.paged import Page, Vendor
from integrations.values import matches, with_delta
from integrations.vendor_api import Bucket, VendorApi, open_api_of_grant
from oauth.connection import Account, Connection
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services
from settings import Settings

NAME = "shelf"
API_URL = "https://api.shelf.example"
# Source: the vendor's documentation.
ACCOUNT = Bucket("account", Rate(calls=10, window_ms=1_000, slack_ms=100, burst=0.5))


class _Member(Struct):
    id: str
    name: str


class _Book(Struct):
    id: str
    title: str
    changed_at: str


class _Books(Struct):
    books: list[_Book]
    next: str | None = None


def build_provider(_settings: Settings) -> OAuthProvider:
    """Shelf's OAuth facts; what is not named here is as the standard has it."""
    return OAuthProvider(
        name=NAME,
        label="Shelf",
        authorize_url="https://shelf.example/authorize",
        token_url=f"{API_URL}/token",
        api_url=API_URL,
        client_id="shelf-client",
        client_secret=SecretStr("shelf-secret"),
        redirect_uri="http://localhost:8000/integrations/shelf/oauth2callback",
        scopes=("books:read",),
    )


async def read_account(services: Services, grant: TokenGrant) -> tuple[Account, tuple[str, ...]]:
    """Whose token it is, and what was granted."""
    member = await open_api_of_grant(services, services.providers[NAME], grant).get("/me", _Member)
    return Account(account_id=member.id, name=member.name), grant.scopes or ()


async def read_page(api: VendorApi, connection: Connection, query: ItemsQuery, position: Any) -> Page:
    """One page of books; a position is the vendor's cursor."""
    if query.archived:  # Shelf keeps nothing that was deleted
        return Page(items=[])
    cursor = f"&cursor={quote(position)}" if position else ""
    page = await api.get(f"/books?limit={min(query.limit, 100)}{cursor}", _Books, buckets=(ACCOUNT,))
    books = [book for book in page.books if matches(book.title, query.q)]
    return Page(items=[_item(connection, book) for book in books], after=page.next)


def _item(connection: Connection, book: _Book) -> IntegrationItem:
    item = IntegrationItem(
        id=f"{book.id}_Book",
        type="Book",
        name=book.title.strip() or "Untitled",
        last_modified_time=book.changed_at,
        url=f"https://shelf.example/books/{book.id}",
        mime_type="application/vnd.shelf.book+json",
        drive_id=connection.account.account_id,
        object_type="books",
        record_id=book.id,
    )
    return with_delta(item)


VENDOR = Vendor(
    name=NAME,
    label="Shelf",
    object_types=(ObjectTypeInfo(name="books", label="Books", item_type="Book", default=True),),
    build_provider=build_provider,
    read_account=read_account,
    read_page=read_page,
    required_scopes=("books:read",),
    knows_changes=False,
)
SHELF = VENDOR.as_integration()
