-- The widget tells on which page it is and which language the browser prefers; the bot's turns from
-- now on are told. A conversation that does not exist stays so.
--
-- KEYS[1] conv:<id> (hash): remembers both
-- ARGV: path of the page, language; '' for what is unknown

local conv = KEYS[1]
local page, language = ARGV[1], ARGV[2]

if redis.call('EXISTS', conv) == 1 then
  redis.call('HSET', conv, 'page', page, 'page_language', language)
end
return {'ok'}
