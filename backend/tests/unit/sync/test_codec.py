"""pydocket's messages: signed JSON, and what is replaced of pydocket is still there."""

import importlib.metadata
import inspect
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docket.execution import Execution

from core.crypto import Keyring
from sync import codec
from sync.queue import JobQueue

KEYRING = Keyring({"k1": bytes(range(32))})


async def greet(name: str, times: int = 1) -> None:
    """A job."""


@pytest.fixture
def queue() -> JobQueue:
    queue = JobQueue("redis://localhost", KEYRING)
    queue.register(greet)
    return queue


def message(queue: JobQueue, *arguments: Any, **named: Any) -> dict[bytes, bytes]:
    now = datetime.now(UTC)
    return Execution(queue, greet, arguments, named, "greet:ann", now, 1).as_message()


async def read(queue: JobQueue, written: dict[bytes, bytes]) -> Execution:
    return await Execution.from_message(queue, written, message_id=b"1-0", sync=False)


class Bomb:
    """Runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))

    @staticmethod
    def went_off(folder: Path) -> bool:
        return any(folder.iterdir())


class TestMessages:
    async def test_a_job_comes_back_as_it_was_written(self, queue: JobQueue) -> None:
        execution = await read(queue, message(queue, "ann", times=3))

        assert (execution.function, execution.args, execution.kwargs) == (greet, ("ann",), {"times": 3})
        assert execution.key == "greet:ann"

    def test_a_message_is_text_that_anybody_can_read(self, queue: JobQueue) -> None:
        written = message(queue, "ann", times=3)

        assert written[b"args"] == b'["ann"]'
        assert written[b"kwargs"].partition(b" ")[2] == b'{"times":3}'

    @pytest.mark.parametrize("field", [b"key", b"function", b"args", b"kwargs", b"when", b"attempt"])
    async def test_a_message_without_a_field_is_dropped(self, queue: JobQueue, field: bytes) -> None:
        written = message(queue, "ann")
        del written[field]

        execution = await read(queue, written)

        assert (execution.function, execution.args, execution.key) == (codec.ignore, (), "invalid:1-0")

    @pytest.mark.parametrize("field", [b"key", b"function", b"args", b"kwargs", b"when", b"attempt"])
    async def test_a_message_with_a_changed_field_is_dropped(self, queue: JobQueue, field: bytes) -> None:
        execution = await read(queue, message(queue, "ann") | {field: b"\xff[]"})

        assert execution.function is codec.ignore

    async def test_a_pickle_is_not_opened(self, queue: JobQueue, tmp_path: Path) -> None:
        bomb = pickle.dumps((Bomb(tmp_path / "opened"),))

        execution = await read(queue, message(queue, "ann") | {b"args": bomb, b"kwargs": bomb})

        assert execution.function is codec.ignore
        assert not Bomb.went_off(tmp_path)

    async def test_a_message_of_another_keyring_is_dropped(self, queue: JobQueue) -> None:
        written = message(queue, "ann")
        queue.keyring = Keyring({"k1": bytes(32)})

        assert (await read(queue, written)).function is codec.ignore

    async def test_a_message_signed_before_a_key_rotation_is_read(self, queue: JobQueue) -> None:
        written = message(queue, "ann")
        queue.keyring = Keyring({"k2": bytes(32), "k1": bytes(range(32))})

        assert (await read(queue, written)).function is greet


class TestPydocket:
    """What this service replaces of pydocket exists as it did when that was written."""

    def test_is_the_version_that_was_read(self) -> None:
        assert importlib.metadata.version("pydocket").startswith("0.27.")

    def test_names_pickles_only_where_they_were_replaced(self) -> None:
        import docket

        root = Path(inspect.getfile(docket)).parent
        naming = {
            str(path.relative_to(root)) for path in root.rglob("*.py") if "pickle" in path.read_text(encoding="utf-8")
        }

        # docket.py has them in `get_execution`, which nothing here calls.
        assert naming == {"docket.py", "execution.py", "strikelist.py", "worker.py"}
        for module in (docket.execution, docket.worker, docket.strikelist):
            with pytest.raises(TypeError):
                module.cloudpickle.loads(b"")
