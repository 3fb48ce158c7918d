-- A socket of the customer is open. Whoever was away is back.
--
-- KEYS[1] conv:<id> (hash): forgets that the customer was away
-- KEYS[2] log:<id> (stream): gets `customer_back` if so
-- KEYS[3] bell (channel): rings for the conversation if so
-- KEYS[4] here (sorted set): gets the time
-- KEYS[5] gone (sorted set): forgets the conversation
-- ARGV: conversation

local conv, log, bell, here, gone = unpack(KEYS)
local conversation = ARGV[1]

local owner, away = unpack(redis.call('HMGET', conv, 'owner', 'away'))
if not owner then return {'ok'} end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('ZADD', here, now, conversation)
if away then
  redis.call('HDEL', conv, 'away')
  redis.call('ZREM', gone, conversation)
  redis.call('XADD', log, '*', 'type', 'customer_back', 'at', now, 'body', '{}')
  redis.call('PUBLISH', bell, conversation)
end
return {'ok'}
