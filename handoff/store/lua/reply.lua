-- The agent who owns the conversation, or a supervisor who joined, writes. The message is stored once per client id.
-- Answers the event id; refuses with unknown_conversation, not_owner.
--
-- KEYS[1] conv:<id> (hash): remembers the preview, and when the first answer came
-- KEYS[2] log:<id> (stream): gets the message
-- KEYS[3] sent:<id> (hash): remembers the event id of the client id
-- KEYS[4] all (sorted set): is told to have changed just now
-- KEYS[5] bell (channel): rings for the conversation
-- KEYS[6] talk (sorted set): is told the time
-- ARGV: conversation, agent, field of `sent`, JSON of the message, preview

local conv, log, sent, all, bell, talk = unpack(KEYS)
local conversation, agent, field, body, preview = unpack(ARGV)

local owner, holder, guests = unpack(redis.call('HMGET', conv, 'owner', 'agent', 'guests'))
if not owner then return {'unknown_conversation'} end
-- Before the question of ownership: a message that was stored was accepted.
local known = redis.call('HGET', sent, field)
if known then return {'ok', known} end
local joined = guests and string.find(guests, ',' .. agent .. ',', 1, true)
if owner ~= 'agent' or (holder ~= agent and not joined) then return {'not_owner'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local event = redis.call('XADD', log, '*', 'type', 'message', 'at', now, 'body', body)
redis.call('HSET', sent, field, event)
redis.call('HSET', conv, 'last_at', now, 'preview', preview, 'spoke', 'agent')
redis.call('HSETNX', conv, 'answered', now)
redis.call('ZADD', talk, now, conversation)
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok', event}
