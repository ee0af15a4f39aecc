"""What the log shows of a worker whose Redis does not answer."""

import logging
import sys

from redis.exceptions import ConnectionError as RedisConnectionError

from sync.worker import without_traceback


def record(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return logging.LogRecord("docket.worker", logging.WARNING, "", 1, "retrying in %s", (2,), sys.exc_info())


def test_a_redis_that_does_not_answer_is_one_line() -> None:
    line = record(RedisConnectionError("refused"))

    assert without_traceback(line)
    assert (line.getMessage(), line.exc_info) == ("retrying in 2 (ConnectionError)", None)


def test_anything_else_keeps_its_traceback() -> None:
    line = record(RuntimeError("a bug"))

    assert without_traceback(line)
    assert line.exc_info is not None
