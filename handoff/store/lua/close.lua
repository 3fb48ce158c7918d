-- The agent ends the conversation, which waits to be archived; until then it does not expire.
-- Refuses with unknown_conversation, not_owner.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): loses the conversation
-- KEYS[11] agent:<agent> (hash): has a place more, and wraps up
-- KEYS[12] to_archive (sorted set): gets the conversation with the time of its end
-- ARGV[3] ... agent, JSON of the event

local chats, agent_key, to_archive = unpack(KEYS, 10, 12)
local agent, body = unpack(ARGV, 3)

local owner, holder, team, claimed_at = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'claimed_at'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end

measure(team, 'handling', now - (claimed_at or now))
release(agent_key, chats, rules_of(team).wrap_up_ms)
end_handoff('closed', 'completed')
append('closed', body)
redis.call('ZADD', to_archive, now, conversation)
return done()
