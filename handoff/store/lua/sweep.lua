-- A conversation of an agent whose heartbeat stopped returns to the queue with the time it has
-- waited since, as if nobody had taken it. Does nothing if the agent is heard again.
-- Answers whether it returned.
--
-- Keys of a move, and:
-- KEYS[10] chats:<agent> (set): loses the conversation
-- KEYS[11] agents (sorted set): is asked for the last heartbeat
-- ARGV[3] ... agent, grace in ms

local chats, agents = unpack(KEYS, 10, 11)
local agent, grace = unpack(ARGV, 3)

local seen = redis.call('ZSCORE', agents, agent)
if seen and now - seen < tonumber(grace) then return {'ok', 0} end
local owner, holder, team = unpack(redis.call('HMGET', conv, 'owner', 'agent', 'team'))
redis.call('SREM', chats, conversation)
if owner ~= 'agent' or holder ~= agent then return {'ok', 0} end

withdraw_offer()
redis.call('ZREM', talk, conversation)
wait_again(rules_of(team).name, 'true')
return done(1)
