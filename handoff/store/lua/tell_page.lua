-- The widget tells on which page it is, which language the browser prefers and what the site vouches
-- for about the customer; the bot's turns from now on are told. A conversation that does not exist stays so.
-- Whoever the site vouched for first keeps the conversation, signed out or not: another customer of
-- the site changes nothing. Answers whether it was told.
--
-- KEYS[1] conv:<id> (hash): remembers all three, and who was vouched for first
-- KEYS[2] bell (channel): rings for the conversation if the identity changed, which agents see
-- ARGV: conversation, path of the page, language, identity as JSON, its id; '' for what is unknown

local conv, bell = unpack(KEYS)
local conversation, page, language, identity, customer = unpack(ARGV)

if redis.call('EXISTS', conv) == 1 then
  if customer ~= '' then
    redis.call('HSETNX', conv, 'vouched_for', customer)
    if redis.call('HGET', conv, 'vouched_for') ~= customer then return {'ok', 0} end
  end
  local known = redis.call('HGET', conv, 'identity') or ''
  redis.call('HSET', conv, 'page', page, 'page_language', language, 'identity', identity)
  if identity ~= known then redis.call('PUBLISH', bell, conversation) end
end
return {'ok', 1}
