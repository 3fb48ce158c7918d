"""Workers between a real server and a small real stand-in for Rasa."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from handoff.desk import Desk
from handoff.desk.bot import BOT_FAILED_TEXT
from handoff.model import Owner
from handoff.rasa_client import RasaClient
from handoff.store.connection import connect
from handoff.turns import TurnWorkers


@asynccontextmanager
async def working(desk, url, settings):
    """Run workers during a test and stop them as the gateway does."""
    async with RasaClient(url, timeout_s=settings.turn_timeout_s) as rasa:
        workers = TurnWorkers(desk, rasa, settings)
        task = asyncio.create_task(workers.run())
        try:
            yield workers
        finally:
            workers.stop()
            await asyncio.wait_for(task, 10)


@pytest.fixture
def quick(settings):
    """Settings with short times."""
    return settings.model_copy(update={"turn_timeout_s": 0.3, "turn_idle_s": 0.6})


async def until(condition, timeout_s=5.0):
    """Wait for an asynchronous condition to hold."""
    async with asyncio.timeout(timeout_s):
        while not (found := await condition()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return found


async def answered(stage, conversation="c1", count=1):
    async def enough():
        said = await stage.said(conversation)
        return said if len(said) >= count else None

    return await until(enough)


async def test_a_message_is_answered(desk, stage, settings, stand_in):
    await stage.with_bot()
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", "Where is my parcel?")
        assert await answered(stage) == ["You said: Where is my parcel?"]
    assert stand_in.asked == [
        {"sender": "c1", "message": "Where is my parcel?", "metadata": {"epoch": 1}}
    ]


async def test_messages_written_before_the_start_are_answered_as_one(
    desk, stage, settings, stand_in
):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    await desk.say("c1", "m2", "/restart")
    async with working(desk, stand_in.url, settings):
        await answered(stage)
    assert stand_in.messages == ["Hello\n/restart"]


async def test_a_command_of_the_customer_is_text_for_the_bot(desk, stage, settings, stand_in):
    await stage.with_bot()
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", " /restart")
        await answered(stage)
    assert stand_in.messages == ["restart"]


async def test_every_message_of_the_bot_is_delivered_in_order(desk, stage, settings, stand_in):
    texts = [f"Part {n}" for n in range(12)]
    stand_in.answer = lambda _: [{"text": text} for text in texts]
    await stage.with_bot()
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", "Tell me everything")
        assert await answered(stage, count=12) == texts


async def test_the_bot_may_hand_off(desk, stage, settings, stand_in):
    stand_in.answer = lambda _: [
        {"custom": {"message": {"text": "One moment."}}},
        {"custom": {"handoff": {"reasons": [{"code": "anger", "detail": ""}], "priority": 6}}},
    ]
    await stage.with_bot()
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", "Grrr")
        await until(lambda: desk.position("c1"))
    assert await stage.types() == ["message", "message", "queued"]


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        ({"raw": b"[]"}, "nothing"),
        ({"status": 500}, "500"),
        ({"raw": b"<html>"}, "unreadable"),
        ({"raw": b"\xff\xfe"}, "unreadable"),
        ({"raw": b'{"text": "no list"}'}, "expected"),
        ({"raw": b'[{"text": 5}]'}, "expected"),
        ({"hold_s": 1.0}, "time"),
    ],
)
async def test_a_failing_bot_hands_off_and_says_so(
    desk, stage, quick, stand_in, *, failure, detail
):
    for name, value in failure.items():
        setattr(stand_in, name, value)
    await stage.with_bot()
    async with working(desk, stand_in.url, quick):
        await desk.say("c1", "m1", "Hello")
        await until(lambda: desk.position("c1"))
    conversation = await desk.conversation("c1")
    assert conversation.owner is Owner.QUEUE
    (reason,) = conversation.reasons
    assert reason.code == "bot_failed"
    assert detail in reason.detail
    assert await stage.said() == [BOT_FAILED_TEXT]


async def test_a_bot_that_is_away_hands_off(desk, stage, quick, unused_tcp_port):
    await stage.with_bot()
    async with working(desk, f"http://127.0.0.1:{unused_tcp_port}", quick):
        await desk.say("c1", "m1", "Hello")
        await until(lambda: desk.position("c1"))
    assert await stage.said() == [BOT_FAILED_TEXT]


async def test_a_person_who_steps_in_silences_the_bot(desk, stage, settings, stand_in):
    stand_in.hold_s = 0.2
    await stage.with_bot()
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", "Hello")
        await until(lambda: asyncio.sleep(0, stand_in.asked))
        await desk.request_human("c1")
        await stage.arrive("ann")
        await desk.claim("c1", "ann", "Ann")
        await desk.say("c1", "m2", "Hello Ann")
        await asyncio.sleep(0.4)
    assert await stage.said() == []
    assert stand_in.messages == ["Hello"], "nothing the agent reads goes to the bot"


async def test_after_a_hand_back_the_bot_says_that_it_is_back(desk, stage, settings, stand_in):
    await stage.with_agent()
    await desk.say("c1", "m1", "for Ann")
    async with working(desk, stand_in.url, settings):
        await desk.hand_back("c1", "ann", "Ann")
        await answered(stage)
        await desk.say("c1", "m2", "for the bot")
        await answered(stage, count=2)
    assert stand_in.messages == ["/handed_back", "for the bot"]
    assert stand_in.asked[0]["metadata"] == {"epoch": 4, "outcome": "handed_back"}


async def test_after_leaving_the_queue_the_bots_context_is_reset_silently(
    desk, stage, settings, stand_in
):
    await stage.queued()
    await desk.cancel_handoff("c1")
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", "Hello")
        assert await answered(stage) == ["You said: Hello"]
    assert stand_in.messages == ["/handed_back", "Hello"]


async def test_turns_of_many_conversations_run_at_the_same_time(desk, stage, settings, stand_in):
    stand_in.hold_s = 0.3
    for n in range(16):
        await stage.with_bot(f"c{n}")
        await desk.say(f"c{n}", "m1", "Hello")
    began = asyncio.get_running_loop().time()
    async with working(desk, stand_in.url, settings):
        for n in range(16):
            await answered(stage, f"c{n}")
    assert asyncio.get_running_loop().time() - began < 2.0, "one after another takes 4.8 s"


async def test_no_more_turns_run_than_allowed(desk, stage, settings, stand_in):
    running, most = 0, 0
    three = settings.model_copy(update={"turn_concurrency": 3})
    for n in range(12):
        await stage.with_bot(f"c{n}")
        await desk.say(f"c{n}", "m1", "Hello")

    class Counting(RasaClient):
        async def send(self, *args):
            nonlocal running, most
            running += 1
            most = max(most, running)
            try:
                return await super().send(*args)
            finally:
                running -= 1

    stand_in.hold_s = 0.03
    async with Counting(stand_in.url) as rasa:
        workers = TurnWorkers(desk, rasa, three)
        task = asyncio.create_task(workers.run())
        for n in range(12):
            await answered(stage, f"c{n}")
        workers.stop()
        await task
    assert most == 3


async def test_stopping_finishes_the_turns_in_flight(desk, stage, settings, stand_in, redis):
    stand_in.hold_s = 0.3
    await stage.with_bot()
    async with working(desk, stand_in.url, settings):
        await desk.say("c1", "m1", "Hello")
        await until(lambda: asyncio.sleep(0, stand_in.asked))
    assert await stage.said() == ["You said: Hello"]
    assert await redis.xinfo_consumers("{main}:turns", "bot") == []


async def test_the_turn_of_a_worker_that_died_is_answered_once(desk, stage, quick, stand_in):
    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    async with RasaClient(stand_in.url) as rasa:
        stand_in.hold_s = 30
        doomed = TurnWorkers(desk, rasa, quick.model_copy(update={"turn_timeout_s": 30.0}))
        task = asyncio.create_task(doomed.run())
        await until(lambda: asyncio.sleep(0, stand_in.asked))
        task.cancel()
        for work in list(doomed._running):
            work.cancel()
        with suppress(asyncio.CancelledError):
            await task
    stand_in.hold_s = 0
    async with working(desk, stand_in.url, quick):
        await answered(stage)
        await asyncio.sleep(0.3)
    assert await stage.said() == ["You said: Hello"]


async def test_an_error_nobody_thought_of_hands_off_too(desk, stage, settings, stand_in):
    class Broken(RasaClient):
        async def send(self, *_):
            raise ZeroDivisionError

    await stage.with_bot()
    await desk.say("c1", "m1", "Hello")
    async with Broken(stand_in.url) as rasa:
        workers = TurnWorkers(desk, rasa, settings)
        task = asyncio.create_task(workers.run())
        await until(lambda: desk.position("c1"))
        workers.stop()
        await task
    assert (await desk.conversation("c1")).reasons[0].detail == "internal error"


async def test_workers_survive_the_loss_of_all_data(desk, stage, settings, stand_in, redis):
    async with working(desk, stand_in.url, settings):
        await asyncio.sleep(0.05)
        await redis.flushall()
        await stage.with_bot()
        await desk.say("c1", "m1", "Hello")
        await answered(stage)


async def test_two_processes_share_the_work_and_answer_once(redis_url, stage, settings, stand_in):
    first, second = connect(redis_url), connect(redis_url)
    async with (
        working(Desk(first, "main", settings), stand_in.url, settings),
        working(Desk(second, "main", settings), stand_in.url, settings),
    ):
        for n in range(30):
            await stage.with_bot(f"c{n}")
            await stage.desk.say(f"c{n}", "m1", f"{n}")
        for n in range(30):
            assert await answered(stage, f"c{n}") == [f"You said: {n}"]
    assert len(stand_in.asked) == 30
    await first.aclose()
    await second.aclose()
