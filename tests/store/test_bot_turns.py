"""Bot turns: taken, fenced, finished and taken over, on a real server."""

import asyncio

import pytest

from handoff.desk.bot import BOT_FAILED_TEXT
from handoff.errors import StaleTurn, UnknownConversation
from handoff.model import BotReply, HandoffRequest, Identity, Owner, Reason, Source


async def test_a_burst_of_messages_becomes_one_turn(desk, stage):
    await stage.with_bot()
    for n in range(5):
        await desk.say("c1", f"m{n}", f"{n}")
    turn = await stage.taken()
    assert turn.texts == ("0", "1", "2", "3", "4")
    assert await stage.take() is None
    await desk.finish_turn(turn, [BotReply("All five.")])
    assert await stage.take() is None
    assert not (await desk.conversation("c1")).bot_thinking


async def test_messages_that_come_during_a_turn_become_the_next(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "first")
    turn = await stage.taken()
    await desk.say("c1", "m2", "second")
    assert await stage.take() is None, "one turn at a time"
    await desk.finish_turn(turn, [BotReply("one")])
    following = await stage.taken()
    assert following.texts == ("second",)
    await desk.finish_turn(following, [BotReply("two")])
    assert await stage.take() is None
    assert await stage.said() == ["one", "two"]


async def test_a_reply_keeps_its_buttons_and_sources_and_order(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    answer = BotReply("**Yes**", ("Thanks", "A person"), (Source("returns", "Returns"),))
    await desk.finish_turn(await stage.taken(), [answer, BotReply("Anything else?")])
    first, second = (await desk.events("c1"))[1:]
    wire = first.to_wire()
    assert wire["buttons"] == [{"title": "Thanks"}, {"title": "A person"}]
    assert wire["sources"] == [{"id": "returns", "title": "Returns"}]
    assert second.text == "Anything else?"
    assert second.to_wire()["buttons"] == []
    assert (await desk.conversation("c1")).preview == "Anything else?"


async def test_a_turn_may_hand_off_in_the_same_step(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "I am furious")
    request = HandoffRequest((Reason("anger", "furious"), Reason("weak_knowledge")), 6)
    await desk.finish_turn(await stage.taken(), [BotReply("I'll get somebody.")], request)
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.epoch, conversation.priority) == (Owner.QUEUE, 2, 6)
    assert conversation.reasons == request.reasons
    assert await stage.types() == ["message", "message", "queued"]
    assert await desk.position("c1") == 1
    assert conversation.preview == "I am furious"


async def test_a_message_during_a_turn_that_hands_off_waits_for_the_agent(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "person please")
    turn = await stage.taken()
    await desk.say("c1", "m2", "hello?")
    await desk.finish_turn(turn, [], HandoffRequest((Reason("explicit_request"),)))
    assert await stage.take() is None


@pytest.mark.parametrize(
    "what", ["escalated", "claimed", "back", "cancelled", "closed", "reopened"]
)
async def test_the_bot_is_silent_once_somebody_else_took_part(desk, stage, what):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    turn = await stage.taken()
    await desk.request_human("c1")
    if what == "cancelled":
        await desk.cancel_handoff("c1")
    elif what != "escalated":
        await stage.arrive("ann")
        await desk.claim("c1", "ann", "Ann")
        if what == "back":
            await desk.hand_back("c1", "ann", "Ann")
        elif what in ("closed", "reopened"):
            await desk.close("c1", "ann", "Ann")
            if what == "reopened":
                await desk.say("c1", "m2", "Hello again")
    before = await desk.events("c1")
    state = await desk.conversation("c1")
    with pytest.raises(StaleTurn):
        await desk.finish_turn(turn, [BotReply("Too late")])
    with pytest.raises(StaleTurn):
        await desk.bot_failed(turn, "too late")
    assert await desk.events("c1") == before
    assert await desk.conversation("c1") == state


async def test_a_turn_of_an_earlier_epoch_is_stale_even_with_the_same_token(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    old = await stage.taken("same")
    await desk.request_human("c1")
    await desk.cancel_handoff("c1")
    await desk.say("c1", "m2", "Hello again")
    new = await stage.taken("same")
    with pytest.raises(StaleTurn):
        await desk.finish_turn(old, [BotReply("Too late")])
    await desk.finish_turn(new, [BotReply("In time")])
    assert await stage.said() == ["In time"]


async def test_an_announcement_of_a_turn_that_is_over_gives_no_turn(desk, stage, redis):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    await desk.request_human("c1")
    await desk.cancel_handoff("c1")
    await desk.say("c1", "m2", "Hello again")
    assert await stage.take() is None, "the announcement of the first turn is void"
    turn = await stage.taken()
    assert turn.texts == ("Hello again",)
    await desk.finish_turn(turn, [])
    assert await redis.xlen("{main}:turns") == 0


async def test_a_dead_workers_turn_is_taken_over_and_answered_once(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    dead = await stage.taken("dead")
    (adopted,) = await desk.adopt_turns("other", 10, 0)
    alive = await desk.take_turn("c1", "alive", adopted.entry)
    assert alive is not None
    assert alive.texts == dead.texts
    with pytest.raises(StaleTurn):
        await desk.finish_turn(dead, [BotReply("from the grave")])
    await desk.finish_turn(alive, [BotReply("Hello")])
    with pytest.raises(StaleTurn):
        await desk.finish_turn(alive, [BotReply("Hello")])
    assert await stage.said() == ["Hello"]
    assert await desk.adopt_turns("third", 10, 0) == []


async def test_a_late_worker_does_not_void_the_turn_of_who_took_over(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    late = await stage.taken("late")
    (adopted,) = await desk.adopt_turns("other", 10, 0)
    await desk.take_turn("c1", "second", adopted.entry)
    with pytest.raises(StaleTurn):
        await desk.finish_turn(late, [BotReply("late")])
    (adopted,) = await desk.adopt_turns("third", 10, 0)
    turn = await desk.take_turn("c1", "third", adopted.entry)
    assert turn is not None
    await desk.finish_turn(turn, [BotReply("at last")])
    assert await stage.said() == ["at last"]


async def test_a_turn_in_work_is_not_adopted(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    await stage.taken()
    assert await desk.adopt_turns("other", 10, 20_000) == []


async def test_a_failed_bot_tells_the_customer_and_queues_at_once(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    await desk.bot_failed(await stage.taken(), "no answer in time")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.priority) == (Owner.QUEUE, 7)
    assert conversation.reasons == (Reason("bot_failed", "no answer in time"),)
    assert await stage.said() == [BOT_FAILED_TEXT]


async def test_the_bots_context_is_reset_once_after_each_absence(desk, stage):
    await stage.queued()
    await desk.cancel_handoff("c1")
    await desk.say("c1", "m1", "one")
    turn = await stage.taken()
    assert turn.fresh
    await desk.finish_turn(turn, [])
    await desk.say("c1", "m2", "two")
    assert not (await stage.taken()).fresh


async def test_finished_turns_leave_nothing_in_the_stream(desk, stage, redis):
    for n in range(10):
        await stage.with_bot(f"c{n}")
        await desk.say(f"c{n}", "m1", "Hello")
        await desk.finish_turn(await stage.taken(), [BotReply("Hello")])
    assert await redis.xlen("{main}:turns") == 0
    assert (await redis.xpending("{main}:turns", "bot"))["pending"] == 0


async def test_readers_share_the_turns(desk, stage):
    for n in range(10):
        await stage.with_bot(f"c{n}")
        await desk.say(f"c{n}", "m1", "Hello")
    await desk.prepare_turns()
    await desk.prepare_turns()
    first = await desk.read_turns("one", 4)
    second = await desk.read_turns("two", 10)
    assert (len(first), len(second)) == (4, 6)
    assert len({turn.conversation for turn in first + second}) == 10


async def test_reading_waits_for_a_turn(desk, stage):
    await desk.prepare_turns()
    waiting = asyncio.create_task(desk.read_turns("one", 1, 3000))
    await asyncio.sleep(0.05)
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    assert [turn.conversation for turn in await waiting] == ["c1"]


async def test_a_worker_with_unfinished_turns_is_not_forgotten(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    turn = await stage.taken()
    await desk.forget_worker("worker")
    assert len(await desk.adopt_turns("other", 10, 0)) == 1
    await desk.finish_turn(turn, [])
    await desk.forget_worker("other")
    await desk.forget_worker("worker")


async def test_the_bot_is_told_the_page_and_the_language_of_the_latest_visit(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    turn = await stage.taken()
    assert turn.about == {}
    await desk.finish_turn(turn, [BotReply("Hello")])
    await desk.tell_page("c1", "https://shop.example/cart", "de")
    await desk.tell_page("c1", "https://shop.example/checkout/pay?token=secret#top", "en-GB")
    await desk.say("c1", "m2", "How do I pay?")
    assert (await stage.taken()).about == {"page": "/checkout/pay", "language": "en-GB"}


@pytest.mark.parametrize(
    ("page", "language", "about"),
    [
        ("/" + "x" * 5000, "", {"page": "/" + "x" * 299}),
        ("/a\n\x00b", "x" * 40, {"page": "/ab"}),
        ("//[", "en\n", {}),
        ("\ud83d", "klingon!", {}),
        ("?only=query", "", {}),
    ],
)
async def test_of_what_a_page_tells_only_the_plausible_is_kept(desk, stage, page, language, about):
    await stage.with_bot()
    await desk.tell_page("c1", page, language)
    await desk.say("c1", "m1", "Hello")
    assert (await stage.taken()).about == about


async def test_a_page_rings_no_bell_and_another_identity_rings_once(desk, stage):
    await stage.with_bot()
    ada = Identity("c-17", "Ada")
    async with desk.doorbell() as doorbell:
        await doorbell.ready()
        with doorbell.listen("c1") as bell:
            while (await bell.wait(0.1)).conversations or (await bell.wait(0.1)).everything:
                pass
            await desk.tell_page("c1", "/cart", "de", ada)
            assert (await bell.wait(2)).conversations == {"c1"}
            await desk.tell_page("c1", "/checkout", "en", ada)
            assert not (await bell.wait(0.2)).conversations


async def test_a_page_opens_no_conversation(desk):
    await desk.tell_page("nobody", "/checkout", "en")
    assert await desk.take_turn("nobody", "token") is None
    with pytest.raises(UnknownConversation):
        await desk.conversation("nobody")
