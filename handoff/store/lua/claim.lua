-- An agent takes a conversation from the queue; of several the first one gets it, and an offer to
-- somebody else is withdrawn. Claiming one's own conversation again changes nothing.
-- Refuses with unknown_conversation, already_taken, not_queued, picking_not_allowed, not_available,
-- not_your_team, at_capacity.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): gets the conversation
-- KEYS[11] agent:<agent> (hash): is asked whether the agent may; is no longer idle
-- KEYS[12] agents (sorted set): counts the claim as a heartbeat
-- ARGV[3] ... agent, name of the agent, JSON of the event

local chats, agent_key, agents = unpack(KEYS, 10, 12)
local agent, name, body = unpack(ARGV, 3)

local owner, holder, team, offer = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'offer'))
if not owner then return {'unknown_conversation'} end
if owner == 'agent' then return {holder == agent and 'ok' or 'already_taken'} end
if owner ~= 'queue' then return {'not_queued'} end
if not rules_of(team).picking and offer ~= agent then return {'picking_not_allowed'} end
local no = refusal(agent, agent_key, chats, team, offer == agent and 1 or 0)
if no then return {no} end

leave_line(team)
measure_wait(team)
give_to(agent, name, agent_key, chats, agents, body)
return done()
