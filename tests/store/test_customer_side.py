"""What customers do, on a real server."""

import pytest

from handoff.errors import (
    BadRequest,
    EmptyText,
    NotQueued,
    NotWithBot,
    TextTooLong,
    UnknownConversation,
)
from handoff.model import Owner, Role


async def test_a_new_conversation_belongs_to_the_bot(desk):
    conversation = await desk.open("c1", "  Ada\nLovelace ")
    assert (conversation.owner, conversation.epoch) == (Owner.BOT, 1)
    assert conversation.customer == "Ada Lovelace"
    assert conversation.waiting_since is None
    assert not conversation.bot_thinking


async def test_opening_again_changes_nothing(desk, stage):
    await stage.with_agent()
    assert await desk.open("c1", "Somebody else") == await desk.conversation("c1")
    assert (await desk.conversation("c1")).customer == "Ada"


async def test_a_message_is_stored_and_the_bot_gets_a_turn(desk, stage):
    await stage.with_bot()
    event_id = await desk.say("c1", "m1", "  Where is my parcel?  ")
    (event,) = await desk.events("c1")
    assert event.id == event_id
    assert (event.role, event.text) == (Role.CUSTOMER, "Where is my parcel?")
    assert event.data["client_id"] == "m1"
    conversation = await desk.conversation("c1")
    assert conversation.bot_thinking
    assert conversation.preview == "Where is my parcel?"


@pytest.mark.parametrize("state", ["with_bot", "queued", "with_agent", "closed"])
async def test_a_message_sent_again_is_stored_once(desk, stage, state):
    await stage.with_bot()
    first = await desk.say("c1", "m1", "Hello")
    await getattr(stage, state)()
    before = await desk.conversation("c1")
    assert await desk.say("c1", "m1", "Hello") == first
    assert await stage.said(role=Role.CUSTOMER) == ["Hello"]
    assert await desk.conversation("c1") == before


async def test_the_same_client_id_in_two_conversations_is_two_messages(desk, stage):
    await stage.with_bot("c1")
    await stage.with_bot("c2")
    await desk.say("c1", "m1", "One")
    await desk.say("c2", "m1", "Two")
    assert await stage.said("c2", Role.CUSTOMER) == ["Two"]


async def test_a_customer_may_write_while_waiting_and_with_an_agent(desk, stage):
    await stage.queued()
    await desk.say("c1", "m1", "Still there?")
    await stage.arrive("ann")
    await desk.claim("c1", "ann", "Ann")
    await desk.say("c1", "m2", "Hello Ann")
    assert await stage.said(role=Role.CUSTOMER) == ["Still there?", "Hello Ann"]
    assert await stage.take() is None


async def test_writing_to_a_closed_conversation_reopens_it_with_the_bot(desk, stage):
    await stage.with_agent()
    await desk.say("c1", "m0", "for Ann")
    await desk.close("c1", "ann", "Ann")
    await desk.say("c1", "m1", "One more thing")
    conversation = await desk.conversation("c1")
    assert conversation.owner is Owner.BOT
    assert (await stage.types())[-2:] == ["reopened", "message"]
    turn = await stage.taken()
    assert turn.texts == ("One more thing",)
    assert turn.fresh, "the bot must forget the handoff that was closed"


async def test_text_is_checked_before_it_is_stored(desk, stage):
    await stage.with_bot()
    for text, error in [
        (" \n\t\x00\u200b ", EmptyText),
        ("x" * 4001, TextTooLong),
        ("\ud800", BadRequest),
    ]:
        with pytest.raises(error):
            await desk.say("c1", "m1", text)
    assert await desk.events("c1") == []


@pytest.mark.parametrize("identifier", ["", "a b", "c1}:queue", "ü", "x" * 65, "c1\n"])
async def test_a_malformed_conversation_id_is_refused(desk, identifier):
    with pytest.raises(BadRequest):
        await desk.open(identifier, "Ada")
    with pytest.raises(BadRequest):
        await desk.conversation(identifier)


@pytest.mark.parametrize("cursor", ["", "x", "1-", "-", "+", "$", "1-2-3", str(2**64), "1\n"])
async def test_a_malformed_cursor_is_refused(desk, stage, cursor):
    await stage.with_bot()
    with pytest.raises(BadRequest):
        await desk.events("c1", cursor)


async def test_events_are_read_from_a_cursor_and_in_pages(desk, stage):
    await stage.with_bot()
    ids = [await desk.say("c1", f"m{n}", f"{n}") for n in range(5)]
    assert [event.id for event in await desk.events("c1", ids[1])] == ids[2:]
    assert [event.id for event in await desk.events("c1", ids[1], limit=2)] == ids[2:4]
    assert await desk.events("c1", ids[-1]) == []
    assert await desk.events("c1", str(10**19 - 1)) == []


async def test_asking_for_a_person_queues_the_conversation_with_the_reason(desk, stage):
    await stage.with_bot()
    await desk.request_human("c1", detail="pressed the button")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.epoch) == (Owner.QUEUE, 2)
    assert conversation.waiting_since is not None
    (event,) = await desk.events("c1")
    assert event.to_wire()["reasons"] == [
        {"code": "explicit_request", "detail": "pressed the button"}
    ]
    assert event.to_wire()["again"] is False


@pytest.mark.parametrize("state", ["queued", "with_agent", "closed"])
async def test_asking_for_a_person_twice_is_refused(desk, stage, state):
    await getattr(stage, state)()
    with pytest.raises(NotWithBot):
        await desk.request_human("c1")


@pytest.mark.parametrize("state", ["with_bot", "with_agent", "closed"])
async def test_leaving_a_queue_one_is_not_in_is_refused(desk, stage, state):
    await getattr(stage, state)()
    with pytest.raises(NotQueued):
        await desk.cancel_handoff("c1")


async def test_after_leaving_the_queue_only_new_messages_are_answered(desk, stage):
    await stage.with_bot()
    await desk.say("c1", "m1", "before")
    await desk.request_human("c1")
    await desk.say("c1", "m2", "while waiting")
    await desk.cancel_handoff("c1")
    conversation = await desk.conversation("c1")
    assert (conversation.owner, conversation.waiting_since) == (Owner.BOT, None)
    assert conversation.reasons == ()
    assert await desk.position("c1") is None
    assert await stage.take() is None
    await desk.say("c1", "m3", "after")
    turn = await stage.taken()
    assert turn.texts == ("after",)
    assert turn.fresh


async def test_an_unknown_conversation_is_refused_everywhere(desk):
    for attempt in [
        desk.conversation("nobody"),
        desk.summary("nobody"),
        desk.say("nobody", "m1", "Hello"),
        desk.request_human("nobody"),
        desk.cancel_handoff("nobody"),
        desk.claim("nobody", "ann", "Ann"),
        desk.reply("nobody", "ann", "Ann", "r1", "Hello"),
        desk.hand_back("nobody", "ann", "Ann"),
        desk.close("nobody", "ann", "Ann"),
    ]:
        with pytest.raises(UnknownConversation):
            await attempt
    assert await desk.events("nobody") == []
    assert await desk.take_turn("nobody", "token") is None
