-- An offer ends without an acceptance: the agent declines, whoever passes the conversation on takes
-- it back, or its time is over, which the agent is marked as away for unless an outage took it.
-- Refuses with unknown_conversation, not_offered.
--
-- Keys of a move, and:
-- KEYS[10] agent:<agent> (hash): is away if the time is over
-- ARGV[3] ... agent, `agent`, `owner`, `timeout` or `outage`, JSON of the event

local agent_key = KEYS[10]
local agent, by, body = unpack(ARGV, 3)

local owner, team, offer, declined = unpack(redis.call('HMGET', conv,
  'owner', 'team', 'offer', 'declined'))
if not owner then return {'unknown_conversation'} end
if offer ~= agent then return {'not_offered'} end
local ends = redis.call('ZSCORE', offers, conversation)
local over = by == 'timeout' or by == 'outage'
if over and tonumber(ends) > tonumber(now) then return {'not_offered'} end

withdraw_offer()
if by == 'timeout' then count(team, 'expired') end
if by == 'agent' then count(team, 'declined') end
if owner == 'queue' and by ~= 'outage' then
  redis.call('HSET', conv, 'declined', (declined or ',') .. agent .. ',', 'declined_at', now)
end
if by == 'timeout' then
  redis.call('HSET', agent_key, 'status', 'away', 'reason', 'missed_offer', 'since', now)
end
append('declined', body)
return done()
