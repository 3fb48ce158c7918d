-- The customer has been away for too long: the conversation is closed and an agent's place free.
-- It opens again when the customer writes. Whoever left a message is not waited for.
-- Answers whether it was closed; refuses with moved if the caller knew another holder.
--
-- Keys of a move, and:
-- KEYS[10] chats:<holder> (set): loses the conversation
-- KEYS[11] agent:<holder> (hash): has a place more
-- KEYS[12] to_archive (sorted set): gets the conversation with the time of its end
-- KEYS[13] gone (sorted set): forgets the conversation
-- ARGV[3] ... holder or '', JSON of the event

local chats, agent_key, to_archive, gone = unpack(KEYS, 10, 13)
local from, body = unpack(ARGV, 3)

local owner, holder, team, away, claimed_at = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'team', 'away', 'claimed_at'))
local due = redis.call('ZSCORE', gone, conversation)
if due and tonumber(due) > tonumber(now) then return {'ok', 0} end
if (owner ~= 'queue' and owner ~= 'agent') or not away then
  redis.call('ZREM', gone, conversation)
  return {'ok', 0}
end
if (holder or '') ~= from then return {'moved'} end

if owner == 'queue' then
  leave_line(team)
  count_unserved(team)
  measure(team, 'abandoned', now - redis.call('HGET', conv, 'waiting_since'))
else
  measure(team, 'handling', now - (claimed_at or now))
  release(agent_key, chats, 0)
end
end_handoff('closed', 'customer_left')
append('closed', body)
redis.call('ZREM', gone, conversation)
redis.call('ZADD', to_archive, now, conversation)
return done(1)
