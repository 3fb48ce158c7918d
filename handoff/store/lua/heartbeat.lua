-- An agent's socket says that the agent is there.
--
-- KEYS[1] agents (sorted set): gets the time of the heartbeat
-- KEYS[2] presence (hash): gets name and socket of the agent
-- ARGV: agent, JSON of name and connection

local agents, presence = unpack(KEYS)
local agent, details = unpack(ARGV)

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('ZADD', agents, now, agent)
redis.call('HSET', presence, agent, details)
return {'ok'}
