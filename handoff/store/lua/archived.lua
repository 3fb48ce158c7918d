-- The archive has the conversation up to an event. If that is still the last one, and the
-- conversation still closed, it expires from now on; one that was reopened is archived when it is
-- closed again, and one that got a note meanwhile goes on waiting.
-- Answers whether it expires.
--
-- KEYS[1] conv:<id> (hash): expires
-- KEYS[2] log:<id> (stream): is asked for its last event; expires
-- KEYS[3] sent:<id> (hash): expires
-- KEYS[4] to_archive (sorted set): forgets the conversation
-- KEYS[5] closed (sorted set): gets the conversation with the time it expires
-- ARGV: conversation, last event that the archive has, retention in ms

local conv, log, sent, to_archive, closed = unpack(KEYS)
local conversation, upto, retention = unpack(ARGV)

if redis.call('HGET', conv, 'owner') ~= 'closed' then
  redis.call('ZREM', to_archive, conversation)
  return {'ok', 0}
end
local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
if not last or last[1] ~= upto then return {'ok', 0} end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREM', to_archive, conversation)
redis.call('ZADD', closed, string.format('%.0f', now + retention), conversation)
for _, key in ipairs({conv, log, sent}) do redis.call('PEXPIRE', key, retention) end
return {'ok', 1}
