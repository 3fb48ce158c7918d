-- An agent takes a conversation from the queue; of several the first one gets it.
-- Claiming one's own conversation again changes nothing.
-- Refuses with unknown_conversation, already_taken, not_queued.
--
-- KEYS[1] conv:<id> (hash): changes the owner, keeps since when and why it waited
-- KEYS[2] log:<id> (stream): gets `claimed`
-- KEYS[3] chats:<agent> (set): gets the conversation
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- KEYS[6] queue (sorted set): loses the conversation
-- KEYS[7] agents (sorted set): counts the claim as a heartbeat
-- ARGV: conversation, agent, name of the agent, JSON of the event

local conv, log, chats, all, bell, queue, agents = unpack(KEYS)
local conversation, agent, name, body = unpack(ARGV)

local owner, holder = unpack(redis.call('HMGET', conv, 'owner', 'agent'))
if not owner then return {'unknown_conversation'} end
if owner == 'agent' then return {holder == agent and 'ok' or 'already_taken'} end
if owner ~= 'queue' then return {'not_queued'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', conv, 'owner', 'agent', 'agent', agent, 'agent_name', name, 'last_at', now)
redis.call('HINCRBY', conv, 'epoch', 1)
redis.call('ZREM', queue, conversation)
redis.call('SADD', chats, conversation)
redis.call('ZADD', agents, now, agent)
redis.call('XADD', log, '*', 'type', 'claimed', 'at', now, 'body', body)
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
