-- The agent passes the conversation on at once, to another agent or to a team's line, where it
-- keeps the time it has waited since.
-- Refuses with unknown_conversation, not_owner, not_available, at_capacity, queue_full.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): loses the conversation
-- KEYS[11] agent:<agent> (hash): has a place more
-- KEYS[12] agents (sorted set): is asked whether the other agent is there
-- KEYS[13] chats:<other> (set): gets the conversation, if it goes to an agent
-- KEYS[14] agent:<other> (hash): is asked whether the other may
-- ARGV[3] ... agent, other agent or '', name of the other, team or '', grace in ms, JSON of
--   `transferred`, JSON of `claimed`

local chats, agent_key, agents, others, other_key = unpack(KEYS, 10, 14)
local agent, other, name, team, grace, body, claimed = unpack(ARGV, 3)

local owner, holder, present = unpack(redis.call('HMGET', conv, 'owner', 'agent', 'team'))
if not owner then return {'unknown_conversation'} end
if owner ~= 'agent' or holder ~= agent then return {'not_owner'} end
if other ~= '' then
  local seen = redis.call('ZSCORE', agents, other)
  if other == agent or not seen or now - seen >= tonumber(grace) then return {'not_available'} end
  local offer = redis.call('HGET', conv, 'offer')
  local no = refusal(other, other_key, others, nil, offer == other and 1 or 0)
  if no then return {no} end
elseif team_with_room(team) ~= rules_of(team).name then
  return {'queue_full'}
end

release(agent_key, chats, rules_of(present).wrap_up_ms)
append('transferred', body)
if other ~= '' then
  give_to(other, name, other_key, others, agents, claimed)
else
  wait_again(rules_of(team).name, 'false')
end
return done()
