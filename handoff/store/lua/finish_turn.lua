-- The bot answers its turn and, if it asks for it, passes the conversation to the queue.
-- Nothing is stored unless epoch and token are those the turn was taken with.
-- A message that came during the turn is announced as the next turn.
-- If no line has room the conversation stays with the bot, which says so.
-- Refuses with stale_turn.
--
-- Keys of a move, and:
-- KEYS[10] turns (stream): loses the entry of this turn, gets that of the next
-- ARGV[3] ... epoch, token, entry, last event of the turn, consumer group, preview or '', JSON of
--   what the bot says if no line has room, then the wish (team, JSON of the reasons or '' for no
--   handoff, priority, JSON of the skills, language, JSON of the summary or ''), JSON of each reply

local turns = KEYS[10]
local epoch, token, entry, upto, group, preview, full = unpack(ARGV, 3, 9)
local wish = {unpack(ARGV, 10, 15)}

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

for i = 16, #ARGV do append('message', ARGV[i]) end
if preview ~= '' then redis.call('HSET', conv, 'preview', preview) end
redis.call('HSET', conv, 'cursor', upto, 'turn', '', 'token', '', 'fresh', '', 'outcome', '',
  'last_at', now)
drop_entry()

local team = wish[2] ~= '' and team_with_room(wish[1])
if team then
  begin_to_wait(team, 'chat', wish)
  return done()
end
if wish[2] ~= '' then
  append('turned_away', '{"outcome":"queue_full"}')
  append('message', full)
  redis.call('HSET', conv, 'outcome', 'queue_full')
end
if last_customer ~= upto then
  local next_entry = redis.call('XADD', turns, '*', 'conversation', conversation, 'kind', 'say')
  redis.call('HSET', conv, 'turn', next_entry, 'turn_kind', 'say')
end
return done()
