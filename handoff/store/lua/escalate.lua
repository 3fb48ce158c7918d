-- The conversation passes from the bot to the queue; a bot turn in flight becomes stale.
-- Refuses with unknown_conversation, not_with_bot, queue_full.
--
-- Keys of a move; no others.
-- ARGV[3] ... the wish: team, JSON of the reasons, priority, JSON of the skills, language, JSON
--   of the summary or ''

local wish = {unpack(ARGV, 3)}

local owner = redis.call('HGET', conv, 'owner')
if not owner then return {'unknown_conversation'} end
if owner ~= 'bot' then return {'not_with_bot'} end
local team = team_with_room(wish[1])
if not team then return {'queue_full'} end

begin_to_wait(team, 'chat', wish)
return done()
