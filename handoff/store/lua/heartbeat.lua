-- An agent's socket says that the agent is there, and what the agent can do.
--
-- KEYS[1] agents (sorted set): gets the time of the heartbeat
-- KEYS[2] presence (hash): gets name, socket and profile of the agent
-- KEYS[3] agent:<agent> (hash): gets teams and capacity; begins as available,
--   unless the status from before is still remembered
-- KEYS[4] bell (channel): rings for an agent who was not there
-- ARGV: agent, JSON of name, connection and profile, capacity or '', teams between commas

local agents, presence, agent_key, bell = unpack(KEYS)
local agent, details, capacity, teams = unpack(ARGV)

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local new = redis.call('ZADD', agents, now, agent)
redis.call('HSET', presence, agent, details)
redis.call('HSETNX', agent_key, 'status', 'available')
redis.call('HSETNX', agent_key, 'since', now)
redis.call('HSETNX', agent_key, 'idle_since', now)
redis.call('PERSIST', agent_key)
if capacity ~= '' then redis.call('HSET', agent_key, 'capacity', capacity) end
redis.call('HSET', agent_key, 'teams', teams)
if new == 1 then redis.call('PUBLISH', bell, 'agent:' .. agent) end
return {'ok'}
