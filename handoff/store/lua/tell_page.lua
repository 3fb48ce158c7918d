-- The widget tells on which page it is, which language the browser prefers and what the site vouches
-- for about the customer; the bot's turns from now on are told. A conversation that does not exist stays so.
-- Whoever the site vouched for first keeps the conversation, signed out or not: another customer of
-- the site changes nothing. Answers whether it was told.
--
-- KEYS[1] conv:<id> (hash): remembers all three, and who was vouched for first
-- KEYS[2] bell (channel): rings for the conversation if the identity changed, which agents see
-- ARGV: conversation, id of the identity or '', then each field that is told and its value ('' for
--   what is unknown): page, page_language, identity as JSON; the others stay

local conv, bell = unpack(KEYS)
local conversation, customer = ARGV[1], ARGV[2]

if redis.call('EXISTS', conv) == 1 then
  if customer ~= '' then
    redis.call('HSETNX', conv, 'vouched_for', customer)
    if redis.call('HGET', conv, 'vouched_for') ~= customer then return {'ok', 0} end
  end
  local known = redis.call('HGET', conv, 'identity') or ''
  if #ARGV > 2 then redis.call('HSET', conv, unpack(ARGV, 3)) end
  local identity = redis.call('HGET', conv, 'identity') or ''
  if identity ~= known then redis.call('PUBLISH', bell, conversation) end
end
return {'ok', 1}
