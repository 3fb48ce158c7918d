-- The widget tells on which page it is, which language the browser prefers and what the site vouches
-- for about the customer; the bot's turns from now on are told. A conversation that does not exist stays so.
--
-- KEYS[1] conv:<id> (hash): remembers all three
-- ARGV: path of the page, language, identity as JSON; '' for what is unknown

local conv = KEYS[1]
local page, language, identity = ARGV[1], ARGV[2], ARGV[3]

if redis.call('EXISTS', conv) == 1 then
  redis.call('HSET', conv, 'page', page, 'page_language', language, 'identity', identity)
end
return {'ok'}
