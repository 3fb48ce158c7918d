-- No socket of the customer has been heard of for the grace time: whoever waits or talks with an
-- agent is marked as away. Whoever left a message need not be there.
-- Answers whether it was so.
--
-- Keys of a move, and:
-- KEYS[10] here (sorted set): forgets the conversation
-- KEYS[11] gone (sorted set): gets the time at which the conversation is given up
-- ARGV[3] grace in ms

local here, gone = unpack(KEYS, 10, 11)

local seen = redis.call('ZSCORE', here, conversation)
if not seen or now - seen < tonumber(ARGV[3]) then return {'ok', 0} end
local owner, team, kind, away, turn = unpack(redis.call('HMGET', conv,
  'owner', 'team', 'kind', 'away', 'turn'))
-- The bot's turn may end in the queue, where nobody would notice that the customer has gone.
if owner == 'bot' and turn ~= '' then return {'ok', 0} end
redis.call('ZREM', here, conversation)
if (owner ~= 'queue' and owner ~= 'agent') or away or kind == 'message' then
  return {'ok', 0}
end

redis.call('HSET', conv, 'away', now)
redis.call('ZADD', gone, now + rules_of(team).away_ms, conversation)
append('customer_away', '{}')
return done(1)
