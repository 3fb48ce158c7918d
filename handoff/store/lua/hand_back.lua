-- The agent gives the conversation back to the bot, which gets a turn to say so.
-- The bot's cursor moves past what was written to the agent.
-- Refuses with unknown_conversation, not_owner.
--
-- KEYS[1] conv:<id> (hash): changes the owner, forgets the agent and why it waited
-- KEYS[2] log:<id> (stream): gets `handed_back`
-- KEYS[3] chats:<agent> (set): loses the conversation
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- KEYS[6] turns (stream): gets a turn of kind handed_back
-- ARGV: conversation, agent, name of the agent, JSON of the event

local conv, log, chats, all, bell, turns = unpack(KEYS)
local conversation, agent, _, body = unpack(ARGV)

local owner, holder, last_customer = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'last_customer'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local entry = redis.call('XADD', turns, '*', 'conversation', conversation, 'kind', 'handed_back')
redis.call('HSET', conv, 'owner', 'bot', 'cursor', last_customer, 'fresh', '1', 'reasons', '[]',
  'turn', entry, 'turn_kind', 'handed_back', 'last_at', now)
redis.call('HDEL', conv, 'agent', 'agent_name', 'waiting_since', 'priority')
redis.call('HINCRBY', conv, 'epoch', 1)
redis.call('SREM', chats, conversation)
redis.call('XADD', log, '*', 'type', 'handed_back', 'at', now, 'body', body)
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
