-- A conversation waits in the line of a team that is no longer in the plan: it moves to another.
-- Answers whether it was so.
--
-- Keys of a move; no others.

local owner, team, since, priority = unpack(redis.call('HMGET', conv,
  'owner', 'team', 'waiting_since', 'priority'))
if owner ~= 'queue' or policy.teams[team] then return {'ok', 0} end

redis.call('HSET', conv, 'team', policy.first)
stand_in_line(policy.first, since, priority)
return done(1)
