"""What runs beside the requests for as long as the service does: revocations that a vendor did not take at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.tasks import end_tasks
from oauth.vault import Vault


@asynccontextmanager
async def running_chores(vault: Vault) -> AsyncIterator[None]:
    """Run the chores until the body ends."""
    task = asyncio.create_task(vault.keep_disconnecting())
    try:
        yield
    finally:
        await end_tasks(task)
