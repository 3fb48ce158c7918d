-- The customer leaves the queue and goes on with the bot.
-- Refuses with unknown_conversation, not_queued.
--
-- Keys of a move; no others.

local owner, team, since = unpack(redis.call('HMGET', conv, 'owner', 'team', 'waiting_since'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'queue' then return {'not_queued'} end

leave_line(team)
count_unserved(team)
measure(team, 'abandoned', now - since)
end_handoff('bot', 'cancelled')
append('cancelled', '{}')
return done()
