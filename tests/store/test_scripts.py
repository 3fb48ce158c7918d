"""The scripts: what they touch is declared, and one step costs one round trip."""

import re
from importlib.resources import files

import pytest
from redis.asyncio import Connection, ConnectionPool, Redis

from handoff.desk import Desk
from handoff.model import BotReply, HandoffRequest, Reason
from handoff.store.keys import Keys
from handoff.store.scripts import NAMES

LUA = {
    name: (files("handoff.store") / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    for name in NAMES
}


def test_every_script_is_registered():
    folder = files("handoff.store") / "lua"
    assert {f"{name}.lua" for name in NAMES} == {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_begins_with_the_map_of_its_keys(name):
    head, _, code = LUA[name].partition("\n\n")
    assert all(line.startswith("--") for line in head.splitlines())
    mapped = {int(n) for n in re.findall(r"KEYS\[(\d+)\]", head)}
    assert mapped == set(range(1, max(mapped) + 1))
    unpacked = re.search(r"local ([\w, ]+) = unpack\(KEYS", code)
    if unpacked and name != "sweep":
        assert len(unpacked[1].split(",")) == len(mapped)


@pytest.mark.parametrize("name", NAMES)
def test_a_script_touches_only_the_keys_it_is_given(name):
    code = LUA[name]
    given = set()
    for names, values in re.findall(r"local ([\w, ]+) = ([^\n]*KEYS[^\n]*)", code):
        assert re.fullmatch(r"unpack\(KEYS(, 1, 6)?\)|(ARGV\[i\], )?KEYS\[.*\]", values)
        given |= set(names.split(", "))
    given |= {"key"} if "for _, key in ipairs({conv, log, sent})" in code else set()
    touched = re.findall(r"redis\.call\('(\w+)'(?:, ([^,)]+))?", code)
    assert {key for command, key in touched if command != "TIME"} <= given


def test_all_keys_of_a_desk_share_one_hash_tag():
    keys = Keys("main")
    names = [value for name, value in vars(keys).items() if name != "_tag"]
    names += [keys.conv("c1"), keys.log("c1"), keys.sent("c1"), keys.chats("ann")]
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
