"""Keeps out writers that have been replaced: each write names its epoch and its lease."""

from dataclasses import dataclass

from errors import MirrorLostError


class StaleWriterError(Exception):
    """The epoch is over, or another writer has taken over the lease. Stop: nothing was written."""


@dataclass(frozen=True, slots=True)
class Fence:
    """What a write must belong to.

    Args:
        epoch: as `Epochs.begin` or `Epochs.find` returned it when the work began.
        lease: name of the work that only one writer does at a time (`load`); empty for none.
        token: rises with each holder of the lease.
    """

    epoch: int
    lease: str = ""
    token: int = 0

    def args(self) -> list[str | int]:
        return [self.epoch, self.lease, self.token]


def check_status(status: bytes) -> None:
    """Raise what a script answered besides `ok`.

    Raises:
        MirrorLostError: Redis has nothing of this mirror.
        StaleWriterError: it is of another epoch, or under a later lease.
    """
    if status == b"lost":
        raise MirrorLostError
    if status != b"ok":
        raise StaleWriterError(status.decode())


def check_read(status: bytes) -> None:
    """As `check_status` for a reader: a mirror of another epoch is one that was lost, or is being emptied.

    Raises: MirrorLostError.
    """
    if status != b"ok":
        raise MirrorLostError
