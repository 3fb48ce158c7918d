-- An agent whose heartbeat stopped and who owns nothing is forgotten, but for the status: whoever
-- comes back within `memory` is on the break that was taken before, not suddenly available. Who is
-- away for a missed offer alone did not choose that, and begins as available.
-- Answers whether it was so.
--
-- KEYS[1] agents (sorted set): loses the agent
-- KEYS[2] presence (hash): loses the agent
-- KEYS[3] agent:<agent> (hash): loses what tells that the agent is there; expires
-- KEYS[4] chats:<agent> (set): is counted
-- KEYS[5] bell (channel): rings for the agent
-- ARGV: agent, grace in ms, memory in ms

local agents, presence, agent_key, chats, bell = unpack(KEYS)
local agent, grace, memory = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen = redis.call('ZSCORE', agents, agent)
if seen and now - seen < grace then return {'ok', 0} end
if redis.call('SCARD', chats) > 0 then return {'ok', 0} end
redis.call('ZREM', agents, agent)
redis.call('HDEL', presence, agent)
redis.call('HDEL', agent_key, 'teams', 'capacity', 'idle_since')
if redis.call('HGET', agent_key, 'reason') == 'missed_offer' then
  redis.call('HDEL', agent_key, 'status', 'reason', 'since')
end
redis.call('PEXPIRE', agent_key, memory)
redis.call('PUBLISH', bell, 'agent:' .. agent)
return {'ok', 1}
