"""The rolling window in Redis: four scripts on Redis' own clock, all times in microseconds.

KEYS, one hash tag: calls (zset: call -> when), state (hash: what was learnt, a pause), waiting (zset: caller -> until
when its request counts), served (zset: caller -> when it last got a call). A caller is `i:<name>` or `b:<name>`:
interactive, bulk.

A caller that must wait leaves a request, so that another caller does not take its turn. A request expires shortly after
the time at which its caller should request again, so a caller that has ended does not delay others.

All scripts also run on a full Redis: they write little data that expires soon, and they keep to the vendor's limit.
"""

# How long a request stays valid after the time at which its caller should request again.
GRACE_MS = 250
# Wait before the next request if it is the turn of another caller.
POLL_MS = 20
# The longest sleep of a waiting caller, so that its request stays valid.
LONGEST_NAP_MS = 1_000
# A bulk caller without a grant for this long goes first once, so that interactive calls cannot stop a load.
STARVED_MS = 1_000
# Share of the limit that bulk leaves free for interactive calls within the coming `SOON_MS`.
RESERVE = 0.1
SOON_MS = 1_000
# A learned limit and the order of turns expire after this time without a request.
REMEMBERED_MS = 600_000

_CONSTANTS = f"""#!lua flags=allow-oom
local GRACE, POLL, NAP = {GRACE_MS} * 1000, {POLL_MS} * 1000, {LONGEST_NAP_MS} * 1000
local STARVED, REMEMBERED_MS = {STARVED_MS} * 1000, {REMEMBERED_MS}
local RESERVE, SOON = {RESERVE}, {SOON_MS} * 1000
"""

# Grants calls. ARGV: caller, limit, window, slack, share of the limit that bulk may take at once, how late the answer
# may reach the caller, what it learnt: limit, window, calls of others (each '' when it learnt nothing), a note for all
# workers ('' for none) and its lifetime, and the names of the calls.
# Returns: wait, limit, window, calls of others, note, and for each granted call how many calls are in the window with
# it. Calls are granted in order; the wait is for the first that is not granted, 0 when all are.
ACQUIRE = (
    _CONSTANTS
    + """
local calls, state, waiting, served = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local caller, slack, burst, late = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function is_bulk(name) return string.sub(name, 1, 2) == 'b:' end
-- Background callers are bulk ones that let all others go before them.
local function is_background(name) return string.sub(name, 1, 3) == 'b:~' end
local bulk = is_bulk(caller)

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
local known = redis.call(
  'HMGET', state, 'limit', 'window', 'others', 'others_until', 'paused_until', 'starving_since', 'note', 'note_until')
local limit, window = tonumber(known[1] or ARGV[2]), tonumber(known[2] or ARGV[3])
local paused_until, starving_since = tonumber(known[5] or 0), known[6]
local others = (tonumber(known[4] or 0) > now) and tonumber(known[3]) or 0
local note = (tonumber(known[8] or 0) > now) and known[7] or ''
local held = window + slack

local room = math.max(1, limit - others)

redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - held)
redis.call('ZREMRANGEBYSCORE', waiting, '-inf', now)

local function wait(us)
  us = math.max(1, math.ceil(us))
  redis.call('ZADD', waiting, now + math.min(us, NAP) + GRACE, caller)
  redis.call('PEXPIRE', waiting, math.ceil((NAP + GRACE) / 1000))
  return us
end

local function grant(call)
  redis.call('ZADD', calls, now + late, call)
  redis.call('PEXPIRE', calls, math.ceil((held + late) / 1000) + 1)
  redis.call('ZREM', waiting, caller)
  redis.call('ZADD', served, now, caller)
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

-- How many go before this caller: interactive ones, unless bulk starves; bulk ones before background; of one kind,
-- those that got their last call earlier.
local function count_first(starved)
  local mine = tonumber(redis.call('ZSCORE', served, caller) or 0)
  local first = 0
  for _, other in ipairs(redis.call('ZRANGE', waiting, 0, -1)) do
    if other ~= caller then
      if is_background(other) ~= is_background(caller) and is_bulk(other) == bulk then
        if is_background(caller) then first = first + 1 end
      elseif is_bulk(other) == bulk then
        local theirs = tonumber(redis.call('ZSCORE', served, other) or 0)
        if theirs < mine or (theirs == mine and other < caller) then first = first + 1 end
      elseif bulk ~= starved then
        first = first + 1
      end
    end
  end
  return first
end

-- Counts the call and returns 0, or returns how long to wait.
local function ask(call)
  -- Counted before: the answer was lost, or came so late that the call must count from now on.
  if redis.call('ZSCORE', calls, call) then return grant(call) end
  if paused_until > now then return wait(paused_until - now) end

  local used = redis.call('ZCARD', calls)
  local free = room - used
  local starved = starving_since and now - tonumber(starving_since) > STARVED or false
  local first = count_first(starved)

  -- Bulk takes its share at once, spreads the rest until calls leave the window again, and leaves a reserve for the
  -- interactive calls of the coming second.
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

# Counts a call from a later moment. ARGV: call, how long ago that moment was, how long calls are held. A call that was
# removed meanwhile is added again.
ANSWERED = (
    _CONSTANTS
    + """
local clock = redis.call('TIME')
redis.call('ZADD', KEYS[1], 'GT', clock[1] * 1000000 + clock[2] - tonumber(ARGV[2]), ARGV[1])
local lives = math.ceil(tonumber(ARGV[3]) / 1000) + 1
if redis.call('PTTL', KEYS[1]) < lives then redis.call('PEXPIRE', KEYS[1], lives) end
"""
)

# Grants nothing for a while. ARGV: length of the pause. A longer pause that is running stays.
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

# What is used, without a change. ARGV: limit and window where none was learnt.
# Returns: limit, window, calls in the window, calls of others in it, how long nothing is granted.
USAGE = """#!lua flags=no-writes
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local known = redis.call('HMGET', KEYS[2], 'limit', 'window', 'others', 'others_until', 'paused_until')
local window = tonumber(known[2] or ARGV[2])
local others = (tonumber(known[4] or 0) > now) and tonumber(known[3]) or 0
local used = redis.call('ZCOUNT', KEYS[1], now - window, '+inf')
return {tonumber(known[1] or ARGV[1]), window, used, others, math.max(0, tonumber(known[5] or 0) - now)}
"""
