-- The agent ends the conversation. From now on it expires, unless the customer writes again.
-- The bot's cursor moves past what was written to the agent, and its context will be reset.
-- Refuses with unknown_conversation, not_owner.
--
-- KEYS[1] conv:<id> (hash): changes the owner, forgets the agent and why it waited; expires
-- KEYS[2] log:<id> (stream): gets `closed`; expires
-- KEYS[3] chats:<agent> (set): loses the conversation
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- KEYS[6] closed (sorted set): gets the conversation with the time it expires
-- KEYS[7] sent:<id> (hash): expires
-- ARGV: conversation, agent, JSON of the event, retention in ms

local conv, log, chats, all, bell, closed, sent = unpack(KEYS)
local conversation, agent, body, retention = unpack(ARGV)

local owner, holder, last_customer = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'last_customer'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', conv, 'owner', 'closed', 'cursor', last_customer, 'fresh', '1',
  'reasons', '[]', 'last_at', now)
redis.call('HDEL', conv, 'agent', 'agent_name', 'waiting_since', 'priority')
redis.call('HINCRBY', conv, 'epoch', 1)
redis.call('SREM', chats, conversation)
redis.call('XADD', log, '*', 'type', 'closed', 'at', now, 'body', body)
redis.call('ZADD', all, now, conversation)
redis.call('ZADD', closed, now + retention, conversation)
for _, key in ipairs({conv, log, sent}) do redis.call('PEXPIRE', key, retention) end
redis.call('PUBLISH', bell, conversation)
return {'ok'}
