-- An agent accepts what was offered, from the queue or from the agent who passes it on.
-- Accepting it again changes nothing. An offer that has ended is no longer one.
-- Refuses with unknown_conversation, not_offered, not_available (a forgotten agent); with moved if
-- the caller knew another holder.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): gets the conversation
-- KEYS[11] agent:<agent> (hash): is asked whether the agent is there; is no longer idle
-- KEYS[12] agents (sorted set): counts the acceptance as a heartbeat
-- KEYS[13] chats:<holder> (set): loses the conversation
-- KEYS[14] agent:<holder> (hash): has a place more
-- ARGV[3] ... agent, name of the agent, JSON of the event, holder or ''

local chats, agent_key, agents, held, holder_key = unpack(KEYS, 10, 14)
local agent, name, body, from = unpack(ARGV, 3)

local owner, holder, team, offer = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'offer'))
if not owner then return {'unknown_conversation'} end
if owner == 'agent' and holder == agent then return {'ok'} end
local ends = redis.call('ZSCORE', offers, conversation)
if offer ~= agent or not ends or tonumber(ends) <= tonumber(now) then return {'not_offered'} end
if redis.call('HEXISTS', agent_key, 'teams') == 0 then return {'not_available'} end
if (holder or '') ~= from then return {'moved'} end

if owner == 'queue' then
  leave_line(team)
  measure_wait(team)
else
  release(holder_key, held, 0)
end
give_to(agent, name, agent_key, chats, agents, body)
return done()
