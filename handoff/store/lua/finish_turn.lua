-- The bot answers its turn and, if it asks for it, passes the conversation to the queue.
-- Nothing is stored unless epoch and token are those the turn was taken with.
-- A message that came during the turn is announced as the next turn.
-- Refuses with stale_turn.
--
-- KEYS[1] conv:<id> (hash): moves the cursor and ends the turn; with a handoff changes the owner
-- KEYS[2] log:<id> (stream): gets the replies, then `queued`
-- KEYS[3] turns (stream): loses the entry of this turn, gets that of the next
-- KEYS[4] queue (sorted set): gets the conversation with a handoff
-- KEYS[5] all (sorted set): is told to have changed just now
-- KEYS[6] bell (channel): rings for the conversation
-- ARGV: conversation, epoch, token, entry, last event of the turn, consumer group,
--       JSON of the reasons or '' for no handoff, priority, further fields of `queued` as JSON
--       without braces or '', preview or '', JSON of each reply

local conv, log, turns, queue, all, bell = unpack(KEYS)
local conversation, epoch, token, entry, upto, group, reasons, priority, more, preview =
  unpack(ARGV)

local function drop_entry()
  redis.call('XACK', turns, group, entry)
  redis.call('XDEL', turns, entry)
end

local owner, current, holder, due, last_customer = unpack(redis.call('HMGET', conv,
  'owner', 'epoch', 'token', 'turn', 'last_customer'))
if owner ~= 'bot' or current ~= epoch or holder ~= token then
  -- A worker that adopted this very entry still needs it.
  if due ~= entry then drop_entry() end
  return {'stale_turn'}
end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for i = 11, #ARGV do
  redis.call('XADD', log, '*', 'type', 'message', 'at', now, 'body', ARGV[i])
end
if preview ~= '' then redis.call('HSET', conv, 'preview', preview) end
redis.call('HSET', conv, 'cursor', upto, 'turn', '', 'token', '', 'fresh', '', 'last_at', now)
drop_entry()

if reasons ~= '' then
  redis.call('HSET', conv, 'owner', 'queue', 'waiting_since', now,
    'reasons', reasons, 'priority', priority)
  redis.call('HINCRBY', conv, 'epoch', 1)
  redis.call('XADD', log, '*', 'type', 'queued', 'at', now,
    'body', '{"reasons":' .. reasons .. ',"priority":' .. priority .. ',"again":false' .. more .. '}')
  redis.call('ZADD', queue, (9 - priority) * 1e13 + now, conversation)
elseif last_customer ~= upto then
  local next_entry = redis.call('XADD', turns, '*', 'conversation', conversation, 'kind', 'say')
  redis.call('HSET', conv, 'turn', next_entry, 'turn_kind', 'say')
end
redis.call('ZADD', all, now, conversation)
redis.call('PUBLISH', bell, conversation)
return {'ok'}
