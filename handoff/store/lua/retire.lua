-- An agent whose heartbeat stopped and who owns nothing is forgotten.
-- Answers whether it was so.
--
-- KEYS[1] agents (sorted set): loses the agent
-- KEYS[2] presence (hash): loses the agent
-- KEYS[3] agent:<agent> (hash): is deleted
-- KEYS[4] chats:<agent> (set): is counted
-- KEYS[5] bell (channel): rings for the agent
-- ARGV: agent, grace in ms

local agents, presence, agent_key, chats, bell = unpack(KEYS)
local agent, grace = ARGV[1], tonumber(ARGV[2])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen = redis.call('ZSCORE', agents, agent)
if seen and now - seen < grace then return {'ok', 0} end
if redis.call('SCARD', chats) > 0 then return {'ok', 0} end
redis.call('ZREM', agents, agent)
redis.call('HDEL', presence, agent)
redis.call('DEL', agent_key)
redis.call('PUBLISH', bell, 'agent:' .. agent)
return {'ok', 1}
