-- Nobody came in the time the team gives itself: the conversation returns to the bot, which says
-- why. Whoever left a message or is being offered to somebody waits on.
-- Answers whether it returned; refuses with unknown_conversation, not_queued.
--
-- Keys of a move; no others.
-- ARGV[3] ... outcome, JSON of the event, JSON of what the bot says

local outcome, body, words = unpack(ARGV, 3)

local owner, team, since, kind, offer = unpack(redis.call('HMGET', conv,
  'owner', 'team', 'waiting_since', 'kind', 'offer'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'queue' then return {'not_queued'} end
local patience = rules_of(team).patience_ms
if patience <= 0 or now - since < patience or kind == 'message' or offer then return {'ok', 0} end

leave_line(team)
count_unserved(team)
end_handoff('bot', outcome)
append('unserved', body)
append('message', words)
return done(1)
