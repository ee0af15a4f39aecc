"""The connect steps that all vendors share: begin, complete, list. A vendor provides its name and account reader."""

from collections.abc import Awaitable, Callable
from functools import partial

from oauth.callback import Callback
from oauth.connection import Account, Connection, Owner
from oauth.flow import FlowEnd, FlowStart, Start
from oauth.tokens import TokenGrant
from services.services import Services

ReadAccount = Callable[[Services, TokenGrant], Awaitable[tuple[Account, tuple[str, ...]]]]


async def authorize(name: str, services: Services, owner: Owner, start: Start) -> FlowStart:
    """Begin an attempt: return the consent page's URL and the cookie that binds the attempt to this browser.

    Raises: ProviderNotConfiguredError, RateLimitedError.
    """
    return await services.flows.start(services.providers[name], owner, start)


async def oauth2callback(name: str, read_account: ReadAccount, services: Services, callback: Callback) -> FlowEnd:
    """Exchange the code, read the account, store the tokens; return how the attempt ended."""
    read = partial(read_account, services)
    return await services.flows.finish(services.providers[name], services.endpoints[name], callback, read)


async def get_credentials(name: str, services: Services, owner: Owner) -> list[Connection]:
    """The owner's connections, oldest first, without tokens."""
    return await services.connections.list_connections(owner, name)
