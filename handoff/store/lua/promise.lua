-- Remembers the first wait a customer was told, and when, to compare it with the real one.
--
-- KEYS[1] conv:<id> (hash): gets both
-- ARGV: the wait that was told, in ms from now

local conv = KEYS[1]

if redis.call('HGET', conv, 'owner') ~= 'queue' then return {'ok'} end
if redis.call('HSETNX', conv, 'promised', ARGV[1]) == 1 then
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('HSET', conv, 'promised_at', now)
end
return {'ok'}
