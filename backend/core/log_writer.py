"""Write log lines through a bounded queue and a thread, so that a stalled log reader does not block the service.

A write to a full pipe blocks until it is read; here only the thread waits. If the queue is full, new lines are dropped
and counted, and the next successful write is followed by a line with the count. A part of the queue is reserved for
audit lines.
"""

import io
import logging
import os
import select
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Literal, TextIO

from core import metrics

Kind = Literal["service", "audit"]
AUDIT_LOGGER = "audit"
# Several thousand lines. Audit lines may use the second figure on top of the first.
QUEUE_BYTES, AUDIT_RESERVE_BYTES = 1024 * 1024, 256 * 1024
BATCH_BYTES = 64 * 1024
# Wait for more lines before a write: waking the thread for each line costs about as much as the line.
COLLECT_S = 0.02
# Time for queued lines at exit. If the reader reads nothing for this long, they are lost.
FLUSH_WITHIN_S = 1.0


class LogHandler(logging.Handler):
    """Formats a line in the calling thread and queues it.

    Args:
        stream: where lines go; written to by one thread only.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._lines = LineWriter(_write_to(stream), self._describe_drops)

    def emit(self, record: logging.LogRecord) -> None:
        kind: Kind = "audit" if record.name == AUDIT_LOGGER else "service"
        try:
            self._lines.put(self._encode(record), kind)
        except Exception:  # noqa: BLE001 a line that cannot be formatted must not fail what it describes
            self._lines.drop(kind)

    def flush(self) -> None:
        self._lines.flush(FLUSH_WITHIN_S)

    def close(self) -> None:
        self._lines.close()
        super().close()

    def _encode(self, record: logging.LogRecord) -> bytes:
        return (self.format(record) + "\n").encode(errors="backslashreplace")

    def _describe_drops(self, counts: Counter[Kind]) -> bytes:
        text = f"{counts.total()} log lines dropped"
        text += f", {counts['audit']} of them audit lines" if counts["audit"] else ""
        return self._encode(logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, None, None))


class LineWriter:
    """A queue of lines, bounded in bytes, and its daemon thread. For any number of threads.

    Args:
        write: blocks until all bytes are written. Raises: OSError, ValueError when they cannot be.
        describe_drops: the line for what was dropped since the last one.
    """

    def __init__(self, write: Callable[[bytes], None], describe_drops: Callable[[Counter[Kind]], bytes]) -> None:
        self._write = write
        self._describe_drops = describe_drops
        self._lines: deque[tuple[bytes, Kind]] = deque()
        self._queued_bytes = 0
        self._dropped: Counter[Kind] = Counter()
        self._is_writing = self._is_closed = False
        self._thread: threading.Thread | None = None
        # Its lock is reentrant, because a finalizer may log a line at any point.
        self._changed = threading.Condition()

    def put(self, line: bytes, kind: Kind) -> None:
        """Queue a line, or drop and count it. Never blocks."""
        room = QUEUE_BYTES + (AUDIT_RESERVE_BYTES if kind == "audit" else 0)
        with self._changed:
            if self._is_closed or self._queued_bytes + len(line) > room:
                self.drop(kind)
                return
            self._lines.append((line, kind))
            self._queued_bytes += len(line)
            self._start()
            self._changed.notify_all()

    def drop(self, kind: Kind, count: int = 1) -> None:
        """Count lost lines."""
        with self._changed:
            self._dropped[kind] += count
        metrics.log_lines_dropped.labels(kind).inc(count)

    def flush(self, within_s: float) -> None:
        """Return when everything queued is written, or after `within_s` seconds."""
        ends_at = time.monotonic() + within_s
        with self._changed:
            while (self._lines or self._is_writing) and (left_s := ends_at - time.monotonic()) > 0:
                self._changed.wait(left_s)

    def close(self) -> None:
        """End the thread after the queued lines, without waiting. Later lines are dropped."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _start(self) -> None:
        """Start the thread at the first line, so that it survives an earlier fork of the process."""
        if self._thread is None:
            # A daemon: the interpreter ends even while a write blocks.
            self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        for batch in self._batches():
            try:
                self._write(b"".join(line for line, _ in batch))
            except (OSError, ValueError):  # the reader is gone, or the stream was closed
                for kind, count in Counter(kind for _, kind in batch).items():
                    self.drop(kind, count)
            else:
                self._write_drops()

    def _batches(self) -> Iterator[list[tuple[bytes, Kind]]]:
        """Yield the queued lines in order; ends when the writer is closed and the queue is empty."""
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._lines or self._is_closed)
                if not self._lines:
                    return
                self._is_writing = True
            if self._queued_bytes < BATCH_BYTES:
                time.sleep(COLLECT_S)
            with self._changed:
                batch = list(self._take())
            yield batch

    def _take(self) -> Iterator[tuple[bytes, Kind]]:
        taken_bytes = 0
        while self._lines and taken_bytes < BATCH_BYTES:
            line, kind = self._lines.popleft()
            taken_bytes += len(line)
            self._queued_bytes -= len(line)
            yield line, kind

    def _write_drops(self) -> None:
        with self._changed:
            counts, self._dropped = self._dropped, Counter()
        if not counts:
            return
        try:
            self._write(self._describe_drops(counts))
        except (OSError, ValueError):  # counted by the metrics already; the next successful write reports them as well
            with self._changed:
                self._dropped += counts


def _write_to(stream: TextIO) -> Callable[[bytes], None]:
    """Bypass the stream's buffer, because a blocked write would hold its lock when the interpreter ends."""
    with suppress(OSError, io.UnsupportedOperation, AttributeError):
        stream.fileno()
        return lambda text: _write_all(stream.fileno(), text)
    return lambda text: _write_text(stream, text)


def _write_all(descriptor: int, text: bytes) -> None:
    view = memoryview(text)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:  # another process that shares the pipe made it non-blocking
            select.select([], [descriptor], [])


def _write_text(stream: TextIO, text: bytes) -> None:
    stream.write(text.decode())
    stream.flush()
