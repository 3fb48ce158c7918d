-- The customer leaves a message with an address; the conversation waits for the next agent.
-- No limit of a line turns it away. Leaving another replaces the address.
-- Refuses with unknown_conversation, not_with_bot.
--
-- Keys of a move; no others.
-- ARGV[3] ... JSON of the event, address, preview, then the wish: team, JSON of the reasons,
--   priority, JSON of the skills, language, JSON of the summary or ''

local body, address, preview = unpack(ARGV, 3, 5)

local owner = redis.call('HGET', conv, 'owner')
if not owner then return {'unknown_conversation'} end
if owner ~= 'bot' and owner ~= 'queue' then return {'not_with_bot'} end

append('message_left', body)
if owner == 'bot' then begin_to_wait(rules_of(ARGV[6]).name, 'message', {unpack(ARGV, 6)}) end
redis.call('HSET', conv, 'kind', 'message', 'address', address, 'preview', preview, 'last_at', now)
redis.call('HDEL', conv, 'away')
return done()
