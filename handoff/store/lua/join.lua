-- A supervisor takes part in a conversation beside the agent who owns it; joining again changes
-- nothing. Everybody leaves when the agent's part ends.
-- Refuses with unknown_conversation, not_with_agent.
--
-- KEYS[1] conv:<id> (hash): remembers who joined
-- KEYS[2] log:<id> (stream): gets `joined`
-- KEYS[3] bell (channel): rings for the conversation
-- ARGV: conversation, agent, JSON of the event

local conv, log, bell = unpack(KEYS)
local conversation, agent, body = unpack(ARGV)

local owner, holder, guests = unpack(redis.call('HMGET', conv, 'owner', 'agent', 'guests'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' then return {'not_with_agent'} end
guests = guests or ','
if holder == agent or string.find(guests, ',' .. agent .. ',', 1, true) then return {'ok'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', conv, 'guests', guests .. agent .. ',')
redis.call('XADD', log, '*', 'type', 'joined', 'at', now, 'body', body)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
