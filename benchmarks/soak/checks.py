"""What must hold of a desk at any moment, and of every transcript at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis

from handoff.desk import Desk
from handoff.model import Event, EventType, Owner, Role
from handoff.store.keys import Keys

NEXT_OWNER = {
    EventType.QUEUED: Owner.QUEUE,
    EventType.CLAIMED: Owner.AGENT,
    EventType.HANDED_BACK: Owner.BOT,
    EventType.CANCELLED: Owner.BOT,
    EventType.CLOSED: Owner.CLOSED,
    EventType.REOPENED: Owner.BOT,
    EventType.UNSERVED: Owner.BOT,
}
ALLOWED_BEFORE = {
    EventType.QUEUED: {Owner.BOT, Owner.AGENT},
    EventType.CLAIMED: {Owner.QUEUE, Owner.AGENT},
    EventType.HANDED_BACK: {Owner.AGENT},
    EventType.CANCELLED: {Owner.QUEUE},
    EventType.CLOSED: {Owner.AGENT, Owner.QUEUE},
    EventType.REOPENED: {Owner.CLOSED},
    EventType.UNSERVED: {Owner.QUEUE},
}

# One atomic look at all agents. ARGV: capacity; KEYS[1] reserved, then conv:<id> of every
# conversation, named by ARGV[2] on, then chats:<agent> of every agent.
_SNAPSHOT = """
local capacity, known, faults, holder = tonumber(ARGV[1]), tonumber(ARGV[2]), {}, {}
for i = known + 2, #KEYS do
  local agent = string.match(KEYS[i], 'chats:(.*)$')
  local mine = redis.call('SMEMBERS', KEYS[i])
  local held = #mine + (redis.call('HGET', KEYS[1], agent) or 0)
  if held > capacity then faults[#faults + 1] = 'over capacity: ' .. agent end
  for _, one in ipairs(mine) do
    if holder[one] then faults[#faults + 1] = 'two owners: ' .. one end
    holder[one] = agent
  end
end
for i = 2, known + 1 do
  local owner, agent, id = unpack(redis.call('HMGET', KEYS[i], 'owner', 'agent', 'id'))
  if owner == 'agent' and holder[id] ~= agent then faults[#faults + 1] = 'astray: ' .. id end
  if owner ~= 'agent' and holder[id] then faults[#faults + 1] = 'held in ' .. owner end
end
return faults
"""


async def look(
    redis: Redis, keys: Keys, conversations: Sequence[str], agents: Sequence[str], capacity: int
) -> list[str]:
    """Look at every agent and conversation at one moment and name what should not be."""
    names = [keys.reserved, *map(keys.conv, conversations), *map(keys.chats, agents)]
    faults: Any = await redis.eval(_SNAPSHOT, len(names), *names, capacity, len(conversations))
    return list(faults)


def replay(events: Sequence[Event]) -> tuple[Owner, int]:
    """Return owner and epoch as the transcript alone tells them.

    Raises:
        AssertionError: it breaks a rule; the text says which.
    """
    owner, epoch, agent = Owner.BOT, 1, None
    for event in events:
        if event.type in NEXT_OWNER:
            if owner not in ALLOWED_BEFORE[event.type]:
                raise AssertionError(f"{event.type} while owned by {owner}")
            owner, epoch = NEXT_OWNER[event.type], epoch + 1
            agent = event.data["name"] if event.type is EventType.CLAIMED else agent
        elif event.type is EventType.MESSAGE:
            _check_message(event, owner, agent)
    ids = [tuple(map(int, event.id.split("-"))) for event in events]
    if ids != sorted(set(ids)):
        raise AssertionError("events out of order or doubled")
    return owner, epoch


def _check_message(event: Event, owner: Owner, agent: str | None) -> None:
    if event.role is Role.BOT and owner is not Owner.BOT:
        raise AssertionError(f"the bot spoke while {owner} owned the conversation")
    if event.role is Role.AGENT and owner is not Owner.AGENT:
        raise AssertionError(f"an agent spoke while {owner} owned the conversation")
    if event.role is Role.AGENT and event.data["name"] != agent:
        raise AssertionError("an agent who is not the owner spoke")
    if event.role is Role.CUSTOMER and owner is Owner.CLOSED:
        raise AssertionError("a message was stored in a closed conversation")


async def transcripts(desk: Desk, conversations: Sequence[str]) -> list[str]:
    """Replay every transcript against the state, and name what does not fit."""
    faults = []
    waiting = {summary.conversation for summary in await desk.queue(len(conversations))}
    for one in conversations:
        events = await all_events(desk, one)
        state = await desk.conversation(one)
        try:
            if replay(events) != (state.owner, state.epoch):
                faults.append(f"transcript and state differ: {one}")
        except AssertionError as error:
            faults.append(f"{error}: {one}")
        if (one in waiting) != (state.owner is Owner.QUEUE):
            faults.append(f"lost: {one}")
    return faults


async def all_events(desk: Desk, conversation: str) -> list[Event]:
    """Read a whole transcript."""
    events: list[Event] = []
    while page := await desk.events(conversation, events[-1].id if events else "0"):
        events += page
    return events
