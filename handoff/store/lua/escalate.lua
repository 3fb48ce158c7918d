-- The conversation passes from the bot to the queue; a bot turn in flight becomes stale.
-- Refuses with unknown_conversation, not_with_bot.
--
-- KEYS[1] conv:<id> (hash): changes the owner, remembers since when and why it waits
-- KEYS[2] log:<id> (stream): gets `queued`
-- KEYS[3] queue (sorted set): gets the conversation
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- ARGV: conversation, JSON of the reasons, priority

local conv, log, queue, all, bell = unpack(KEYS)
local conversation, reasons, priority = unpack(ARGV)

local owner = redis.call('HGET', conv, 'owner')
if not owner then return {'unknown_conversation'} end
if owner ~= 'bot' then return {'not_with_bot'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', conv, 'owner', 'queue', 'waiting_since', now, 'reasons', reasons,
  'priority', priority, 'turn', '', 'token', '', 'last_at', now)
redis.call('HINCRBY', conv, 'epoch', 1)
redis.call('XADD', log, '*', 'type', 'queued', 'at', now,
  'body', '{"reasons":' .. reasons .. ',"priority":' .. priority .. ',"again":false}')
redis.call('ZADD', queue, (9 - priority) * 1e13 + now, conversation)
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
