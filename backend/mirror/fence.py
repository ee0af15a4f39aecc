"""Refuse writers that were replaced: each write names its epoch and its lease."""

from dataclasses import dataclass

from errors import MirrorLostError


class StaleWriterError(Exception):
    """The epoch has ended, or another writer has the lease. Nothing was written: stop."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The epoch and lease that a write must match.

    Args:
        epoch: returned by `Epochs.begin` or `Epochs.find` when the work began.
        lease: name of the work that only one writer does at a time (`load`); empty for none.
        token: increases with each holder of the lease.
    """

    epoch: int
    lease: str = ""
    token: int = 0

    def args(self) -> list[str | int]:
        return [self.epoch, self.lease, self.token]


def check_status(status: bytes) -> None:
    """Raise the error for a script's status.

    Raises:
        MirrorLostError: Redis has no data of this mirror.
        StaleWriterError: the mirror has another epoch or a later lease.
    """
    if status == b"lost":
        raise MirrorLostError
    if status != b"ok":
        raise StaleWriterError(status.decode())


def check_read(status: bytes) -> None:
    """As `check_status` for a reader: a mirror with another epoch was lost or is being deleted.

    Raises: MirrorLostError.
    """
    if status != b"ok":
        raise MirrorLostError
