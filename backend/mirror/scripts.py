"""The scripts of the mirror. Each is one step for every reader: sequence numbers are given where records are stored.

`seq` is a hash: `epoch`, `seq` (last number given), `floor` (newest tombstone that has expired), `lease:<name>`
(largest token seen), `type:<id>` (an object type that has records). A number is the server's time in microseconds, or
one more than the last: so numbers rise even when a failover loses the newest ones. With a damaged `seq` the mirror
is lost, with a damaged `floor` every cursor has expired.

Stored values begin with a header of 41 bytes; see `sealing.py`. Offsets below count from 1. A shorter value is none of
ours, and counts as none.
"""

import struct
from collections.abc import Iterator

_LENGTHS = struct.Struct(">HI")

# Refuses what belongs to another epoch or comes from a writer whose lease another one has taken over.
# ARGV: epoch, lease name or '', lease token.
_FENCE = """
local head = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
local last = tonumber(head[2] or '0')
if not head[1] or not last then return {'lost'} end
if head[1] ~= ARGV[1] then return {'epoch'} end
if ARGV[2] ~= '' then
  local name, token = 'lease:' .. ARGV[2], tonumber(ARGV[3])
  local known = tonumber(redis.call('HGET', KEYS[1], name)) or -1
  if token < known then return {'lease'} end
  if token > known then redis.call('HSET', KEYS[1], name, ARGV[3]) end
end
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
local first = math.max(last, now_us)
local seq = first
local function find_stored(id)
  local stored = redis.call('HGET', KEYS[2], id)
  return stored and #stored >= 41 and stored
end
local function member_of(id) return string.char(#id) .. id end
local function bury(id, body)
  local member = ARGV[4] .. ':' .. id
  seq = seq + 1
  redis.call('HSET', KEYS[2], id, struct.pack('>I7', seq) .. body)
  redis.call('ZADD', KEYS[4], string.format('%.0f', seq), member)
  redis.call('ZADD', KEYS[5], string.format('%.0f', math.floor(now_us / 1000)), member)
end
local function end_batch()
  if seq > first then redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq)) end
end
"""

# KEYS: seq, records, ids, feed, tombstones. ARGV: epoch, lease, token, type, '' or '1', the ms that the records may be
# older than their request (what was deleted since then, and not modified after that, stays deleted), then of each
# record: id, body, and after '1' the item id under which it is stored, and a tombstone for that; these are '' if it
# stays the same.
# With '', it stores no record that replaces another content, but answers what is stored: only the writer can open it.
# Answers status, counts and these entries.
APPLY = f"""#!lua
{_FENCE}
redis.call('HSET', KEYS[1], 'type:' .. ARGV[4], '1')
local added, changed, unchanged, stale, renamed = 0, 0, 0, 0, 0
local is_checked, lag_ms, entries = ARGV[5] == '1', tonumber(ARGV[6]), {{}}
for i = 7, #ARGV, is_checked and 4 or 2 do
  local id, body, former = ARGV[i], ARGV[i + 1], is_checked and ARGV[i + 2] or ''
  local updated, sent = struct.unpack('>I6I6', body, 3)
  local stored = find_stored(id)
  local is_tombstone = stored and stored:byte(8) == 2
  local before, before_sent = 0, 0
  if stored then before, before_sent = struct.unpack('>I6I6', stored, 10) end
  local is_newer = not stored
    or (is_tombstone and sent > before_sent and (sent - lag_ms > before_sent or updated > before))
    or (not is_tombstone and (updated > before or (updated == before and sent >= before_sent)))
  local created = stored and not is_tombstone and stored:sub(1, 7)
  local is_same = created and stored:sub(22, 33) == body:sub(15, 26)
  if not is_newer then
    stale = stale + 1
  elseif stored and not is_same and not is_checked then
    entries[#entries + 1] = struct.pack('>I2I4', #id, #stored) .. id .. stored
  else
    local member = ARGV[4] .. ':' .. id
    if is_same then
      unchanged = unchanged + 1
    else
      if former ~= '' then
        renamed = renamed + 1
        bury(former, ARGV[i + 3])
      end
      seq = seq + 1
      redis.call('ZADD', KEYS[4], string.format('%.0f', seq), member)
      if created then
        changed = changed + 1
        if former ~= '' then created = struct.pack('>I7', seq) end
      else
        added = added + 1
        created = struct.pack('>I7', seq)
        redis.call('ZADD', KEYS[3], 0, member_of(id))
        if is_tombstone then redis.call('ZREM', KEYS[5], member) end
      end
    end
    redis.call('HSET', KEYS[2], id, created .. body)
  end
end
end_batch()
return {{'ok', added, changed, unchanged, stale, renamed, table.concat(entries)}}
"""

# KEYS: as APPLY. ARGV: epoch, lease, token, type, then id, body and mode of each record: '1' also replaces a tombstone
# that says something else, '2' besides deletes whatever is stored. A record that is not stored leaves a tombstone, too:
# a page that was read before must not bring it back. It also runs on a full server, because it frees memory.
DELETE = f"""#!lua flags=allow-oom
{_FENCE}
redis.call('HSET', KEYS[1], 'type:' .. ARGV[4], '1')
local deleted = 0
for i = 5, #ARGV, 3 do
  local id, body, mode = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local _, sent = struct.unpack('>I6I6', body, 3)
  local stored = find_stored(id)
  local is_tombstone = stored and stored:byte(8) == 2
  local is_same = is_tombstone and stored:sub(22, 33) == body:sub(15, 26)
  local before_sent = stored and struct.unpack('>I6', stored, 16) or 0
  local is_newer = sent >= before_sent or mode == '2'
  if is_same and sent > before_sent then
    redis.call('HSET', KEYS[2], id, stored:sub(1, 7) .. body)
  elseif is_newer and not is_same and not (is_tombstone and mode == '0') then
    bury(id, body)
    if stored and not is_tombstone then
      deleted = deleted + 1
      redis.call('ZREM', KEYS[3], member_of(id))
    end
  end
end
end_batch()
return {{'ok', deleted}}
"""

# Forgets tombstones from before a time. KEYS: seq, feed, tombstones. ARGV: epoch, ms, how many, begin of records keys.
EXPIRE = """#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
local floor = tonumber(redis.call('HGET', KEYS[1], 'floor')) or 0
local expired = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(expired) do
  local colon = member:find(':', 1, true)
  floor = math.max(floor, tonumber(redis.call('ZSCORE', KEYS[2], member) or '0'))
  redis.call('HDEL', ARGV[4] .. member:sub(1, colon - 1), member:sub(colon + 1))
  redis.call('ZREM', KEYS[2], member)
  redis.call('ZREM', KEYS[3], member)
end
if #expired > 0 then redis.call('HSET', KEYS[1], 'floor', string.format('%.0f', floor)) end
return #expired
"""

# Empties the mirror, unless it is of a later epoch. Begins the given epoch, or leaves nothing where ARGV[2] is ''.
# KEYS: seq, feed, tombstones. ARGV: epoch, '1' or '', prefixes of the keys of each type. Answers 0 for a later epoch.
RESET = """#!lua flags=allow-oom
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if epoch and tonumber(epoch) > tonumber(ARGV[1]) then return 0 end
if epoch == ARGV[1] and ARGV[2] == '1' then return 1 end
local fields = redis.call('HKEYS', KEYS[1])
for _, field in ipairs(fields) do
  if field:sub(1, 5) == 'type:' then
    for i = 3, #ARGV do redis.call('UNLINK', ARGV[i] .. field:sub(6)) end
  end
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'epoch', ARGV[1]) end
return 1
"""

# A page of the feed, as one text: redis-py takes longer for each element of an answer than we do.
# KEYS: seq, feed. ARGV: epoch, after, base, limit, how many to look at, begin of records keys, then types ('' for all).
# A tombstone up to `base` is left out: it was one already when the reader began (with `after` 0: now).
# Answers status, last number given, floor, base, number reached, whether more follow, and the entries.
FEED = """#!lua flags=no-writes
local head = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'floor')
local last = tonumber(head[2] or '0')
if not head[1] or not last then return {'lost'} end
if head[1] ~= ARGV[1] then return {'epoch'} end
local reached, limit, budget = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
local base = reached == '0' and last or tonumber(ARGV[3])
local wanted, entries = nil, {}
for i = 7, #ARGV do wanted = wanted or {}; wanted[ARGV[i]] = true end
local more = true
while more and #entries < limit and budget > 0 do
  local count = wanted and math.min(budget, 1000) or limit - #entries
  local found = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. reached, '+inf', 'WITHSCORES', 'LIMIT', 0, count)
  more = #found == 2 * count
  budget = budget - count
  for i = 1, #found, 2 do
    if #entries == limit then more = true break end
    local member, score = found[i], found[i + 1]
    reached = string.format('%.0f', tonumber(score))
    local colon = member:find(':', 1, true) or 1
    local kind = member:sub(1, colon - 1)
    if not wanted or wanted[kind] then
      local stored = redis.call('HGET', ARGV[6] .. kind, member:sub(colon + 1))
      if stored and (stored:byte(8) ~= 2 or tonumber(score) > base) then
        entries[#entries + 1] = struct.pack('>I7I2I4', tonumber(score), #member, #stored) .. member .. stored
      end
    end
  end
end
local floor = tonumber(head[3] or '0') or last
local function text(number) return string.format('%.0f', number) end
return {'ok', text(last), text(floor), text(base), reached, more and 1 or 0, table.concat(entries)}
"""

# The beginning of what reads records; see `parse_entries`. A mirror of another epoch is not read.
_READ = """#!lua flags=no-writes
local head = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if not head[1] or not tonumber(head[2] or '0') then return {'lost'} end
if head[1] ~= ARGV[1] then return {'epoch'} end
local entries = {}
local function add(id, stored)
  entries[#entries + 1] = struct.pack('>I2I4', #id, #stored) .. id .. stored
end
"""


def _by_id(condition: str) -> str:
    """What fits the condition. KEYS: seq, records. ARGV: epoch, ids. Answers status and entries."""
    return f"""{_READ}
for i = 2, #ARGV do
  local stored = redis.call('HGET', KEYS[2], ARGV[i])
  if stored and {condition} then add(ARGV[i], stored) end
end
return {{'ok', table.concat(entries)}}
"""


# Records and tombstones, or records only.
STORED, FIND = _by_id("#stored >= 41"), _by_id("stored:byte(8) == 1")

# Records of a range of ids, in order. KEYS: seq, records, ids. ARGV: epoch, first and last of ZRANGEBYLEX, limit,
# how many bytes of each record (0: all). Answers status and entries.
RANGE = f"""{_READ}
local bytes = tonumber(ARGV[5])
for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[3], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
  local id = member:sub(2)
  local stored = redis.call('HGET', KEYS[2], id)
  if stored then add(id, bytes > 0 and stored:sub(1, bytes) or stored) end
end
return {{'ok', table.concat(entries)}}
"""


def parse_entries(entries: bytes) -> Iterator[tuple[str, bytes]]:
    """Record id and stored value of each entry that APPLY, STORED, FIND and RANGE answer."""
    at = 0
    while at < len(entries):
        id_bytes, stored_bytes = _LENGTHS.unpack_from(entries, at)
        id_at = at + _LENGTHS.size
        at = id_at + id_bytes + stored_bytes
        yield entries[id_at : id_at + id_bytes].decode(errors="replace"), entries[at - stored_bytes : at]
