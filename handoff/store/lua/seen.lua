-- One side has got, or has read, a conversation up to an event. Positions only move on, and never
-- beyond the last event: of the customer's, the last that customers are told, so that an answer
-- tells nothing of the others. While an agent has the conversation nobody else's eyes count for the
-- team.
-- Refuses with unknown_conversation.
--
-- KEYS[1] conv:<id> (hash): keeps the positions of both sides
-- KEYS[2] log:<id> (stream): is asked for its last events
-- KEYS[3] bell (channel): rings for the conversation if a position moved
-- ARGV: conversation, side (customer or agent), agent or '', event that was delivered or '', event
--   that was read or '', types of events that this side is not told

local conv, log, bell = unpack(KEYS)
local conversation, side, agent, delivered, read = unpack(ARGV)
local hidden = {}
for n = 6, #ARGV do hidden[ARGV[n]] = true end

local owner, holder, guests, known_delivered, known_read = unpack(redis.call('HMGET', conv,
  'owner', 'agent', 'guests', side .. '_delivered', side .. '_read'))
if not owner then return {'unknown_conversation'} end
local joined = guests and string.find(guests, ',' .. agent .. ',', 1, true)
if side == 'agent' and owner == 'agent' and holder ~= agent and not joined then return {'ok'} end

local function parts(id)
  local ms, n = string.match(id, '^(%d+)%-?(%d*)$')
  return tonumber(ms), tonumber(n) or 0
end

local function after(one, other)
  local ms, n = parts(one)
  local other_ms, other_n = parts(other)
  return ms > other_ms or (ms == other_ms and n > other_n)
end

local function last_shown()
  local before = '+'
  while true do
    local entry = redis.call('XREVRANGE', log, before, '-', 'COUNT', 1)[1]
    if not entry then return '0' end
    local id, fields = unpack(entry)
    for n = 1, #fields, 2 do
      if fields[n] == 'type' and not hidden[fields[n + 1]] then return id end
    end
    before = '(' .. id
  end
end

local last
local function moves(known, wanted)
  if wanted == '' or not after(wanted, known) then return known, false end
  last = last or last_shown()
  if after(wanted, last) then wanted = last end
  return wanted, after(wanted, known)
end

local read_moved, delivered_moved
read, read_moved = moves(known_read or '0', read)
-- What was read was delivered.
if read_moved and (delivered == '' or after(read, delivered)) then delivered = read end
delivered, delivered_moved = moves(known_delivered or '0', delivered)
if read_moved then redis.call('HSET', conv, side .. '_read', read) end
if delivered_moved then redis.call('HSET', conv, side .. '_delivered', delivered) end
if read_moved or delivered_moved then redis.call('PUBLISH', bell, conversation) end
return {'ok'}
