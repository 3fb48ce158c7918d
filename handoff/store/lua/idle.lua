-- Nobody has written for the time a team calls idle: an event tells who is waited for, once until
-- somebody writes.
-- Answers whether it was so.
--
-- Keys of a move; no others.

local last = redis.call('ZSCORE', talk, conversation)
local owner, team, spoke = unpack(redis.call('HMGET', conv, 'owner', 'team', 'spoke'))
if not last or owner ~= 'agent' or now - last < rules_of(team).idle_ms then return {'ok', 0} end

redis.call('ZREM', talk, conversation)
local missing = spoke == 'customer' and 'agent' or 'customer'
append('idle', '{"waiting_for":"' .. missing .. '"}')
return done(1)
