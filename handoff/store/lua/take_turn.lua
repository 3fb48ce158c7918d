-- A worker takes the bot turn that is due: everything the customer wrote since the bot's cursor.
-- The token fences it: taking it again, after a worker died, makes the first worker's turn stale.
-- A turn of kind handed_back brings no messages; they become the next turn.
-- Answers nothing if no turn is due, else epoch, kind, entry, last event of the turn, whether the
-- bot's context must be reset, how the last handoff ended, the page, its language and the
-- customer's identity, and the entries of the transcript since the cursor.
--
-- KEYS[1] conv:<id> (hash): remembers the token
-- KEYS[2] log:<id> (stream): is read
-- KEYS[3] turns (stream): loses the entry if it announces nothing any more
-- ARGV: token, entry of the stream of turns or '' for whichever is due, consumer group

local conv, log, turns = unpack(KEYS)
local token, entry, group = unpack(ARGV)

local owner, epoch, due, kind, cursor, last_customer, fresh, outcome, page, language, identity =
  unpack(redis.call('HMGET', conv, 'owner', 'epoch', 'turn', 'turn_kind', 'cursor', 'last_customer', 'fresh',
    'outcome', 'page', 'page_language', 'identity'))
outcome, page, language, identity = outcome or '', page or '', language or '', identity or ''
if owner ~= 'bot' or due == '' or (entry ~= '' and entry ~= due) then
  if entry ~= '' then
    redis.call('XACK', turns, group, entry)
    redis.call('XDEL', turns, entry)
  end
  return {'ok'}
end

redis.call('HSET', conv, 'token', token)
if kind == 'handed_back' then
  return {'ok', epoch, kind, due, cursor, fresh, outcome, page, language, identity, {}}
end
local entries = redis.call('XRANGE', log, '(' .. cursor, last_customer)
return {'ok', epoch, kind, due, last_customer, fresh, outcome, page, language, identity, entries}
