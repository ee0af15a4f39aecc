"""How long the steps of a refresh take and wait."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTimes:
    """How long things take, in seconds."""

    hard_margin_s: float = 60.0  # below this the access token is not handed out any more
    soft_margin_s: float = 300.0  # below this it is refreshed ahead, in the background
    soft_jitter_s: float = 60.0
    lock_s: float = 2.0  # renewed three times in it: how long others wait for a worker that died
    reuse_s: float = 15.0  # the same where presenting a used refresh token ends the grant: longer than a token call
    turn_s: float = 20.0  # longer than a token call with its retries, and than both of the above
    poll_s: tuple[float, float] = (0.05, 0.25)
    committer_s: float = 3.0  # how long a refused worker waits for another one to store its tokens
    store_s: float = 60.0  # how long bought tokens are held while Redis refuses them
    backoff_s: tuple[float, float] = (1.0, 300.0)
    client_backoff_s: float = 300.0
    mismatch_backoff_s: float = 300.0


def to_ms(seconds: float) -> int:
    return int(seconds * 1000)
