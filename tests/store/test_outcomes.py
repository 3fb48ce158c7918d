"""Every way in which a handoff ends: what the customer reads, and what the bot is told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from handoff.desk import Desk
from handoff.desk.texts import TEXTS
from handoff.model import BotReply, HandoffRequest, Outcome, Owner, Reason
from handoff.rasa_client import RasaClient
from handoff.routing import DeskPlan, Team
from handoff.turns import TurnWorkers

SHORT = {"patience_s": 0.01, "customer_away_s": 0.01}
PLANS = {
    Outcome.QUEUE_FULL: Team(name="support", queue_limit=0),
    Outcome.OUT_OF_HOURS: Team(name="support", hours={"week": {}}, **SHORT),
}


async def handed_back(desk, stage, _redis):
    await stage.with_agent()
    await desk.say("c1", "told", "My secret is for Ann alone")
    await desk.hand_back("c1", "ann", "Ann")


async def completed(desk, stage, _redis):
    await stage.with_agent()
    await desk.say("c1", "told", "My secret is for Ann alone")
    await desk.close("c1", "ann", "Ann")


async def cancelled(desk, stage, _redis):
    await stage.queued()
    await desk.say("c1", "told", "My secret is for Ann alone")
    await desk.cancel_handoff("c1")


async def nobody_there(desk, stage, _redis):
    await stage.queued()
    await asyncio.sleep(0.02)
    assert await desk.give_up([]) == ["c1"]


async def out_of_hours(desk, stage, redis):
    await nobody_there(desk, stage, redis)


async def timed_out(desk, stage, _redis):
    await stage.queued()
    await asyncio.sleep(0.02)
    assert await desk.give_up(["support"]) == ["c1"]


async def queue_full(desk, stage, _redis):
    await stage.with_bot()
    await desk.say("c1", "first", "Get me a person")
    wish = HandoffRequest((Reason("explicit_request"),))
    await desk.finish_turn(await stage.taken(), [BotReply("One moment.")], wish)


async def customer_left(desk, stage, redis):
    await stage.with_agent()
    await desk.customer_here(["c1"])
    await redis.zincrby("{main}:here", -60_000, "c1")
    assert await desk.mark_absent_customers(30_000) == ["c1"]
    await asyncio.sleep(0.02)
    assert await desk.abandon() == ["c1"]


ENDINGS = {
    Outcome.HANDED_BACK: handed_back,
    Outcome.COMPLETED: completed,
    Outcome.CANCELLED: cancelled,
    Outcome.NOBODY_THERE: nobody_there,
    Outcome.OUT_OF_HOURS: out_of_hours,
    Outcome.TIMED_OUT: timed_out,
    Outcome.QUEUE_FULL: queue_full,
    Outcome.CUSTOMER_LEFT: customer_left,
}
EVENTS = {
    Outcome.HANDED_BACK: "handed_back",
    Outcome.COMPLETED: "closed",
    Outcome.CANCELLED: "cancelled",
    Outcome.CUSTOMER_LEFT: "closed",
    Outcome.QUEUE_FULL: "turned_away",
}
"""What the transcript shows to the customer; `unserved` for all others."""


@pytest.fixture(params=ENDINGS, ids=str)
async def ended(request, redis, settings, stage):
    """A conversation whose handoff has ended: the outcome, and the desk."""
    outcome = request.param
    team = PLANS.get(outcome, Team(name="support", **SHORT))
    desk = stage.desk = Desk(redis, "main", settings, DeskPlan(teams=(team,)))
    await ENDINGS[outcome](desk, stage, redis)
    return outcome, desk


@asynccontextmanager
async def working(desk, stand_in, settings):
    async with RasaClient(stand_in.url) as rasa:
        workers = TurnWorkers(desk, rasa, settings)
        task = asyncio.create_task(workers.run())
        yield
        workers.stop()
        await task


def test_every_outcome_has_its_ending():
    assert set(ENDINGS) == set(Outcome)


async def test_the_customer_is_told(ended, stage):
    outcome, _ = ended
    assert EVENTS.get(outcome, "unserved") in await stage.types()
    if outcome in TEXTS:
        assert (await stage.said())[-1] == TEXTS[outcome]


async def test_the_bot_is_told_once_and_goes_on_with_nothing_of_the_handoff(
    ended, stage, settings, stand_in
):
    outcome, desk = ended
    async with working(desk, stand_in, settings), asyncio.timeout(10):
        for n in range(2):
            await desk.say("c1", f"m{n}", f"Question {n}")
            while (await stage.said())[-1:] != [f"You said: Question {n}"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert (await desk.conversation("c1")).owner is Owner.BOT
    told = [asked["metadata"].get("outcome") for asked in stand_in.asked]
    spoken = [asked["message"] for asked in stand_in.asked]
    resets = spoken.count("/handed_back")
    assert resets == (0 if outcome is Outcome.QUEUE_FULL else 1), "the context ends with a handoff"
    assert spoken[resets:] == ["Question 0", "Question 1"], "and the bot reads nothing of it"
    assert spoken[:resets] == ["/handed_back"] * resets
    assert told[0] == outcome
    assert told[-1] is None, "an outcome is told once"


async def test_the_same_customer_may_ask_for_a_person_again(ended, stage):
    """An outcome is no state to be stuck in: the bot neither hands off by itself nor refuses to."""
    outcome, desk = ended
    if (await desk.conversation("c1")).owner is Owner.CLOSED:
        await desk.say("c1", "again", "Hello again")
    assert (await desk.conversation("c1")).reasons == ()
    if outcome is Outcome.QUEUE_FULL:
        await desk.leave_message("c1", "ada@example.com", "Call me")
    else:
        await desk.request_human("c1")
    assert (await desk.conversation("c1")).owner is Owner.QUEUE
    assert await desk.position("c1") == 1
