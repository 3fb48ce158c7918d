-- The customer leaves the queue and goes on with the bot.
-- The bot's cursor moves past what was written while waiting, and its context will be reset.
-- Refuses with unknown_conversation, not_queued.
--
-- KEYS[1] conv:<id> (hash): changes the owner, forgets why it waited
-- KEYS[2] log:<id> (stream): gets `cancelled`
-- KEYS[3] queue (sorted set): loses the conversation
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- ARGV: conversation

local conv, log, queue, all, bell = unpack(KEYS)
local conversation = ARGV[1]

local owner, last_customer = unpack(redis.call('HMGET', conv, 'owner', 'last_customer'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'queue' then return {'not_queued'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', conv, 'owner', 'bot', 'cursor', last_customer, 'fresh', '1', 'reasons', '[]',
  'last_at', now)
redis.call('HDEL', conv, 'waiting_since', 'priority')
redis.call('HINCRBY', conv, 'epoch', 1)
redis.call('ZREM', queue, conversation)
redis.call('XADD', log, '*', 'type', 'cancelled', 'at', now, 'body', '{}')
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
