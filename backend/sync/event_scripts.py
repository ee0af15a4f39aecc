"""The steps of a waiting event in Redis: one of an endpoint, a connection and a type, which a newer one replaces."""

# Stores a waiting event. KEYS: pending. ARGV: id, data, lifetime ms, then names and counts in pairs.
# Answers when the next attempt is due (0: at once) and when the last one was sent.
PUT = """#!lua
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'data', ARGV[2])
for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], 'n:' .. ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local times = redis.call('HMGET', KEYS[1], 'next_at', 'sent_at')
return {tonumber(times[1]) or 0, tonumber(times[2]) or 0}
"""

# Claims the waiting event for one attempt. KEYS: pending. ARGV: now ms, the latest end of the attempt, lifetime ms.
# Answers the event, empty if none waits, and when an attempt may begin (0: this one has).
CLAIM = """#!lua flags=allow-oom
if redis.call('HEXISTS', KEYS[1], 'id') == 0 then return {{}, 0} end
local next_at = tonumber(redis.call('HGET', KEYS[1], 'next_at')) or 0
if next_at > tonumber(ARGV[1]) then return {{}, next_at} end
redis.call('HSET', KEYS[1], 'next_at', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {redis.call('HGETALL', KEYS[1]), 0}
"""

# Ends a delivered or given up event. KEYS: pending. ARGV: its id, now ms, pause ms, then the sent names and counts.
# Answers 1 if a newer event has replaced it, whose counts are then reduced to the later changes.
TAKEN = """#!lua flags=allow-oom
local waiting = redis.call('HGET', KEYS[1], 'id')
local newer = waiting and waiting ~= ARGV[1]
if not newer then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'sent_at', ARGV[2])
if not newer then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 0
end
redis.call('HDEL', KEYS[1], 'next_at', 'attempt')
for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], 'n:' .. ARGV[i], -tonumber(ARGV[i + 1])) end
return 1
"""

# Records when the next attempt is due. KEYS: pending. ARGV: failed attempts, that time, lifetime ms.
NEXT = """#!lua flags=allow-oom
if redis.call('HEXISTS', KEYS[1], 'id') == 1 then
  redis.call('HSET', KEYS[1], 'attempt', ARGV[1], 'next_at', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
"""
