"""The queue: order, aging, teams, limits, estimates, patience, messages."""

import asyncio

import pytest

from handoff.desk import Desk
from handoff.desk.texts import TEXTS
from handoff.errors import BadRequest, NotWithBot, QueueFull
from handoff.model import BotReply, HandoffRequest, Outcome, Owner, Reason
from handoff.routing import DeskPlan, Team

MINUTE_MS = 60_000


@pytest.fixture
def with_plan(redis, settings, stage):
    """Gives the stage a desk of these teams."""

    def make(*teams, **more):
        stage.desk = Desk(redis, "main", settings, DeskPlan(teams=teams, **more))
        return stage.desk

    return make


async def hand_off(stage, conversation, **request):
    await stage.with_bot(conversation)
    await stage.desk.say(conversation, "m1", "Hello")
    wish = HandoffRequest((Reason("anger"),), **request)
    await stage.desk.finish_turn(await stage.taken(), [BotReply("One moment.")], wish)


async def older(redis, conversation, by_ms):
    """Let the conversation have waited longer."""
    for key in ("{main}:queue", "{main}:line:support"):
        await redis.zincrby(key, -by_ms, conversation)


async def order(desk):
    return [summary.conversation for summary in await desk.queue()]


async def test_a_priority_is_worth_so_much_waiting_and_no_more(desk, stage, redis):
    await hand_off(stage, "calm", priority=5)
    await hand_off(stage, "angry", priority=6)
    assert await order(desk) == ["angry", "calm"]
    await older(redis, "calm", 9 * MINUTE_MS)
    assert await order(desk) == ["angry", "calm"]
    await older(redis, "calm", 2 * MINUTE_MS)
    assert await order(desk) == ["calm", "angry"]


async def test_nobody_starves_whatever_the_priorities(desk, stage, redis):
    await hand_off(stage, "lowest", priority=0)
    await older(redis, "lowest", 9 * 10 * MINUTE_MS + 1)
    for n in range(20):
        await hand_off(stage, f"urgent{n}", priority=9)
        assert (await order(desk))[0] == "lowest"


async def test_skills_and_language_choose_the_team_and_each_has_its_own_line(stage, with_plan):
    desk = with_plan(
        Team(name="support"),
        Team(name="billing", skills=("invoice",)),
        Team(name="berlin", languages=("de",)),
    )
    await hand_off(stage, "c1", skills=("invoice",))
    await hand_off(stage, "c2", language="de")
    await hand_off(stage, "c3", skills=("shoes",), language="fr")
    await hand_off(stage, "c4", skills=("invoice",))
    teams = {summary.conversation: summary.wait.team for summary in await desk.queue()}
    assert teams == {"c1": "billing", "c2": "berlin", "c3": "support", "c4": "billing"}
    assert await desk.positions(["c1", "c2", "c3", "c4"]) == {"c1": 1, "c2": 1, "c3": 1, "c4": 2}


async def test_what_is_above_the_limit_goes_to_the_overflow(stage, with_plan):
    desk = with_plan(
        Team(name="support", queue_limit=1, overflow="second"), Team(name="second", queue_limit=1)
    )
    await stage.queued("c1")
    await stage.queued("c2")
    assert (await desk.summary("c2")).wait.team == "second"
    await stage.with_bot("c3")
    with pytest.raises(QueueFull):
        await desk.request_human("c3")
    assert (await desk.conversation("c3")).owner is Owner.BOT


async def test_a_bot_whose_handoff_finds_no_room_says_so_and_goes_on(stage, with_plan):
    desk = with_plan(Team(name="support", queue_limit=0))
    await hand_off(stage, "c1")
    assert (await desk.conversation("c1")).owner is Owner.BOT
    assert await stage.types() == ["message", "message", "turned_away", "message"]
    assert (await stage.said())[-1] == TEXTS[Outcome.QUEUE_FULL]
    await desk.say("c1", "m2", "Well then")
    turn = await stage.taken()
    assert (turn.texts, turn.outcome) == (("Well then",), Outcome.QUEUE_FULL)
    await desk.finish_turn(turn, [])
    await desk.say("c1", "m3", "Hello?")
    assert (await stage.taken()).outcome is None


async def test_many_at_once_do_not_overfill_a_line(stage, with_plan):
    desk = with_plan(Team(name="support", queue_limit=7))
    for n in range(30):
        await stage.with_bot(f"c{n}")
    outcomes = await asyncio.gather(
        *(desk.request_human(f"c{n}") for n in range(30)), return_exceptions=True
    )
    assert sum(isinstance(outcome, QueueFull) for outcome in outcomes) == 23
    assert await desk.queue_length() == 7


async def test_a_message_needs_no_room_and_waits_for_the_next_agent(stage, with_plan):
    desk = with_plan(Team(name="support", queue_limit=0))
    await stage.with_bot()
    await desk.leave_message("c1", " ada@example.com ", "Please call me")
    (waiting,) = await desk.queue()
    assert (waiting.wait.message, waiting.wait.address) == (True, "ada@example.com")
    assert waiting.preview == "Please call me"
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")
    left, queued, _ = [event.to_wire() for event in await desk.events("c1")]
    assert (left["type"], left["text"]) == ("message_left", "Please call me")
    assert queued["reasons"] == [{"code": "message_left", "detail": ""}]


async def test_who_waits_may_leave_a_message_and_keeps_the_place(desk, stage):
    await stage.queued("c1")
    await stage.queued("c2")
    await desk.leave_message("c1", "+49 30 1234567", "Call me")
    assert await desk.position("c1") == 1
    assert (await desk.conversation("c1")).epoch == 2
    await desk.cancel_handoff("c1")
    assert (await desk.conversation("c1")).owner is Owner.BOT


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a b@example.com", "12", "x" * 300])
async def test_a_message_without_an_address_is_refused(desk, stage, address):
    await stage.with_bot()
    with pytest.raises(BadRequest):
        await desk.leave_message("c1", address, "Call me")


async def test_no_message_is_left_while_an_agent_is_there(desk, stage):
    await stage.with_agent()
    with pytest.raises(NotWithBot):
        await desk.leave_message("c1", "ada@example.com", "Call me")


@pytest.mark.parametrize(
    ("on_duty", "outcome"),
    [(["support"], Outcome.TIMED_OUT), ([], Outcome.NOBODY_THERE)],
)
async def test_after_the_patience_of_a_team_the_bot_is_back_and_says_why(
    stage, with_plan, on_duty, outcome
):
    desk = with_plan(Team(name="support", patience_s=0.05))
    await stage.queued()
    assert await desk.give_up(on_duty) == []
    await asyncio.sleep(0.06)
    assert await desk.give_up(on_duty) == ["c1"]
    assert (await desk.conversation("c1")).owner is Owner.BOT
    assert await stage.said() == [TEXTS[outcome]]
    await desk.say("c1", "m1", "What now?")
    turn = await stage.taken()
    assert (turn.texts, turn.fresh, turn.outcome) == (("What now?",), True, outcome)


async def test_out_of_hours_is_told_as_such_and_a_message_waits_on(stage, with_plan):
    desk = with_plan(Team(name="support", patience_s=0.01, hours={"week": {}}))
    await stage.queued("c1")
    await stage.queued("c2")
    await desk.leave_message("c2", "ada@example.com", "Call me")
    await asyncio.sleep(0.02)
    assert await desk.give_up(["support"]) == ["c1"]
    assert await stage.said() == [TEXTS[Outcome.OUT_OF_HOURS]]
    outlook = (await desk.outlooks())["support"]
    assert (outlook.availability, outlook.length) == ("closed", 1)


async def test_the_wait_is_estimated_from_what_was_measured(desk, stage, redis):
    await desk.heartbeat("ann", "Ann", "socket")
    for n in range(3):
        await stage.with_agent(f"c{n}")
        await redis.hincrby(f"{{main}}:conv:c{n}", "claimed_at", -60_000)
        await desk.close(f"c{n}", "ann", "Ann")
    await stage.queued("next")
    outlook = (await desk.outlooks())["support"]
    assert outlook.measured.handled == 3
    assert 60_000 <= outlook.measured.handling_ms < 62_000
    assert (outlook.places, outlook.free, outlook.on_duty) == (8, 8, 1)
    assert outlook.wait_ms(1) == 0
    assert 7_500 <= outlook.wait_ms(9) < 7_800


async def test_who_waits_for_a_team_that_is_gone_is_moved(stage, with_plan):
    with_plan(Team(name="support"), Team(name="old", skills=("x",)))
    await hand_off(stage, "c1", skills=("x",))
    desk = with_plan(Team(name="support"))
    assert await desk.position("c1") is None
    assert await desk.reroute() == ["c1"]
    assert await desk.reroute() == []
    assert await desk.position("c1") == 1
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")
