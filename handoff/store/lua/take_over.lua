-- A supervisor takes a conversation from the agent who owns it.
-- Taking one's own changes nothing.
-- Refuses with unknown_conversation, not_with_agent, not_available, at_capacity; with moved if the
-- caller knew another holder.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): gets the conversation
-- KEYS[11] agent:<agent> (hash): is asked whether the agent may; is no longer idle
-- KEYS[12] agents (sorted set): counts it as a heartbeat
-- KEYS[13] chats:<holder> (set): loses the conversation
-- KEYS[14] agent:<holder> (hash): has a place more
-- ARGV[3] ... agent, name of the agent, JSON of the event, holder or ''

local chats, agent_key, agents, held, holder_key = unpack(KEYS, 10, 14)
local agent, name, body, from = unpack(ARGV, 3)

local owner, holder = unpack(redis.call('HMGET', conv, 'owner', 'agent'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' then return {'not_with_agent'} end
if holder == agent then return {'ok'} end
if holder ~= from then return {'moved'} end
local reserved_here = redis.call('HGET', conv, 'offer') == agent and 1 or 0
local no = refusal(agent, agent_key, chats, nil, reserved_here)
if no then return {no} end

release(holder_key, held, 0)
give_to(agent, name, agent_key, chats, agents, body)
return done()
