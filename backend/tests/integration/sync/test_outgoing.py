"""Waiting events and the jobs that deliver them, on a real Redis. No sync runs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from redis.asyncio import Redis

from core.crypto import Keyring
from core.public_http import PublicHttp
from core.store import event_endpoint_key
from oauth.connection import Account, Connection, Owner
from sync.event_endpoints import EventEndpoints
from sync.outgoing import Outgoing
from sync.queue import JobQueue
from tests.integration.sync.receiver import EventReceiver
from tests.integration.sync.test_events import waiting_are

KEYRING = Keyring({"k1": bytes(range(32))})
OWNER = Owner("TestOrg", "TestUser")
CONNECTION = Connection(
    connection_id="c1",
    provider="hubspot",
    owner=OWNER,
    account=Account(account_id="1"),
    status="connected",
    reason=None,
    granted_scopes=(),
    connected_at=datetime(2026, 1, 1, tzinfo=UTC),
    refreshed_at=None,
    access_token_expires_at=None,
)


@pytest.fixture
def receiver() -> Iterator[EventReceiver]:
    receiver = EventReceiver()
    receiver.may_answer.clear()
    yield receiver
    receiver.close()


@pytest.fixture
async def outgoing(redis_client: Redis, redis_url: str) -> AsyncIterator[Outgoing]:
    async with JobQueue(redis_url, KEYRING) as queue, aclosing(PublicHttp(allows_local=True)) as http:
        yield Outgoing(redis_client, queue, EventEndpoints(redis_client, KEYRING), http)


@pytest.fixture
async def endpoint_id(outgoing: Outgoing, receiver: EventReceiver) -> str:
    endpoint_id, endpoint = await outgoing.endpoints.create(OWNER, receiver.url, 0)
    receiver.secret = endpoint.secret
    return endpoint_id


async def emit(outgoing: Outgoing) -> None:
    await outgoing.emit(CONNECTION, "changes.available", counts={"contacts": 1}, next="cursor")


def attempt(outgoing: Outgoing, endpoint_id: str) -> asyncio.Task[None]:
    """The job, as a worker runs it."""
    job = outgoing.deliver_event("TestOrg", "TestUser", endpoint_id, CONNECTION.connection_id, "changes.available")
    return asyncio.create_task(job)


async def waiting_contacts(redis: Redis) -> str | None:
    """The stored count of changed contacts."""
    [key] = await redis.keys("event_pending:*")
    return cast(str | None, await cast(Any, redis.hget(key, "n:contacts")))


class TestTwoJobsOfOneEvent:
    """A newer event plans a second job when the first has begun and has not said so yet."""

    async def test_make_one_attempt(self, outgoing: Outgoing, receiver: EventReceiver, endpoint_id: str) -> None:
        await emit(outgoing)

        jobs = [attempt(outgoing, endpoint_id) for _ in range(2)]
        await waiting_are(receiver, 1)
        receiver.may_answer.set()
        await asyncio.gather(*jobs)

        assert [event["data"]["object_types"] for event in receiver.events] == [{"contacts": 1}]

    async def test_leave_the_next_event_its_counts(
        self, outgoing: Outgoing, receiver: EventReceiver, endpoint_id: str, redis_client: Redis
    ) -> None:
        await emit(outgoing)
        jobs = [attempt(outgoing, endpoint_id) for _ in range(2)]
        await waiting_are(receiver, 1)
        receiver.may_answer.set()
        await asyncio.gather(*jobs)

        await emit(outgoing)

        assert await waiting_contacts(redis_client) == "1"


async def test_attempt_that_ends_after_its_event_is_given_up_leaves_no_counts(
    outgoing: Outgoing, receiver: EventReceiver, endpoint_id: str, redis_client: Redis
) -> None:
    await emit(outgoing)
    job = attempt(outgoing, endpoint_id)
    await waiting_are(receiver, 1)
    await redis_client.unlink(*await redis_client.keys("event_pending:*"))

    receiver.may_answer.set()
    await job
    await emit(outgoing)

    assert await waiting_contacts(redis_client) == "1"


async def test_event_for_a_damaged_endpoint_is_given_up(
    outgoing: Outgoing, endpoint_id: str, redis_client: Redis
) -> None:
    """It is listed as `unreadable`, and only its deletion helps."""
    await emit(outgoing)
    await redis_client.set(event_endpoint_key(OWNER.tag, endpoint_id), "damaged")

    await attempt(outgoing, endpoint_id)

    assert await redis_client.keys("event_pending:*") == []


async def test_manipulated_times_of_a_waiting_event_do_not_fail_the_reported_work(
    outgoing: Outgoing, receiver: EventReceiver, endpoint_id: str, redis_client: Redis
) -> None:
    receiver.may_answer.set()
    await emit(outgoing)
    [key] = await redis_client.keys("event_pending:*")
    await redis_client.hset(key, mapping={"next_at": "x", "sent_at": "x"})  # type: ignore[misc]

    await emit(outgoing)
    await attempt(outgoing, endpoint_id)

    assert [event["data"]["object_types"] for event in receiver.events] == [{"contacts": 2}]
