"""What the metrics tell of syncs: how full the mirror is, and how late."""

import pytest
from redis.asyncio import Redis

from core.store import MIRROR_RESERVED, SYNCS_DUE
from mirror.mirror import Mirror
from services.background import overdue_s
from tests.integration.mirror.conftest import MAX_BYTES

NOW_S = 1_790_000_000.0


class TestReserved:
    async def test_is_the_sum_of_all_connections(self, mirror: Mirror) -> None:
        assert await mirror.epochs.count_reserved() == (0, MAX_BYTES)

        await mirror.epochs.reserve("c-1", 2)
        await mirror.epochs.reserve("c-2", 3)
        await mirror.epochs.reserve("c-1", 4)

        assert await mirror.epochs.count_reserved() == (7_000, MAX_BYTES)

    async def test_does_not_count_a_manipulated_value(self, mirror: Mirror, redis_client: Redis) -> None:
        await redis_client.hset(MIRROR_RESERVED, "c-1", "x")  # type: ignore[misc]

        await mirror.epochs.reserve("c-2", 3)

        assert await mirror.epochs.count_reserved() == (3_000, MAX_BYTES)


class TestOverdue:
    @pytest.mark.parametrize(("due_s", "expected_s"), [((), 0), ((60,), 0), ((60, -30, -90), 90)])
    async def test_is_the_age_of_the_oldest_one_that_is_due(
        self, redis_client: Redis, due_s: tuple[int, ...], expected_s: int
    ) -> None:
        for offset_s in due_s:
            await redis_client.zadd(SYNCS_DUE, {f"sync:{offset_s}": (NOW_S + offset_s) * 1000})

        assert await overdue_s(redis_client, NOW_S) == expected_s
