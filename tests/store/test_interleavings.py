"""Whatever customers, the bot's workers and agents do in whatever order, the guarantees hold."""

import asyncio
import os
from dataclasses import dataclass, field

from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from handoff.desk import Desk
from handoff.errors import (
    AlreadyOffered,
    AlreadyTaken,
    AtCapacity,
    NotAvailable,
    NotOffered,
    NotOwner,
    NotQueued,
    NotWithAgent,
    NotWithBot,
    StaleTurn,
)
from handoff.model import (
    BotReply,
    Conversation,
    Event,
    EventType,
    HandoffRequest,
    Owner,
    Reason,
    Role,
    Status,
)
from handoff.routing import DeskPlan, Team
from handoff.store.connection import connect

CONVERSATIONS = st.sampled_from(["c1", "c2"])
AGENTS = st.sampled_from(["ann", "bob"])
PLAN = DeskPlan(teams=(Team(name="support", capacity=1), Team(name="sales", capacity=1)))
LASTS_MS = 60_000
EXAMPLES = int(os.environ.get("TANDEM_TEST_EXAMPLES", "25"))
"""How many random histories are tried; a nightly run may ask for thousands."""


@dataclass
class Expected:
    """What one conversation must look like."""

    owner: Owner = Owner.BOT
    epoch: int = 1
    agent: str | None = None
    said: list[str] = field(default_factory=list)
    event_ids: list[str] = field(default_factory=list)
    agents_said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    waiting_since: int | None = None
    offered: str | None = None

    def pass_to(self, owner, agent=None):
        self.owner, self.agent, self.epoch = owner, agent, self.epoch + 1
        self.offered = None


class Interleavings(RuleBasedStateMachine):
    """One desk, two conversations, two agents, and workers that are slow, late or dead."""

    def __init__(self, url, tandem_settings, replay):
        super().__init__()
        self.runner = asyncio.Runner()
        self.redis = connect(url)
        self.desk = Desk(self.redis, "main", tandem_settings, PLAN)
        self.replay = replay
        self.expected = {"c1": Expected(), "c2": Expected()}
        self.announced = []
        self.turns = []
        self.counter = 0
        self.status = {"ann": Status.AVAILABLE, "bob": Status.AVAILABLE}
        self.here = set()
        self.do(self.redis.flushall())
        self.do(self.desk.prepare_turns())
        for conversation in self.expected:
            self.do(self.desk.open(conversation, "Ada"))

    def do(self, coroutine):
        return self.runner.run(coroutine)

    def refused(self, coroutine, *errors):
        try:
            self.do(coroutine)
        except errors:
            return
        raise AssertionError(f"not refused with {errors}")

    def load(self, agent, without=None):
        """Places the agent has in use, but for those in one conversation."""
        others = [expected for c, expected in self.expected.items() if c != without]
        return sum((e.agent == agent) + (e.offered == agent) for e in others)

    def obstacle(self, agent, c):
        """Why the agent may not get one more conversation, or None."""
        if agent not in self.here or self.status[agent] is not Status.AVAILABLE:
            return NotAvailable
        return AtCapacity if self.load(agent, without=c) >= 1 else None

    def number(self):
        self.counter += 1
        return self.counter

    # -- the customer

    @rule(c=CONVERSATIONS)
    def customer_writes(self, c):
        expected, text = self.expected[c], f"m{self.number()}"
        event_id = self.do(self.desk.say(c, text, text))
        expected.said.append(text)
        expected.event_ids.append(event_id)
        if expected.owner is Owner.CLOSED:
            expected.pass_to(Owner.BOT)

    @rule(c=CONVERSATIONS, data=st.data())
    def customer_sends_again(self, c, data):
        expected = self.expected[c]
        if expected.said:
            n = data.draw(st.integers(0, len(expected.said) - 1))
            text = expected.said[n]
            assert self.do(self.desk.say(c, text, text)) == expected.event_ids[n]

    @rule(c=CONVERSATIONS)
    def customer_asks_for_a_person(self, c):
        expected = self.expected[c]
        if expected.owner is not Owner.BOT:
            self.refused(self.desk.request_human(c), NotWithBot)
            return
        self.do(self.desk.request_human(c))
        expected.pass_to(Owner.QUEUE)

    @rule(c=CONVERSATIONS)
    def customer_leaves_the_queue(self, c):
        expected = self.expected[c]
        if expected.owner is not Owner.QUEUE:
            self.refused(self.desk.cancel_handoff(c), NotQueued)
            return
        self.do(self.desk.cancel_handoff(c))
        expected.pass_to(Owner.BOT)

    @rule(c=CONVERSATIONS)
    def customer_leaves_a_message(self, c):
        expected, message = self.expected[c], ("ada@example.com", "call me")
        if expected.owner not in (Owner.BOT, Owner.QUEUE):
            self.refused(self.desk.leave_message(c, *message), NotWithBot)
            return
        self.do(self.desk.leave_message(c, *message))
        if expected.owner is Owner.BOT:
            expected.pass_to(Owner.QUEUE)

    # -- agents

    @rule(agent=AGENTS, status=st.sampled_from([Status.AVAILABLE, Status.BREAK]))
    def agent_says_whether_anything_may_come(self, agent, status):
        self.do(self.desk.set_status(agent, status))
        self.status[agent] = status

    @rule(agent=AGENTS)
    def agent_is_heard(self, agent):
        self.do(self.desk.heartbeat(agent, agent, "socket"))
        self.here.add(agent)

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def dispatcher_offers(self, c, agent):
        expected, offer = self.expected[c], self.desk.offer(c, agent, agent, LASTS_MS)
        if expected.owner is not Owner.QUEUE:
            self.refused(offer, NotQueued)
        elif expected.offered not in (None, agent):
            self.refused(offer, AlreadyOffered)
        elif expected.offered != agent and self.obstacle(agent, c):
            self.refused(offer, NotAvailable, AtCapacity)
        else:
            self.do(offer)
            expected.offered = agent

    @rule(c=CONVERSATIONS, agent=AGENTS, to=AGENTS)
    def agent_asks_another(self, c, agent, to):
        expected, offer = self.expected[c], self.desk.offer_to_agent(c, agent, agent, to)
        if expected.agent != agent:
            self.refused(offer, NotOwner if to in self.here else NotAvailable)
        elif expected.offered not in (None, to):
            self.refused(offer, AlreadyOffered)
        elif expected.offered == to:
            self.do(offer)
        elif to == agent or self.obstacle(to, c):
            self.refused(offer, NotAvailable, AtCapacity)
        else:
            self.do(offer)
            expected.offered = to

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def agent_accepts(self, c, agent):
        expected = self.expected[c]
        if expected.agent == agent:
            self.do(self.desk.accept(c, agent, agent))
        elif expected.offered != agent:
            self.refused(self.desk.accept(c, agent, agent), NotOffered)
        elif agent not in self.here:
            self.refused(self.desk.accept(c, agent, agent), NotAvailable)
        else:
            self.do(self.desk.accept(c, agent, agent))
            expected.pass_to(Owner.AGENT, agent)

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def agent_declines(self, c, agent):
        expected = self.expected[c]
        if expected.offered != agent:
            self.refused(self.desk.decline(c, agent, agent), NotOffered)
            return
        self.do(self.desk.decline(c, agent, agent))
        expected.offered = None

    @rule(c=CONVERSATIONS)
    def offer_ends(self, c):
        expected = self.expected[c]
        if expected.offered:
            self.do(self.redis.zadd("{main}:offers", {c: 1}))
            self.refused(self.desk.accept(c, expected.offered, "late"), NotOffered)
            assert self.do(self.desk.end_offers()) == [c]
            self.status[expected.offered], expected.offered = Status.AWAY, None

    @rule(c=CONVERSATIONS, agent=AGENTS, to=AGENTS)
    def agent_passes_on(self, c, agent, to):
        expected, transfer = self.expected[c], self.desk.transfer_to_agent(c, agent, agent, to)
        if expected.agent != agent:
            self.refused(transfer, NotOwner if to in self.here else NotAvailable)
        elif to == agent or self.obstacle(to, c):
            self.refused(transfer, NotAvailable, AtCapacity)
        else:
            self.do(transfer)
            expected.pass_to(Owner.AGENT, to)

    @rule(c=CONVERSATIONS, agent=AGENTS, team=st.sampled_from(PLAN.names))
    def agent_passes_to_a_team(self, c, agent, team):
        expected, transfer = self.expected[c], self.desk.transfer_to_team(c, agent, agent, team)
        if expected.agent != agent:
            self.refused(transfer, NotOwner)
            return
        self.do(transfer)
        expected.pass_to(Owner.QUEUE)

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def supervisor_takes_over(self, c, agent):
        expected, take = self.expected[c], self.desk.take_over(c, agent, agent)
        if expected.owner is not Owner.AGENT:
            self.refused(take, NotWithAgent)
        elif expected.agent == agent:
            self.do(take)
        elif self.obstacle(agent, c):
            self.refused(take, NotAvailable, AtCapacity)
        else:
            self.do(take)
            expected.pass_to(Owner.AGENT, agent)

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def agent_claims(self, c, agent):
        expected = self.expected[c]
        if expected.owner is Owner.QUEUE and self.obstacle(agent, c):
            self.refused(self.desk.claim(c, agent, agent), NotAvailable, AtCapacity)
        elif expected.owner is Owner.QUEUE:
            self.do(self.desk.claim(c, agent, agent))
            expected.pass_to(Owner.AGENT, agent)
        elif expected.owner is Owner.AGENT and expected.agent == agent:
            self.do(self.desk.claim(c, agent, agent))
        else:
            self.refused(self.desk.claim(c, agent, agent), AlreadyTaken, NotQueued)

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def agent_replies(self, c, agent):
        expected, text = self.expected[c], f"r{self.number()}"
        if expected.agent != agent:
            self.refused(self.desk.reply(c, agent, agent, text, text), NotOwner)
            return
        first = self.do(self.desk.reply(c, agent, agent, text, text))
        assert self.do(self.desk.reply(c, agent, agent, text, text)) == first
        expected.agents_said.append(text)

    @rule(c=CONVERSATIONS, agent=AGENTS, to=st.sampled_from([Owner.BOT, Owner.CLOSED]))
    def agent_ends(self, c, agent, to):
        expected = self.expected[c]
        end = self.desk.hand_back if to is Owner.BOT else self.desk.close
        if expected.agent != agent:
            self.refused(end(c, agent, agent), NotOwner)
            return
        self.do(end(c, agent, agent))
        expected.pass_to(to)

    @rule(agent=AGENTS)
    def agent_is_lost(self, agent):
        lost = [c for c, expected in self.expected.items() if expected.agent == agent]
        if not self.do(self.redis.zscore("{main}:agents", agent)):
            assert not lost
            return
        self.do(self.redis.zincrby("{main}:agents", -60_000, agent))
        assert sorted(self.do(self.desk.sweep())) == lost
        for c in lost:
            self.expected[c].pass_to(Owner.QUEUE)
        self.here.discard(agent)

    # -- the bot's workers

    @rule(n=st.integers(1, 3))
    def worker_reads(self, n):
        self.announced += self.do(self.desk.read_turns("one", n))

    @rule()
    def worker_dies_and_another_adopts(self):
        adopted = self.do(self.desk.adopt_turns("two", 10, 0))
        known = {scheduled.entry for scheduled in self.announced}
        self.announced += [scheduled for scheduled in adopted if scheduled.entry not in known]

    @rule(data=st.data(), keep=st.booleans())
    def worker_takes(self, data, keep):
        if not self.announced:
            return
        scheduled = data.draw(st.sampled_from(self.announced))
        if not keep:
            self.announced.remove(scheduled)
        token = f"t{self.number()}"
        turn = self.do(self.desk.take_turn(scheduled.conversation, token, scheduled.entry))
        if turn:
            assert self.expected[turn.conversation].owner is Owner.BOT
            self.turns.append(turn)

    @rule(data=st.data(), hands_off=st.booleans())
    def worker_finishes(self, data, hands_off):
        if not self.turns:
            return
        turn = data.draw(st.sampled_from(self.turns))
        self.turns.remove(turn)
        expected = self.expected[turn.conversation]
        request = HandoffRequest((Reason("anger"),), 6) if hands_off else None
        reply = BotReply(f"b{self.number()}")
        finish = self.desk.finish_turn(turn, [reply], request)
        if expected.owner is not Owner.BOT or turn.epoch != expected.epoch:
            self.refused(finish, StaleTurn)
            return
        try:
            self.do(finish)
        except StaleTurn:
            return  # another worker took it over; `teardown` tells if it was lost
        assert not set(turn.texts) & set(expected.answered), "a message was answered twice"
        expected.answered += turn.texts
        if hands_off:
            expected.pass_to(Owner.QUEUE)

    # -- what always holds

    @invariant()
    def the_guarantees_hold(self):
        queue, waits, chats, turns, states, logs = self.do(self.snapshot())
        waiting = {c for c, e in self.expected.items() if e.owner is Owner.QUEUE}
        assert queue == waiting
        self.check_lines_and_offers(waiting, *waits)
        for agent, mine in chats.items():
            assert mine == {c for c, e in self.expected.items() if e.agent == agent}
        for c, expected in self.expected.items():
            self.check_state(states[c], expected)
            self.check_transcript(logs[c], expected)
            self.check_that_the_bots_debt_is_announced(states[c], turns)

    def check_lines_and_offers(self, waiting, lines, offers, reserved):
        assert sorted(c for line in lines for c in line) == sorted(waiting)
        offered = {c: e.offered for c, e in self.expected.items() if e.offered}
        assert set(offers) == set(offered)
        held = list(offered.values())
        assert reserved == {agent: str(held.count(agent)) for agent in held}
        assert all(self.load(agent) <= 1 for agent in self.status), "over capacity"

    async def snapshot(self):
        """Everything there is, in one round trip."""
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.zrange("{main}:queue", 0, -1)
            pipe.zrange("{main}:line:support", 0, -1).zrange("{main}:line:sales", 0, -1)
            pipe.zrange("{main}:offers", 0, -1).hgetall("{main}:reserved")
            pipe.smembers("{main}:chats:ann").smembers("{main}:chats:bob")
            pipe.xrange("{main}:turns")
            for c in self.expected:
                pipe.hgetall(f"{{main}}:conv:{c}").xrange(f"{{main}}:log:{c}")
            queue, support, sales, offers, held, ann, bob, turns, *rest = await pipe.execute()
        logs = [[Event.from_stored(*entry) for entry in log] for log in rest[1::2]]
        return (
            set(queue),
            ((support, sales), offers, held),
            {"ann": set(ann), "bob": set(bob)},
            {entry for entry, _ in turns},
            dict(zip(self.expected, rest[::2], strict=True)),
            dict(zip(self.expected, logs, strict=True)),
        )

    def check_state(self, stored, expected):
        conversation = Conversation.from_stored(stored)
        assert (conversation.owner, conversation.agent, conversation.epoch) == (
            expected.owner,
            expected.agent,
            expected.epoch,
        )
        since = conversation.waiting_since
        if expected.owner in (Owner.BOT, Owner.CLOSED):
            assert since is None
        elif expected.waiting_since is not None:
            assert since == expected.waiting_since, "the waiting time was lost"
        expected.waiting_since = since

    def check_transcript(self, events, expected):
        assert self.replay(events) == (expected.owner, expected.epoch)
        assert [e.text for e in events if e.role is Role.CUSTOMER] == expected.said
        assert [e.text for e in events if e.role is Role.AGENT] == expected.agents_said

    def check_that_the_bots_debt_is_announced(self, state, turns):
        if state["owner"] == "bot" and state["cursor"] != state["last_customer"]:
            assert state["turn"], "an unanswered message without a turn"
        assert not state["turn"] or state["turn"] in turns, "the announcement of a turn is lost"

    def teardown(self):
        """Let a diligent worker finish everything; then every message must have its answer."""
        while True:
            due = self.do(self.desk.adopt_turns("last", 10, 0))
            due += self.do(self.desk.read_turns("last", 10))
            if not due:
                break
            for scheduled in due:
                turn = self.do(self.desk.take_turn(scheduled.conversation, "last", scheduled.entry))
                if turn:
                    self.do(self.desk.finish_turn(turn, [BotReply("done")]))
                    self.expected[turn.conversation].answered += turn.texts
        for c, expected in self.expected.items():
            events = self.do(self.desk.events(c))
            self.replay(events)
            if expected.owner is Owner.BOT:
                assert not self.do(self.desk.conversation(c)).bot_thinking
                assert owed(events) <= set(expected.answered)
            assert len(expected.answered) == len(set(expected.answered))
        assert self.do(self.redis.xlen("{main}:turns")) == 0
        self.do(self.redis.aclose())
        self.runner.close()


def owed(events):
    """The messages since the bot last became the owner."""
    texts = []
    for event in events:
        if event.type in (EventType.HANDED_BACK, EventType.CANCELLED, EventType.REOPENED):
            texts = []
        elif event.role is Role.CUSTOMER:
            texts.append(event.text)
    return set(texts)


def test_the_guarantees_hold_in_every_order(redis_url, settings, replay):
    run_state_machine_as_test(
        lambda: Interleavings(redis_url, settings, replay),
        settings=profile(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
