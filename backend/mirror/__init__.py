"""Stored, sealed copies of connections' items, and the change feed over them. Knows no vendor and no route.

`services.mirror` is a `Mirror`:

    epochs   begin, find and drop the mirror of a connection; reserve memory before a load
    writer   store the items of a response; delete records; each call is one fenced script
    feed     changes since a cursor, each record once at its newest sequence number
    watch    wait for the next change of a connection
    reader   records by id, pages in id order, versions of an id range for verification, counts, sizes

A connection without a data key has no mirror: every method except `epochs.begin` raises SyncNotEnabledError. If the
mirror's Redis has lost its data, they raise MirrorLostError: call `epochs.begin` and load again.

    epoch = await mirror.epochs.begin(connection_id)              # empty; earlier cursors expire
    await mirror.epochs.reserve(connection_id, total)             # MirrorFullError
    fence = Fence(epoch, lease="load", token=7)                   # a writer with a smaller token is refused
    applied = await mirror.writer.apply(connection_id, "0-1", items, sent_at_ms=..., fence=fence)
    await mirror.writer.delete(connection_id, "0-1", [Deletion(...)], fence=fence)
    page = await mirror.feed.changes(connection_id, after=None, limit=100)
    versions = await mirror.reader.versions(connection_id, "0-1", after="100", until="900", limit=1_000)

`type_id` is the vendor's id of an object type (`0-1`, `2-123456`; `tables`, `pages` for the siblings). Times are
milliseconds since 1970: the vendor's clock in `updated_at_ms`; our clock in `sent_at_ms`, the time of a request.
"""
