"""The rolling window as Redis sees it: three scripts on Redis' own clock, all times in microseconds.

KEYS, one hash tag: calls (zset: call -> when), state (hash: what was learnt, a pause), waiting (zset: asker -> until
when its wish counts), served (zset: asker -> when it last got a call). An asker is `i:<name>` or `b:<name>`:
interactive, bulk.

Who asks and has to wait leaves a wish, so that whoever comes first does not get what is another's turn. A wish counts
until a little after the moment its asker was told to come back: one that went away holds nothing up for longer.

All run on a full Redis, too: what they write is small, ends soon, and keeps within the vendor's limit whoever reads.
"""

# Longest time a wish counts beyond the moment its asker was told to come back.
GRACE_MS = 250
# When it is another's turn: ask again after this. Also the longest sleep of one who waits, so that its wish lives on.
POLL_MS = 20
LONGEST_NAP_MS = 1_000
# Bulk that got nothing for this long goes before interactive, once: a flood of clicks must not end a load.
STARVED_MS = 1_000
# Share of the limit that bulk leaves free for interactive calls within the coming `SOON_MS`.
RESERVE = 0.1
SOON_MS = 1_000
# What was learnt of a limit, and whose turn it was, is forgotten when nobody asked for this long.
REMEMBERED_MS = 600_000

_CONSTANTS = f"""#!lua flags=allow-oom
local GRACE, POLL, NAP = {GRACE_MS} * 1000, {POLL_MS} * 1000, {LONGEST_NAP_MS} * 1000
local STARVED, REMEMBERED_MS = {STARVED_MS} * 1000, {REMEMBERED_MS}
local RESERVE, SOON = {RESERVE}, {SOON_MS} * 1000
"""

# ARGV: asker, limit, window, slack, share of the limit that bulk may take at once, how late the answer may reach the
# asker, what it learnt: limit, window, calls of others (each '' when it learnt nothing), a note for all workers ('' for
# none) and its lifetime, and the calls it wants.
# Answers: wait, limit, window, calls of others, note, and for each call that is noted and may be made how many there
# are in the window with it. The calls are taken in order; the wait is for the first that may not be made, 0 without
# one.
ACQUIRE = (
    _CONSTANTS
    + """
local calls, state, waiting, served = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local asker, slack, burst, late = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function is_bulk(name) return string.sub(name, 1, 2) == 'b:' end
local bulk = is_bulk(asker)

local function remember(command, ...)
  redis.call(command, state, ...)
  if redis.call('PTTL', state) < REMEMBERED_MS then redis.call('PEXPIRE', state, REMEMBERED_MS) end
end

if ARGV[7] ~= '' then
  remember('HSET', 'limit', ARGV[7], 'window', ARGV[8], 'others', ARGV[9], 'others_until', now + tonumber(ARGV[8]))
end
if ARGV[10] ~= '' then
  remember('HSET', 'note', ARGV[10], 'note_until', now + tonumber(ARGV[11]))
end
local told = redis.call(
  'HMGET', state, 'limit', 'window', 'others', 'others_until', 'paused_until', 'starving_since', 'note', 'note_until')
local limit, window = tonumber(told[1] or ARGV[2]), tonumber(told[2] or ARGV[3])
local paused_until, starving_since = tonumber(told[5] or 0), told[6]
local others = (tonumber(told[4] or 0) > now) and tonumber(told[3]) or 0
local note = (tonumber(told[8] or 0) > now) and told[7] or ''
local held = window + slack

local room = math.max(1, limit - others)

redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - held)
redis.call('ZREMRANGEBYSCORE', waiting, '-inf', now)

local function wait(us)
  us = math.max(1, math.ceil(us))
  redis.call('ZADD', waiting, now + math.min(us, NAP) + GRACE, asker)
  redis.call('PEXPIRE', waiting, math.ceil((NAP + GRACE) / 1000))
  return us
end

local function grant(call)
  redis.call('ZADD', calls, now + late, call)
  redis.call('PEXPIRE', calls, math.ceil((held + late) / 1000) + 1)
  redis.call('ZREM', waiting, asker)
  redis.call('ZADD', served, now, asker)
  redis.call('ZREMRANGEBYSCORE', served, '-inf', now - REMEMBERED_MS * 1000)
  redis.call('PEXPIRE', served, REMEMBERED_MS)
  if bulk then
    redis.call('HDEL', state, 'starving_since')
    starving_since = nil
  end
  return 0
end

local function leaves(rank)
  return tonumber(redis.call('ZRANGE', calls, rank, rank, 'WITHSCORES')[2]) + held
end

-- Who goes before this asker: interactive first, unless bulk starves; within each, whoever waited longest for its last
-- call.
local function count_first(starved)
  local mine = tonumber(redis.call('ZSCORE', served, asker) or 0)
  local first = 0
  for _, other in ipairs(redis.call('ZRANGE', waiting, 0, -1)) do
    if other ~= asker then
      if is_bulk(other) == bulk then
        local theirs = tonumber(redis.call('ZSCORE', served, other) or 0)
        if theirs < mine or (theirs == mine and other < asker) then first = first + 1 end
      elseif bulk ~= starved then
        first = first + 1
      end
    end
  end
  return first
end

-- Notes the call and answers 0, or answers how long to wait.
local function ask(call)
  -- Noted before: the answer was lost, or came so late that the call must count from now on.
  if redis.call('ZSCORE', calls, call) then return grant(call) end
  if paused_until > now then return wait(paused_until - now) end

  local used = redis.call('ZCARD', calls)
  local free = room - used
  local starved = starving_since and now - tonumber(starving_since) > STARVED or false
  local first = count_first(starved)

  -- Bulk takes its share at once, spreads the rest until calls leave the window again, and takes nothing that would
  -- leave less than a reserve for the coming second: whoever clicks finds room.
  if bulk and not starved and free > 0 then
    local soon = redis.call('ZCOUNT', calls, '-inf', now - held + SOON)
    local spare = free - math.max(0, math.floor(room * RESERVE) - soon)
    local due = now
    if spare <= 0 then
      due = leaves(soon) - SOON
    elseif used > 0 and used >= room * burst then
      local newest = leaves(-1) - held
      due = newest + (leaves(0) - newest) / (spare + 1)
    end
    if due > now then
      redis.call('HDEL', state, 'starving_since')
      starving_since = nil
      return wait(due - now)
    end
    if used >= room * burst then free = 1 end
  end
  if first < free then return grant(call) end
  if bulk then remember('HSETNX', 'starving_since', now) end
  if free > 0 then return wait(POLL) end
  return wait(leaves(math.min(first - free, used - 1)) - now)
end

local answer = {0, limit, window, others, note}
for number = 12, #ARGV do
  answer[1] = ask(ARGV[number])
  if answer[1] > 0 then break end
  answer[#answer + 1] = redis.call('ZCOUNT', calls, now - window, '+inf')
end
return answer
"""
)

# ARGV: call, how long ago it is held to have been made, how long calls are held. One that was forgotten meanwhile is
# noted anew.
ANSWERED = (
    _CONSTANTS
    + """
local clock = redis.call('TIME')
redis.call('ZADD', KEYS[1], 'GT', clock[1] * 1000000 + clock[2] - tonumber(ARGV[2]), ARGV[1])
local lives = math.ceil(tonumber(ARGV[3]) / 1000) + 1
if redis.call('PTTL', KEYS[1]) < lives then redis.call('PEXPIRE', KEYS[1], lives) end
"""
)

# ARGV: length of the pause. A longer one that is running already stays.
PAUSE = (
    _CONSTANTS
    + """
local clock = redis.call('TIME')
local ends = clock[1] * 1000000 + clock[2] + tonumber(ARGV[1])
if tonumber(redis.call('HGET', KEYS[1], 'paused_until') or 0) < ends then
  redis.call('HSET', KEYS[1], 'paused_until', ends)
end
local lives = math.max(REMEMBERED_MS, math.ceil(tonumber(ARGV[1]) / 1000) + 1)
if redis.call('PTTL', KEYS[1]) < lives then redis.call('PEXPIRE', KEYS[1], lives) end
"""
)
