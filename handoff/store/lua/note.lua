-- Somebody of the team writes what only the team sees. It is stored once per client id. A closed
-- conversation waits to be archived anew, and does not expire before.
-- Answers the event id; refuses with unknown_conversation.
--
-- KEYS[1] conv:<id> (hash): is asked whether there is one
-- KEYS[2] log:<id> (stream): gets the note
-- KEYS[3] sent:<id> (hash): remembers the event id of the client id
-- KEYS[4] bell (channel): rings for the conversation
-- KEYS[5] to_archive (sorted set): gets the conversation if it is closed
-- KEYS[6] closed (sorted set): forgets a closed conversation
-- ARGV: conversation, field of `sent`, JSON of the note

local conv, log, sent, bell, to_archive, closed = unpack(KEYS)
local conversation, field, body = unpack(ARGV)

local owner = redis.call('HGET', conv, 'owner')
if not owner then return {'unknown_conversation'} end
local known = redis.call('HGET', sent, field)
if known then return {'ok', known} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local event = redis.call('XADD', log, '*', 'type', 'note', 'at', now, 'body', body)
redis.call('HSET', sent, field, event)
if owner == 'closed' then
  redis.call('ZADD', to_archive, now, conversation)
  redis.call('ZREM', closed, conversation)
  for _, key in ipairs({conv, log, sent}) do redis.call('PERSIST', key) end
end
redis.call('PUBLISH', bell, conversation)
return {'ok', event}
