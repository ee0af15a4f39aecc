"""A queue of log lines whose reader stops reading: nobody waits, memory is bounded, what is lost is counted."""

import io
import logging
import os
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from core import metrics
from core.log_writer import AUDIT_RESERVE_BYTES, BATCH_BYTES, QUEUE_BYTES, Kind, LineWriter, LogHandler

LINE = b"x" * 1023 + b"\n"
WAIT_S = 5.0


class Reader:
    """What lines are written to. It takes nothing while it is stalled, and fails when it is gone."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.reads, self.blocked = threading.Event(), threading.Event()
        self.reads.set()
        self.is_gone = False

    def write(self, text: bytes) -> None:
        self.blocked.set()
        assert self.reads.wait(WAIT_S)
        if self.is_gone:
            raise BrokenPipeError
        self.taken.append(text)

    def stall(self, writer: LineWriter) -> None:
        """Return when the thread waits inside a write."""
        self.reads.clear()
        self.blocked.clear()
        writer.put(b"first\n", "service")
        assert self.blocked.wait(WAIT_S)

    def text(self) -> bytes:
        return b"".join(self.taken)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def writer(reader: Reader) -> Iterator[LineWriter]:
    writer = LineWriter(reader.write, describe)
    yield writer
    writer.close()
    reader.reads.set()


def describe(counts: Counter[Kind]) -> bytes:
    return b"dropped %d and %d\n" % (counts["service"], counts["audit"])


def counted(kind: Kind) -> float:
    return metrics.REGISTRY.get_sample_value("integrations_log_lines_dropped_total", {"kind": kind}) or 0.0


class TestLineWriter:
    def test_lines_are_written_in_their_order(self, reader: Reader, writer: LineWriter) -> None:
        lines = [b"%d\n" % number for number in range(1_000)]

        for line in lines:
            writer.put(line, "service")
        writer.flush(WAIT_S)

        assert reader.text() == b"".join(lines)

    def test_lines_beyond_the_queue_are_dropped_and_counted(self, reader: Reader, writer: LineWriter) -> None:
        before, fits = counted("service"), QUEUE_BYTES // len(LINE)
        reader.stall(writer)

        for _ in range(fits + 7):
            writer.put(LINE, "service")

        assert counted("service") - before == 7

    def test_the_count_is_written_once_when_the_reader_reads_again(self, reader: Reader, writer: LineWriter) -> None:
        reader.stall(writer)
        for _ in range(QUEUE_BYTES // len(LINE) + 7):
            writer.put(LINE, "service")

        reader.reads.set()
        writer.flush(WAIT_S)

        assert reader.taken[:2] == [b"first\n", b"dropped 7 and 0\n"]
        assert reader.text().count(b"dropped") == 1
        assert max(len(text) for text in reader.taken) <= BATCH_BYTES

    def test_other_lines_leave_room_for_audit_lines(self, reader: Reader, writer: LineWriter) -> None:
        service, audit = counted("service"), counted("audit")
        reader.stall(writer)
        for _ in range(2 * QUEUE_BYTES // len(LINE)):
            writer.put(LINE, "service")

        for _ in range(AUDIT_RESERVE_BYTES // len(LINE)):
            writer.put(LINE, "audit")
        kept = counted("audit") == audit
        writer.put(LINE, "audit")

        assert kept
        assert (counted("service") > service, counted("audit") - audit) == (True, 1)

    def test_lines_for_a_reader_that_is_gone_are_counted_and_the_next_reader_is_served(
        self, reader: Reader, writer: LineWriter
    ) -> None:
        before, reader.is_gone = counted("service"), True
        writer.put(LINE, "service")
        writer.flush(WAIT_S)
        lost = counted("service") - before

        reader.is_gone = False
        writer.put(b"again\n", "service")
        writer.flush(WAIT_S)

        assert lost == 1
        assert reader.taken == [b"again\n", b"dropped 1 and 0\n"]

    def test_a_flush_returns_although_nobody_reads(self, reader: Reader, writer: LineWriter) -> None:
        reader.stall(writer)

        writer.flush(0.05)

        assert reader.taken == []

    def test_what_was_queued_before_closing_is_written(self, reader: Reader, writer: LineWriter) -> None:
        reader.stall(writer)
        writer.put(b"second\n", "service")
        writer.close()
        writer.put(b"too late\n", "service")

        reader.reads.set()
        writer.flush(WAIT_S)

        assert reader.text() == b"first\ndropped 1 and 0\nsecond\n"


class TestLogHandler:
    def test_a_pipe_that_another_process_made_non_blocking_loses_nothing(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        sent, read = "x" * 500_000, b""
        with os.fdopen(writing, "w") as stream:
            LogHandler(stream).emit(logging.LogRecord("here", logging.INFO, "", 0, sent, None, None))

            while not read.endswith(b"\n"):
                read += os.read(reading, 65_536)

        assert read == f"{sent}\n".encode()
        os.close(reading)

    def test_a_line_that_cannot_be_formatted_is_counted_and_raises_nothing(self) -> None:
        before = counted("audit")

        LogHandler(io.StringIO()).emit(logging.LogRecord("audit", logging.INFO, "", 0, "%d", ("no",), None))

        assert counted("audit") - before == 1
