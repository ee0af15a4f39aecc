"""Messages of the job queue as signed JSON instead of pickles.

pydocket stores the arguments of a job in Redis as pickles, and opening a pickle can run any code. It has no setting for
another format, so `install` replaces the two methods of its `Execution` that write and read messages. A message that
cannot be verified becomes a job that only logs: it runs no code of the sender and ends no worker.

Written for pydocket 0.27. `tests/unit/sync/test_codec.py` fails if an update changes the replaced methods.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import docket.execution
import docket.strikelist
import docket.worker
import msgspec
import structlog
from docket import Docket
from docket.execution import Execution

from core.crypto import Context, Keyring

log = structlog.get_logger(__name__)

SEPARATOR = b" "
_CONTEXT = Context("job")
_ARGUMENTS = msgspec.json.Decoder(list[Any])
_NAMED_ARGUMENTS = msgspec.json.Decoder(dict[str, Any])


class InvalidMessageError(Exception):
    """The message was not written by this service."""


class _NoPickles:
    """Replaces cloudpickle in pydocket."""

    @staticmethod
    def dumps(_value: object) -> bytes:
        raise TypeError("the job queue stores no pickles")

    loads = dumps


def install() -> None:
    """Replace how pydocket writes and reads messages, for the whole process. Calling it again changes nothing."""
    Execution.as_message = as_message  # type: ignore[method-assign,assignment]
    Execution.from_message = classmethod(from_message)  # type: ignore[method-assign,assignment]
    for module in (docket.execution, docket.worker, docket.strikelist):
        module.cloudpickle = _NoPickles  # type: ignore[attr-defined]


def as_message(execution: Execution) -> dict[bytes, bytes]:
    """The job as pydocket's lua scripts expect it, with JSON arguments and a signature."""
    arguments, named = msgspec.json.encode(execution.args), msgspec.json.encode(execution.kwargs)
    key, function = execution.key.encode(), execution.function_name.encode()
    signature = _keyring_of(execution.docket).sign(_signed(key, function, arguments, named), _CONTEXT)
    return {
        b"key": key,
        b"when": execution.when.isoformat().encode(),
        b"function": function,
        b"args": arguments,
        # Written before the arguments, because pydocket forwards only known fields when a later job becomes due.
        b"kwargs": signature.hex().encode() + SEPARATOR + named,
        b"attempt": str(execution.attempt).encode(),
        b"generation": str(execution.generation).encode(),
    }


async def from_message(
    cls: type[Execution],
    queue: Any,
    message: Mapping[bytes, bytes],
    redelivered: bool = False,  # noqa: FBT001, FBT002
    fallback_task: Any = None,  # noqa: ARG001
    message_id: bytes | None = None,
    sync: bool = True,  # noqa: FBT001, FBT002
) -> Execution:
    """The job of a message. Never raises, whatever the message contains."""
    try:
        execution = _read(cls, queue, message, redelivered=redelivered, message_id=message_id)
    except (InvalidMessageError, KeyError, ValueError, msgspec.MsgspecError) as exc:
        log.error("a job with an invalid message was dropped", error=type(exc).__name__)
        # With a separate key, so that it cannot end or replace a real job.
        key = f"invalid:{(message_id or b'').decode(errors='replace')}"
        return cls(queue, ignore, (), {}, key, datetime.now(UTC), 1, message_id=message_id)
    if sync:
        await execution.sync()
    return execution


async def ignore() -> None:
    """The job for an invalid message."""


def _read(
    cls: type[Execution], queue: Any, message: Mapping[bytes, bytes], *, redelivered: bool, message_id: bytes | None
) -> Execution:
    """Raises: InvalidMessageError, KeyError, ValueError or MsgspecError."""
    key, function, arguments = message[b"key"], message[b"function"], message[b"args"]
    signature, _, named = message[b"kwargs"].partition(SEPARATOR)
    tag = bytes.fromhex(signature.decode())
    if not _keyring_of(queue).verify(_signed(key, function, arguments, named), tag, _CONTEXT):
        raise InvalidMessageError
    name = function.decode()
    return cls(
        queue,
        queue.tasks[name],
        tuple(_ARGUMENTS.decode(arguments)),
        _NAMED_ARGUMENTS.decode(named),
        key.decode(),
        datetime.fromisoformat(message[b"when"].decode()),
        int(message[b"attempt"]),
        redelivered=redelivered,
        function_name=name,
        generation=int(message.get(b"generation", b"0")),
        message_id=message_id,
    )


def _signed(*parts: bytes) -> bytes:
    """Length-prefixed, so that no two messages share a text."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _keyring_of(queue: Docket) -> Keyring:
    """The keyring of a `JobQueue`, the only kind of pydocket queue here."""
    return cast(Keyring, vars(queue)["keyring"])
