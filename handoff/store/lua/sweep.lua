-- The conversations of an agent whose heartbeat stopped return to the queue with the time they
-- have waited since, as if nobody had taken them. Does nothing if the agent is heard again.
-- Answers the conversations returned.
--
-- KEYS[1] agents (sorted set): loses the agent once nothing is left to return
-- KEYS[2] presence (hash): loses the agent too
-- KEYS[3] chats:<agent> (set): loses the conversations
-- KEYS[4] queue (sorted set): gets them
-- KEYS[5] all (sorted set): they are told to have changed just now
-- KEYS[6] bell (channel): rings for each conversation
-- KEYS[7], KEYS[9] ... conv:<id> (hash): changes the owner, forgets the agent
-- KEYS[8], KEYS[10] ... log:<id> (stream): gets `queued` with `again`
-- ARGV: agent, grace in ms, the conversations in the order of their keys

local agents, presence, chats, queue, all, bell = unpack(KEYS, 1, 6)
local agent, grace = ARGV[1], tonumber(ARGV[2])

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local seen = redis.call('ZSCORE', agents, agent)
if not seen or now - seen < grace then return {'ok', {}} end

local returned = {}
for i = 3, #ARGV do
  local conversation, conv, log = ARGV[i], KEYS[2 * i + 1], KEYS[2 * i + 2]
  local owner, holder, since, reasons, priority = unpack(redis.call('HMGET', conv,
    'owner', 'agent', 'waiting_since', 'reasons', 'priority'))
  if owner == 'agent' and holder == agent then
    redis.call('HSET', conv, 'owner', 'queue', 'last_at', now)
    redis.call('HDEL', conv, 'agent', 'agent_name')
    redis.call('HINCRBY', conv, 'epoch', 1)
    redis.call('XADD', log, '*', 'type', 'queued', 'at', now,
      'body', '{"reasons":' .. reasons .. ',"priority":' .. priority .. ',"again":true}')
    redis.call('ZADD', queue, (9 - priority) * 1e13 + since, conversation)
    redis.call('ZADD', all, now, conversation)
    redis.call('PUBLISH', bell, conversation)
    returned[#returned + 1] = conversation
  end
  redis.call('SREM', chats, conversation)
end
if redis.call('SCARD', chats) == 0 then
  redis.call('ZREM', agents, agent)
  redis.call('HDEL', presence, agent)
end
return {'ok', returned}
