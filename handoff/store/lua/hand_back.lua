-- The agent gives the conversation back to the bot, which gets a turn to say so.
-- Refuses with unknown_conversation, not_owner.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): loses the conversation
-- KEYS[11] agent:<agent> (hash): has a place more, and wraps up
-- KEYS[12] turns (stream): gets a turn of kind handed_back
-- ARGV[3] ... agent, JSON of the event

local chats, agent_key, turns = unpack(KEYS, 10, 12)
local agent, body = unpack(ARGV, 3)

local owner, holder, team, claimed_at = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'claimed_at'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end

measure(team, 'handling', now - (claimed_at or now))
release(agent_key, chats, rules_of(team).wrap_up_ms)
end_handoff('bot', 'handed_back')
local entry = redis.call('XADD', turns, '*', 'conversation', conversation, 'kind', 'handed_back')
redis.call('HSET', conv, 'turn', entry, 'turn_kind', 'handed_back')
append('handed_back', body)
return done()
