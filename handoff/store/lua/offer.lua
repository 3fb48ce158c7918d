-- A conversation is offered to an agent, for whom it holds a place until the offer ends. It keeps
-- its own place in the queue, or its present agent, until the offer is accepted.
-- Offering it to the same agent again changes nothing.
-- Refuses with unknown_conversation, not_queued, not_owner, already_offered, not_available,
-- not_your_team, at_capacity.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): is counted
-- KEYS[11] agent:<agent> (hash): is asked whether the agent may
-- KEYS[12] agents (sorted set): is asked whether the agent is there
-- ARGV[3] ... agent, name of the agent, agent who passes it on or '' for the queue, grace in ms,
--   time for the answer in ms, JSON of the event

local chats, agent_key, agents = unpack(KEYS, 10, 12)
local agent, name, from, grace, lasts, body = unpack(ARGV, 3)

local owner, holder, team, offer = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'offer'))
if not owner then return {'unknown_conversation'} end
if from == '' and owner ~= 'queue' then return {'not_queued'} end
if from ~= '' and (owner ~= 'agent' or holder ~= from) then return {'not_owner'} end
if offer then return {offer == agent and 'ok' or 'already_offered'} end
local seen = redis.call('ZSCORE', agents, agent)
if agent == from or not seen or now - seen >= tonumber(grace) then return {'not_available'} end
local wrap_until = redis.call('HGET', agent_key, 'wrap_until')
if from == '' and wrap_until and tonumber(wrap_until) > tonumber(now) then
  return {'not_available'}
end
local no = refusal(agent, agent_key, chats, from == '' and team, 0)
if no then return {no} end

local ends = string.format('%.0f', now + lasts)
redis.call('HSET', conv, 'offer', agent, 'offer_name', name, 'offer_until', ends,
  'offered_at', now)
redis.call('ZADD', offers, ends, conversation)
redis.call('HINCRBY', reserved, agent, 1)
append('offered', body)
return done()
