"""The steps of a refresh in Redis: five scripts on Redis' clock.

The lock only saves calls. Correctness comes from the compare-and-swap on the record's *generation*: a worker that was
paused past its lock may still commit if no other worker did, and tokens never overwrite newer ones.

The lock shows that its holder is alive: it ends two to three seconds after the last renewal.

`intent` names the holder that may be sending the refresh token now. If the next holder finds an intent, the refresh was
interrupted: `interrupted` records that until new tokens are stored, because a refusal may then have another reason.

Each script begins with `#!lua`, so that a full or read-only Redis refuses it before its first command. Only scripts
that end a refresh run on a full server, because the new tokens must be stored.
"""

from core.response_headers import LONGEST_WAIT_S
from oauth.token_records import MARGIN_SHARE

LONGEST_COOLDOWN_MS = int(LONGEST_WAIT_S * 1_000)

_NOW = """
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
"""
_REFUSED_WHEN_FULL = "#!lua\n" + _NOW
_EVEN_WHEN_FULL = "#!lua flags=allow-oom\n" + _NOW

# Acquires the right to refresh. KEYS: connection, lock.
# ARGV: my name; purpose: '' (the token ends within the margin), a rejected generation, or 'unresolved' (an intent
# whose holder is gone); margin ms; lock ms; error code whose cooldown is passed over or ''; ms for which the refresh
# token of a holder that is gone is not presented again.
# Answers: gone | ended, reason | fresh | cooldown, ms, error code | wait
#          | acquired, interrupted 0/1, generation, sealed, connected at ms, details.
ACQUIRE = (
    _REFUSED_WHEN_FULL
    + f"local share, longest_cooldown_ms = {MARGIN_SHARE}, {LONGEST_COOLDOWN_MS}"
    + """
local record = redis.call('HMGET', KEYS[1], 'status', 'reason', 'generation', 'sealed', 'expires_at_ms',
  'lifetime_ms', 'backoff_until_ms', 'backoff_code', 'intent', 'interrupted', 'intent_at_ms', 'connected_at_ms',
  'details')
local status, reason, generation, sealed, expires_at_ms = record[1], record[2], record[3], record[4], record[5]
local lifetime_ms, backoff_until_ms, backoff_code, intent = record[6], record[7], record[8], record[9]
if not status then return {'gone'} end
if status ~= 'connected' then return {'ended', reason or ''} end
if ARGV[2] == 'unresolved' then
  if not intent then return {'fresh'} end
elseif ARGV[2] ~= '' then
  if generation ~= ARGV[2] then return {'fresh'} end
else
  local margin_ms = tonumber(ARGV[3])
  if lifetime_ms then margin_ms = math.min(margin_ms, tonumber(lifetime_ms) * share) end
  if not expires_at_ms or tonumber(expires_at_ms) - now_ms > margin_ms then return {'fresh'} end
end
-- One beyond the longest wait was not written by this version; it would end the connection.
local cooldown_ms = (tonumber(backoff_until_ms) or 0) - now_ms
if cooldown_ms > 0 and cooldown_ms <= longest_cooldown_ms and backoff_code ~= ARGV[5] then
  return {'cooldown', cooldown_ms, backoff_code or ''}
end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return {'wait'} end
local presented_at_ms = tonumber(record[11])
if intent and intent ~= ARGV[1] and presented_at_ms and now_ms - presented_at_ms < tonumber(ARGV[6]) then
  return {'wait'}
end
-- The write of the intent proves that Redis takes writes before the refresh token is spent.
local interrupted = record[10]
if intent and intent ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'interrupted', 1)
  interrupted = '1'
end
redis.call('HSET', KEYS[1], 'intent', ARGV[1], 'intent_at_ms', now_ms)
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[4])
return {'acquired', interrupted and 1 or 0, generation, sealed, record[12], record[13]}
"""
)

# Renews the right. KEYS: connection, lock. ARGV: my name, lock ms. Answers 1, or 0 if the right is lost.
# An expired lock is taken again if no other worker took it.
RENEW = (
    _EVEN_WHEN_FULL
    + """
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 0 end
if not holder then
  local record = redis.call('HMGET', KEYS[1], 'status', 'intent', 'backoff_until_ms')
  if record[1] ~= 'connected' or record[2] ~= ARGV[1] then return 0 end
  if record[3] and tonumber(record[3]) > now_ms then return 0 end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
"""
)

# Stores new tokens. KEYS: connection, lock.
# ARGV: my name, generation I refreshed, sealed, expires in ms or '', sealed details or '', connected at ms.
# Answers: ok | moved | gone | replaced (connected again since I asked). A repeat of my own commit (its answer was lost)
# is ok. A connection that was ended meanwhile, at the same generation, is connected again.
COMMIT = (
    _EVEN_WHEN_FULL
    + """
local record = redis.call('HMGET', KEYS[1], 'generation', 'committed_by', 'connected_at_ms')
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if not record[1] then return 'gone' end
if record[3] ~= ARGV[6] then return 'replaced' end
if record[2] == ARGV[1] then return 'ok' end
if record[1] ~= ARGV[2] then return 'moved' end
redis.call('HDEL', KEYS[1], 'intent', 'intent_at_ms', 'interrupted', 'backoff_until_ms', 'backoff_code',
  'backoff_count', 'reason', 'ended_at_ms', 'expires_at_ms', 'lifetime_ms')
redis.call('HSET', KEYS[1], 'status', 'connected', 'generation', tonumber(ARGV[2]) + 1, 'sealed', ARGV[3],
  'refreshed_at_ms', now_ms, 'committed_by', ARGV[1])
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[1], 'expires_at_ms', now_ms + tonumber(ARGV[4]), 'lifetime_ms', ARGV[4])
end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'details', ARGV[5]) end
return 'ok'
"""
)

# Ends the connection. KEYS: connection, lock. ARGV: my name, generation, reason. Answers: ended | moved.
END = (
    _EVEN_WHEN_FULL
    + """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[2] then return 'moved' end
redis.call('HSET', KEYS[1], 'status', 'reconnect_required', 'reason', ARGV[3], 'ended_at_ms', now_ms)
return 'ended'
"""
)

# Ends this attempt and blocks further attempts for a while. KEYS: connection, lock.
# ARGV: my name, generation, at least ms, base ms, longest ms, jitter 0..1, error code, 1 when the token may be spent.
# Answers: the wait in ms | -1 when the record moved on. The wait doubles with each failure in a row.
BACK_OFF = (
    _EVEN_WHEN_FULL
    + """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[2] then return -1 end
redis.call('HDEL', KEYS[1], 'intent_at_ms')
if ARGV[8] ~= '1' and redis.call('HGET', KEYS[1], 'intent') == ARGV[1] then redis.call('HDEL', KEYS[1], 'intent') end
local failures = redis.call('HINCRBY', KEYS[1], 'backoff_count', 1)
local ceiling_ms = math.min(tonumber(ARGV[4]) * 2 ^ (failures - 1), tonumber(ARGV[5]))
local wait_ms = math.floor(math.max(tonumber(ARGV[3]), ceiling_ms * (0.5 + 0.5 * tonumber(ARGV[6]))))
redis.call('HSET', KEYS[1], 'backoff_until_ms', now_ms + wait_ms, 'backoff_code', ARGV[7])
return wait_ms
"""
)
