"""A lease in virtual time, with a Redis that answers as a test says."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from core.tasks import running
from oauth.refresh_rights import Lease, LeaseLostError
from tests.virtual_time import VirtualTimeLoop, in_virtual_time

LIFETIME_S = 2.0


class Renewals:
    """Counts renewals; raises or answers what it holds."""

    def __init__(self, answer: bool | Exception = True) -> None:  # noqa: FBT001, FBT002 (the answer itself)
        self.answer = answer
        self.count = 0

    async def __call__(self) -> bool:
        self.count += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def lease(renewals: Renewals) -> Lease:
    return Lease(renewals, LIFETIME_S, asyncio.get_running_loop().time())


@in_virtual_time
async def test_one_that_is_renewed_outlives_its_lifetime() -> None:
    renewals = Renewals()
    held = lease(renewals)

    async with running(held.keep):
        await asyncio.sleep(3 * LIFETIME_S)
        held.check()

    assert renewals.count >= 5


@in_virtual_time
async def test_one_that_another_worker_took_is_lost_at_the_next_renewal() -> None:
    held = lease(Renewals(answer=False))

    async with running(held.keep):
        await asyncio.sleep(LIFETIME_S / 2)

    with pytest.raises(LeaseLostError):
        held.check()


@in_virtual_time
async def test_one_that_cannot_be_renewed_is_lost_at_the_end_of_its_lifetime() -> None:
    renewals = Renewals(RedisConnectionError("away"))
    held = lease(renewals)

    async with running(held.keep):
        await asyncio.sleep(LIFETIME_S / 2)
        held.check()
        await asyncio.sleep(LIFETIME_S)

    with pytest.raises(LeaseLostError):
        held.check()
    assert renewals.count >= 3


@in_virtual_time
async def test_a_process_that_was_paused_has_lost_it() -> None:
    held, loop = lease(Renewals()), asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)

    async with running(held.keep):
        loop.pause(1.5 * LIFETIME_S)

        with pytest.raises(LeaseLostError):
            held.check()
