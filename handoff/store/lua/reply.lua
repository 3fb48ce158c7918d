-- The agent who owns the conversation writes. The message is stored once per client id.
-- Answers the event id; refuses with unknown_conversation, not_owner.
--
-- KEYS[1] conv:<id> (hash): remembers the preview
-- KEYS[2] log:<id> (stream): gets the message
-- KEYS[3] sent:<id> (hash): remembers the event id of the client id
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- ARGV: conversation, agent, field of `sent`, JSON of the message, preview

local conv, log, sent, all, bell = unpack(KEYS)
local conversation, agent, field, body, preview = unpack(ARGV)

local owner, holder = unpack(redis.call('HMGET', conv, 'owner', 'agent'))
if not owner then return {'unknown_conversation'} end
-- Before the question of ownership: a message that was stored was accepted.
local known = redis.call('HGET', sent, field)
if known then return {'ok', known} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local event = redis.call('XADD', log, '*', 'type', 'message', 'at', now, 'body', body)
redis.call('HSET', sent, field, event)
redis.call('HSET', conv, 'last_at', now, 'preview', preview)
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok', event}
