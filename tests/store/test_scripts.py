"""The scripts: what they touch is declared, and one step costs one round trip."""

import re
from importlib.resources import files

import pytest
from guard import guard
from redis.asyncio import Connection, ConnectionPool, Redis
from redis.exceptions import ResponseError

from handoff.desk import Desk
from handoff.model import BotReply, HandoffRequest, Reason
from handoff.store.keys import Keys
from handoff.store.scripts import MOVES, NAMES

FOLDER = files("handoff.store")
LUA = {name: (FOLDER / "lua" / f"{name}.lua").read_text(encoding="utf-8") for name in NAMES}
SHARED = (FOLDER / "moves.lua").read_text(encoding="utf-8")


def test_every_script_is_registered():
    assert {f"{name}.lua" for name in NAMES} == {path.name for path in (FOLDER / "lua").iterdir()}


def mapped(text):
    """The keys that the map on top of a script names."""
    head = text.partition("\n\n")[0]
    assert all(line.startswith("--") for line in head.splitlines())
    return {int(n) for n in re.findall(r"KEYS\[(\d+)\]", head)}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_begins_with_the_map_of_its_keys(name):
    first = 10 if name in MOVES else 1
    keys = mapped(LUA[name])
    assert keys == set(range(first, first + len(keys)))
    if name in MOVES:
        assert "-- Keys of a move" in LUA[name]
    unpacked = re.search(r"local ([\w, ]+) = unpack\(KEYS", LUA[name])
    if unpacked:
        assert len(unpacked[1].split(",")) == len(keys)


def test_what_the_moves_share_begins_with_its_map():
    assert mapped(SHARED) == set(range(1, 11))  # the tenth is where a script's own begin


async def test_a_script_that_touches_another_key_is_found_out(redis):
    guarded = guard("return redis.call('GET', 'elsewhere')")
    with pytest.raises(ResponseError, match="undeclared key elsewhere"):
        await redis.eval(guarded, 1, "here")


def test_all_keys_of_a_desk_share_one_hash_tag():
    keys = Keys("main")
    names = [value for name, value in vars(keys).items() if name != "_tag"]
    names += [keys.conv("c1"), keys.log("c1"), keys.sent("c1"), keys.chats("ann")]
    names += [keys.agent("ann"), keys.line("support")]
    assert {name.split(":")[0] for name in names} == {"{main}"}
    assert len(set(names)) == len(names)


@pytest.fixture
async def sent(redis, settings):
    """The commands that a desk of its own sends, as its connections pass them on."""
    commands = []

    class Listening(Connection):
        async def send_command(self, *args, **kwargs):
            commands.append(args[0])
            await super().send_command(*args, **kwargs)

    pool = ConnectionPool.from_url(
        settings.redis_url, connection_class=Listening, decode_responses=True
    )
    client = Redis.from_pool(pool)
    yield Desk(client, settings.desk, settings), commands
    await client.aclose()


async def test_each_step_is_one_round_trip(stage, sent):
    desk, commands = sent
    await stage.with_bot("c1")
    await desk.say("c1", "m1", "the first time opens the connection and loads the script")
    await desk.finish_turn(await stage.taken(), [])
    commands.clear()
    await desk.say("c1", "m2", "Hello")
    assert commands == ["EVALSHA"]
    turn = await stage.taken()
    commands.clear()
    request = HandoffRequest((Reason("anger"),), 6)
    await desk.finish_turn(turn, [BotReply("a"), BotReply("b")], request)
    assert commands == ["EVALSHA"]


async def test_scripts_are_loaded_again_when_the_server_forgot_them(desk, stage, redis):
    await stage.with_bot()
    await redis.script_flush()
    assert await desk.say("c1", "m1", "Hello")
