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
from handoff.errors import AlreadyTaken, NotOwner, NotQueued, NotWithBot, StaleTurn
from handoff.model import (
    BotReply,
    Conversation,
    Event,
    EventType,
    HandoffRequest,
    Owner,
    Reason,
    Role,
)
from handoff.store.connection import connect

CONVERSATIONS = st.sampled_from(["c1", "c2"])
AGENTS = st.sampled_from(["ann", "bob"])
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

    def pass_to(self, owner, agent=None):
        self.owner, self.agent, self.epoch = owner, agent, self.epoch + 1


class Interleavings(RuleBasedStateMachine):
    """One desk, two conversations, two agents, and workers that are slow, late or dead."""

    def __init__(self, url, tandem_settings, replay):
        super().__init__()
        self.runner = asyncio.Runner()
        self.redis = connect(url)
        self.desk = Desk(self.redis, "main", tandem_settings)
        self.replay = replay
        self.expected = {"c1": Expected(), "c2": Expected()}
        self.announced = []
        self.turns = []
        self.counter = 0
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

    # -- agents

    @rule(c=CONVERSATIONS, agent=AGENTS)
    def agent_claims(self, c, agent):
        expected = self.expected[c]
        if expected.owner is Owner.QUEUE:
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
        queue, chats, turns, states, logs = self.do(self.snapshot())
        assert queue == {c for c, e in self.expected.items() if e.owner is Owner.QUEUE}
        for agent, mine in chats.items():
            assert mine == {c for c, e in self.expected.items() if e.agent == agent}
        for c, expected in self.expected.items():
            self.check_state(states[c], expected)
            self.check_transcript(logs[c], expected)
            self.check_that_the_bots_debt_is_announced(states[c], turns)

    async def snapshot(self):
        """Everything there is, in one round trip."""
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.zrange("{main}:queue", 0, -1)
            pipe.smembers("{main}:chats:ann").smembers("{main}:chats:bob")
            pipe.xrange("{main}:turns")
            for c in self.expected:
                pipe.hgetall(f"{{main}}:conv:{c}").xrange(f"{{main}}:log:{c}")
            queue, ann, bob, turns, *rest = await pipe.execute()
        logs = [[Event.from_stored(*entry) for entry in log] for log in rest[1::2]]
        return (
            set(queue),
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
