"""The steps of a sync in Redis. A worker's writes are refused once its lease is over or its sync is off."""

# Turns sync on or changes its settings. KEYS: sync. ARGV: wanted without its revision, empty progress. Answers the
# revision, which is unchanged if the settings are.
ENABLE = """#!lua
if redis.call('HGET', KEYS[1], 'wanted') ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'wanted', ARGV[1])
  redis.call('HSETNX', KEYS[1], 'progress', ARGV[2])
  redis.call('HINCRBY', KEYS[1], 'revision', 1)
end
return tonumber(redis.call('HGET', KEYS[1], 'revision'))
"""

# Adds a request. KEYS: sync. ARGV: field, value, most. Answers 1; 0: no sync; -1: too many.
REQUEST = """#!lua
if redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return 0 end
local count = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if name:sub(1, 8) == 'request:' then count = count + 1 end
end
if count >= tonumber(ARGV[3]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""

# Cancels a waiting or running run. KEYS: sync. ARGV: run id, field of its request, field of its cancellation, which is
# removed when the run ends. Answers 1; 0: no such run; -1: no sync.
CANCEL = """#!lua
if redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return -1 end
local progress = cjson.decode(redis.call('HGET', KEYS[1], 'progress') or '{}')
for _, run in pairs(progress['running'] or {}) do
  if run['run_id'] == ARGV[1] then
    redis.call('HSET', KEYS[1], ARGV[3], '1')
    return 1
  end
end
return redis.call('HDEL', KEYS[1], ARGV[2])
"""

# Acquires the lease. KEYS: sync, lease. ARGV: lifetime ms. Answers its number; 0: no sync; -1: another worker has it.
ACQUIRE = """#!lua flags=allow-oom
if redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return -1 end
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local number = math.max(now_ms, tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') + 1)
redis.call('HSET', KEYS[1], 'fence', string.format('%.0f', number))
redis.call('SET', KEYS[2], string.format('%.0f', number), 'PX', ARGV[1])
return number
"""

# Writes the progress under the lease, which it prolongs. KEYS: sync, lease, runs. ARGV: number, lifetime ms, progress,
# a finished run or '', how many runs to keep, a field that must exist or '', then fields that are done with. Answers 1;
# 0 when the lease is over; -1 when that field is gone.
SAVE = """#!lua flags=allow-oom
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return 0 end
if ARGV[6] ~= '' and redis.call('HEXISTS', KEYS[1], ARGV[6]) == 0 then return -1 end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[1], 'progress', ARGV[3])
if ARGV[4] ~= '' then
  redis.call('LPUSH', KEYS[3], ARGV[4])
  redis.call('LTRIM', KEYS[3], 0, tonumber(ARGV[5]) - 1)
end
for i = 7, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return 1
"""

# KEYS: lease. ARGV: number, lifetime ms; without a lifetime the lease ends. Answers 1 while it is held.
RENEW = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
"""

# Writes a field of a sync that is on. KEYS: sync. ARGV: field, value.
NOTE = """#!lua flags=allow-oom
if redis.call('HEXISTS', KEYS[1], 'wanted') == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
"""
