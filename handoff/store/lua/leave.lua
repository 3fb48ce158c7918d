-- A supervisor who joined leaves; leaving again changes nothing.
-- Refuses with unknown_conversation.
--
-- KEYS[1] conv:<id> (hash): forgets who joined
-- KEYS[2] log:<id> (stream): gets `left`
-- KEYS[3] bell (channel): rings for the conversation
-- ARGV: conversation, agent, JSON of the event

local conv, log, bell = unpack(KEYS)
local conversation, agent, body = unpack(ARGV)

local owner, guests = unpack(redis.call('HMGET', conv, 'owner', 'guests'))
if not owner then return {'unknown_conversation'} end
local from, to = string.find(guests or ',', ',' .. agent .. ',', 1, true)
if not from then return {'ok'} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', conv, 'guests', string.sub(guests, 1, from) .. string.sub(guests, to + 1))
redis.call('XADD', log, '*', 'type', 'left', 'at', now, 'body', body)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
