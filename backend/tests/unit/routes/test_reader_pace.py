"""How long a reader may hold a stream up, on a clock and a connection of the test's own."""

import asyncio

import pytest
from starlette.types import Message

from routes.reader_pace import MIN_BYTES_PER_S, ReaderPace, SlowReaderError
from tests.virtual_time import in_virtual_time

GRACE_S = 20.0


class Reader:
    """A connection that takes each chunk after so many seconds of the clock."""

    def __init__(self, seconds_per_chunk: float) -> None:
        self.now_s = 0.0
        self.seconds_per_chunk = seconds_per_chunk
        self.pace = ReaderPace(self.take, grace_s=GRACE_S, clock=lambda: self.now_s)

    async def take(self, _message: Message) -> None:
        self.now_s += self.seconds_per_chunk
        await asyncio.sleep(0)  # where a limit that is over shows

    async def read(self, chunks: int, size: int) -> None:
        for _ in range(chunks):
            await self.pace.send({"type": "http.response.body", "body": bytes(size), "more_body": True})


class TestReaderPace:
    async def test_a_reader_at_the_lowest_pace_is_served_for_ever(self) -> None:
        await Reader(seconds_per_chunk=10).read(chunks=1_000, size=10 * MIN_BYTES_PER_S)

    async def test_a_reader_below_it_is_given_up_when_the_grace_is_used(self) -> None:
        reader = Reader(seconds_per_chunk=10)

        with pytest.raises(SlowReaderError):
            await reader.read(chunks=1_000, size=5 * MIN_BYTES_PER_S)

        assert reader.now_s == 50  # ten seconds wait for what five pay for: the grace lasts for four chunks

    async def test_a_fast_reader_may_pause_for_almost_the_grace_again_and_again(self) -> None:
        reader = Reader(seconds_per_chunk=0)
        for _ in range(100):
            await reader.read(chunks=1_000, size=MIN_BYTES_PER_S)
            reader.seconds_per_chunk = GRACE_S - 1
            await reader.read(chunks=1, size=1)
            reader.seconds_per_chunk = 0

    async def test_a_reader_that_takes_nothing_is_given_up_after_the_grace(self) -> None:
        async def never(_message: Message) -> None:
            await asyncio.Event().wait()

        pace = ReaderPace(never, grace_s=0.01)

        with pytest.raises(SlowReaderError):
            await pace.send({"type": "http.response.body", "body": b"x", "more_body": True})

    async def test_a_timeout_of_the_connection_itself_is_passed_on(self) -> None:
        async def failing(_message: Message) -> None:
            raise TimeoutError

        with pytest.raises(TimeoutError):
            await ReaderPace(failing).send({"type": "http.response.body", "body": b"x"})


@in_virtual_time
async def test_large_chunks_at_twice_the_lowest_pace_are_served_for_ever() -> None:
    """As uvicorn, the connection takes each chunk at once when the reader has taken the one before."""
    waits_s, taken = 0.0, bytearray()

    async def take(message: Message) -> None:
        nonlocal waits_s
        await asyncio.sleep(waits_s)
        waits_s = len(message["body"]) / (2 * MIN_BYTES_PER_S)
        taken.extend(message["body"])

    pace = ReaderPace(take, clock=asyncio.get_running_loop().time)
    body = bytes(range(256)) * 4_000
    for _ in range(3):
        await pace.send({"type": "http.response.body", "body": body, "more_body": True})

    assert taken == body * 3
