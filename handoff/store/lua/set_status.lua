-- An agent says whether new conversations may come. Being available ends a wrap-up.
--
-- KEYS[1] agent:<agent> (hash): gets the status
-- KEYS[2] bell (channel): rings for the agent
-- ARGV: agent, status, reason

local agent_key, bell = unpack(KEYS)
local agent, status, reason = unpack(ARGV)

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', agent_key, 'status', status, 'reason', reason, 'since', now)
if status == 'available' then redis.call('HDEL', agent_key, 'wrap_until') end
redis.call('PUBLISH', bell, 'agent:' .. agent)
return {'ok'}
