-- A conversation begins with the bot; opening it again changes nothing.
-- Answers the whole state.
--
-- KEYS[1] conv:<id> (hash): is created with owner bot and epoch 1
-- KEYS[2] all (sorted set): gets the conversation with the time of creation
-- ARGV: conversation, name of the customer

local conv, all = KEYS[1], KEYS[2]
local conversation, customer = ARGV[1], ARGV[2]

if redis.call('EXISTS', conv) == 0 then
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('HSET', conv, 'id', conversation, 'customer', customer, 'owner', 'bot', 'epoch', 1,
    'created', now, 'last_at', now, 'reasons', '[]', 'preview', '',
    'cursor', '0', 'last_customer', '0', 'turn', '', 'token', '', 'fresh', '')
  redis.call('ZADD', all, now, conversation)
end
return {'ok', redis.call('HGETALL', conv)}
