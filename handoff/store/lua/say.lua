-- A customer writes. The message is stored once per client id, whoever owns the conversation.
-- The bot gets a turn if it is the owner and has none yet; a closed conversation is reopened.
-- Answers the event id; refuses with unknown_conversation.
--
-- KEYS[1] conv:<id> (hash): remembers the message as the last one of the customer, and the turn
-- KEYS[2] log:<id> (stream): gets the message, after `reopened` if the conversation was closed
-- KEYS[3] sent:<id> (hash): remembers the event id of the client id
-- KEYS[4] turns (stream): gets the conversation if a turn is due
-- KEYS[5] all (sorted set): is told to have changed just now
-- KEYS[6] closed (sorted set): forgets a reopened conversation
-- KEYS[7] bell (channel): rings for the conversation
-- KEYS[8] talk (sorted set): is told the time if an agent has the conversation
-- ARGV: conversation, field of `sent`, JSON of the message, preview

local conv, log, sent, turns, all, closed, bell, talk = unpack(KEYS)
local conversation, field, body, preview = unpack(ARGV)

local owner, turn = unpack(redis.call('HMGET', conv, 'owner', 'turn'))
if not owner then return {'unknown_conversation'} end
local known = redis.call('HGET', sent, field)
if known then return {'ok', known} end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
if owner == 'closed' then
  owner = 'bot'
  redis.call('HSET', conv, 'owner', owner)
  redis.call('HINCRBY', conv, 'epoch', 1)
  redis.call('XADD', log, '*', 'type', 'reopened', 'at', now, 'body', '{}')
  redis.call('ZREM', closed, conversation)
  for _, key in ipairs({conv, log, sent}) do redis.call('PERSIST', key) end
end

local event = redis.call('XADD', log, '*', 'type', 'message', 'at', now, 'body', body)
redis.call('HSET', sent, field, event)
redis.call('HSET', conv, 'last_customer', event, 'last_at', now, 'preview', preview)
if owner == 'bot' and turn == '' then
  local entry = redis.call('XADD', turns, '*', 'conversation', conversation, 'kind', 'say')
  redis.call('HSET', conv, 'turn', entry, 'turn_kind', 'say')
elseif owner == 'agent' then
  redis.call('ZADD', talk, now, conversation)
  redis.call('HSET', conv, 'spoke', 'customer')
end
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok', event}
