-- Remembers the first wait a customer was told, to compare it with the real one.
--
-- KEYS[1] conv:<id> (hash): gets the promise
-- ARGV: expected wait in ms since the conversation began to wait

local conv = KEYS[1]

if redis.call('HGET', conv, 'owner') == 'queue' then
  redis.call('HSETNX', conv, 'promised', ARGV[1])
end
return {'ok'}
