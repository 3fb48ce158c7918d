-- The agent ends the conversation. From now on it expires, unless the customer writes again.
-- Refuses with unknown_conversation, not_owner.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): loses the conversation
-- KEYS[11] agent:<agent> (hash): has a place more, and wraps up
-- KEYS[12] closed (sorted set): gets the conversation with the time it expires
-- KEYS[13] sent:<id> (hash): expires, as conv and log do
-- ARGV[3] ... agent, JSON of the event, retention in ms

local chats, agent_key, closed, sent = unpack(KEYS, 10, 13)
local agent, body, retention = unpack(ARGV, 3)

local owner, holder, team, claimed_at = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'claimed_at'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end

measure(team, 'handling', now - (claimed_at or now))
release(agent_key, chats, rules_of(team).wrap_up_ms)
end_handoff('closed', 'completed')
append('closed', body)
redis.call('ZADD', closed, now + retention, conversation)
for _, key in ipairs({conv, log, sent}) do redis.call('PEXPIRE', key, retention) end
return done()
