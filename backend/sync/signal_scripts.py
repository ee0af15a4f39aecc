"""The steps of processing signals in Redis. Each also runs on a full server: it removes or moves what is stored.

A member is `<type id>:<record id>`. None is removed whose score has grown since it was read. Its attempts are stored
with the score that they belong to (`<score>:<attempts>`): a newer signal has its own.
"""

# Moves what is to be read again now back among the records, then lists the oldest ones.
# KEYS: records, links, gone, later, put_off, attempts. ARGV: now ms, how many.
# Answers: erased members and scores | of each record its member, score, the score of its links or '', and attempts.
TAKE = """#!lua flags=allow-oom
local again = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(again) do
  redis.call('ZADD', KEYS[1], 'GT', redis.call('ZSCORE', KEYS[5], member) or '0', member)
  redis.call('ZREM', KEYS[4], member)
  redis.call('ZREM', KEYS[5], member)
end
local gone = redis.call('ZRANGE', KEYS[3], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
local found = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
local taken = {}
for i = 1, #found, 2 do
  local linked = redis.call('ZSCORE', KEYS[2], found[i])
  local score, attempt = (redis.call('HGET', KEYS[6], found[i]) or ''):match('^(%d+):(%d+)$')
  taken[#taken + 1] = {found[i], found[i + 1], linked or '', score == found[i + 1] and attempt or '0'}
end
return {gone, taken}
"""

# Removes processed signals, unless a newer signal arrived, or one for the associations that is older than the record's.
# Events have no order: a record that a newer event has put off stays put off, with its links.
# KEYS: records, links, later, put_off, attempts. ARGV: member, its score, and of its links or '', in threes.
SETTLE = """#!lua flags=allow-oom
for i = 1, #ARGV, 3 do
  local member, score, linked = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local is_linked_again = (redis.call('ZSCORE', KEYS[2], member) or '') ~= linked
  local is_newer_put_off = tonumber(redis.call('ZSCORE', KEYS[4], member) or '0') > tonumber(score)
  if not is_linked_again and redis.call('ZSCORE', KEYS[1], member) == score then
    redis.call('ZREM', KEYS[1], member)
    if not is_newer_put_off then
      redis.call('ZREM', KEYS[3], member)
      redis.call('ZREM', KEYS[4], member)
      redis.call('HDEL', KEYS[5], member)
    end
  end
  if not is_linked_again and not is_newer_put_off then redis.call('ZREM', KEYS[2], member) end
end
"""

# Puts records off, where no newer signal came meanwhile or is put off already. Their links stay noted.
# KEYS: records, later, put_off, attempts. ARGV: member, score, attempt, when, in fours.
POSTPONE = """#!lua flags=allow-oom
for i = 1, #ARGV, 4 do
  local member, score = ARGV[i], ARGV[i + 1]
  if redis.call('ZSCORE', KEYS[1], member) == score then
    redis.call('ZREM', KEYS[1], member)
    if tonumber(redis.call('ZSCORE', KEYS[3], member) or '0') <= tonumber(score) then
      redis.call('ZADD', KEYS[2], ARGV[i + 3], member)
      redis.call('ZADD', KEYS[3], score, member)
      redis.call('HSET', KEYS[4], member, score .. ':' .. ARGV[i + 2])
    end
  end
end
"""

# Removes members whose score has not grown. KEYS: any of the sets. ARGV: member and score in twos.
REMOVE = """#!lua flags=allow-oom
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
"""

# Sets when to look at an account next, or never, unless it became due earlier meanwhile.
# KEYS: due. ARGV: account, score it had, next score or ''.
RESCHEDULE = """#!lua flags=allow-oom
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '') ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
"""
