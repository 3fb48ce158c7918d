-- What the moves of a conversation share. It is put ahead of every script named in MOVES.
--
-- KEYS[1] conv:<id> (hash): the state, which changes
-- KEYS[2] log:<id> (stream): gets the events
-- KEYS[3] all (sorted set): is told to have changed just now
-- KEYS[4] bell (channel): rings for the conversation
-- KEYS[5] queue (sorted set): every conversation that waits, the one to serve next first
-- KEYS[6] offers (sorted set): conversations offered to an agent, by the end of the offer
-- KEYS[7] reserved (hash): places that open offers hold, by agent
-- KEYS[8] talk (sorted set): conversations with an agent, by the time of the last message
-- KEYS[9] figures (hash): running means, by team
-- KEYS[10] ... the script's own, as its map tells
-- the last KEYS: line:<team> (sorted set) of every team, in the order of the policy
-- ARGV[1] JSON of the policy, ARGV[2] conversation, ARGV[3] ... the script's own

local conv, log, all, bell, queue, offers, reserved, talk, figures = unpack(KEYS, 1, 9)
local policy, conversation = cjson.decode(ARGV[1]), ARGV[2]
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

-- The rules of a team; a team that is gone from the plan is the first one.
local function rules_of(team)
  return policy.teams[team] or policy.teams[policy.first]
end

local function line_of(team)
  return KEYS[#KEYS - policy.count + rules_of(team).place]
end

local function append(kind, body)
  return redis.call('XADD', log, '*', 'type', kind, 'at', now, 'body', body)
end

local function done(...)
  redis.call('ZADD', all, now, conversation)
  redis.call('PUBLISH', bell, conversation)
  return {'ok', ...}
end

local function pass_to(owner, ...)
  redis.call('HSET', conv, 'owner', owner, 'last_at', now, ...)
  redis.call('HINCRBY', conv, 'epoch', 1)
end

-- The score grows with the time since which it waits and never changes: one level of priority is
-- worth bonus_ms of waiting, so whoever has waited 9 * bonus_ms is overtaken by nobody who comes.
local function stand_in_line(team, since, priority)
  local score = since - priority * policy.bonus_ms
  redis.call('ZADD', queue, score, conversation)
  redis.call('ZADD', line_of(team), score, conversation)
end

local function withdraw_offer()
  local to = redis.call('HGET', conv, 'offer')
  if not to then return end
  redis.call('HDEL', conv, 'offer', 'offer_name', 'offer_until', 'offered_at')
  redis.call('ZREM', offers, conversation)
  if redis.call('HINCRBY', reserved, to, -1) < 1 then redis.call('HDEL', reserved, to) end
end

local function leave_line(team)
  withdraw_offer()
  redis.call('ZREM', queue, conversation)
  redis.call('ZREM', line_of(team), conversation)
end

-- The team that may take one more, or nil.
local function team_with_room(team)
  for _, name in ipairs({team, rules_of(team).overflow}) do
    local rules = rules_of(name)
    if rules.limit < 0 or redis.call('ZCARD', line_of(name)) < rules.limit then
      return policy.teams[name] and name or policy.first
    end
  end
end

-- How often something happened to a team.
local function count(team, what)
  return redis.call('HINCRBY', figures, rules_of(team).name .. ':' .. what .. ':n', 1)
end

-- Upper bounds of the histograms in ms; what is longer counts under `inf`.
local BOUNDS = {1000, 5000, 10000, 20000, 30000, 60000, 120000, 300000, 600000, 1200000, 1800000,
  3600000, 7200000, 14400000, 86400000}

-- A duration in ms: its number, sum and histogram, and the mean of the latest hundred or so, where
-- later ones weigh as much as each of the first hundred.
local function measure(team, what, value)
  local field = rules_of(team).name .. ':' .. what
  local n = count(team, what)
  local mean = tonumber(redis.call('HGET', figures, field) or '0')
  mean = mean + (value - mean) / math.min(n, 100)
  redis.call('HSET', figures, field, string.format('%.3f', mean))
  redis.call('HINCRBY', figures, field .. ':sum', string.format('%.0f', value))
  local under = 'inf'
  for _, bound in ipairs(BOUNDS) do
    if value <= bound then
      under = string.format('%.0f', bound)
      break
    end
  end
  redis.call('HINCRBY', figures, field .. ':le:' .. under, 1)
end

-- From the bot to a line. `wish`: team, JSON of the reasons, priority, JSON of the skills, language,
-- JSON of the summary or ''.
local function begin_to_wait(team, kind, wish)
  local _, reasons, priority, skills, language, summary = unpack(wish)
  pass_to('queue', 'waiting_since', now, 'reasons', reasons, 'priority', priority, 'team', team,
    'skills', skills, 'language', language, 'summary', summary, 'kind', kind,
    'turn', '', 'token', '')
  local more = summary ~= '' and ',"summary":' .. summary or ''
  append('queued', '{"reasons":' .. reasons .. ',"priority":' .. priority .. ',"team":'
    .. cjson.encode(team) .. ',"again":false' .. more .. '}')
  stand_in_line(team, now, priority)
end

-- Back to a line with the old place.
local function wait_again(team, again)
  local since, reasons, priority = unpack(redis.call('HMGET', conv,
    'waiting_since', 'reasons', 'priority'))
  redis.call('HDEL', conv, 'agent', 'agent_name', 'guests', 'claimed_at', 'declined')
  pass_to('queue', 'team', team)
  append('queued', '{"reasons":' .. reasons .. ',"priority":' .. priority .. ',"team":'
    .. cjson.encode(team) .. ',"again":' .. again .. '}')
  stand_in_line(team, since, priority)
end

-- The handoff is over. The bot's cursor moves past what was written to others, and its context
-- will be reset and told the outcome.
local function end_handoff(owner, outcome)
  local cursor, team, since, answered = unpack(redis.call('HMGET', conv,
    'last_customer', 'team', 'waiting_since', 'answered'))
  if answered then measure(team, 'response', answered - since) end
  pass_to(owner, 'cursor', cursor, 'fresh', '1', 'reasons', '[]', 'outcome', outcome)
  redis.call('HDEL', conv, 'agent', 'agent_name', 'waiting_since', 'priority', 'team', 'skills',
    'language', 'summary', 'kind', 'address', 'declined', 'declined_at', 'guests',
    'claimed_at', 'promised', 'promised_at', 'served', 'answered', 'spoke', 'away')
end

-- Why the agent may not get one more conversation of the team, or nil. `held`: places that the
-- agent holds for this very conversation already. Only a heartbeat fills in the teams and only
-- retiring removes them, so who has none was never here or is forgotten, whatever the status.
local function refusal(agent, agent_key, chats, team, held)
  local status, capacity, teams = unpack(redis.call('HMGET', agent_key,
    'status', 'capacity', 'teams'))
  if not teams or status ~= 'available' then return 'not_available' end
  if team and not string.find(teams, ',' .. rules_of(team).name .. ',', 1, true) then
    return 'not_your_team'
  end
  local load = redis.call('SCARD', chats) + (redis.call('HGET', reserved, agent) or 0) - held
  if load >= tonumber(capacity or policy.capacity) then return 'at_capacity' end
end

-- The agent owns the conversation from now on.
local function give_to(agent, name, agent_key, chats, agents, body)
  pass_to('agent', 'agent', agent, 'agent_name', name, 'last_agent', agent, 'claimed_at', now,
    'spoke', 'customer')
  redis.call('HDEL', conv, 'declined', 'declined_at')
  redis.call('SADD', chats, conversation)
  redis.call('ZADD', talk, now, conversation)
  redis.call('ZADD', agents, now, agent)
  redis.call('HSET', agent_key, 'idle_since', now)
  redis.call('HDEL', agent_key, 'wrap_until')
  append('claimed', body)
end

-- How much is left of the wait that the customer was told, below 0 if it is over; nil for whom
-- none was told, or was served since.
local function left_of_wait()
  local promised, promised_at, served = unpack(redis.call('HMGET', conv,
    'promised', 'promised_at', 'served'))
  if promised and promised_at and not served then return promised - (now - promised_at) end
end

-- The customer leaves the queue unserved, after the wait that was told or before its end.
local function count_unserved(team)
  local left = left_of_wait()
  if left then count(team, left < 0 and 'unserved_longer' or 'unserved_shorter') end
end

-- The first wait is over: what the customer was told is compared with what was left of it then.
local function measure_wait(team)
  local since, served = unpack(redis.call('HMGET', conv, 'waiting_since', 'served'))
  if served then return end
  local early = left_of_wait()
  redis.call('HSET', conv, 'served', '1')
  measure(team, 'wait', now - since)
  if not early then return end
  measure(team, 'error', math.abs(early))
  measure(team, early < 0 and 'longer' or 'shorter', math.abs(early))
end

-- The agent has a place more; `wrap_up` in ms without offers.
local function release(agent_key, chats, wrap_up)
  withdraw_offer()
  redis.call('SREM', chats, conversation)
  redis.call('ZREM', talk, conversation)
  redis.call('HSET', agent_key, 'idle_since', now)
  if wrap_up > 0 then redis.call('HSET', agent_key, 'wrap_until', now + wrap_up) end
end
