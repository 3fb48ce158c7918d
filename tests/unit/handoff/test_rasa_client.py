"""The client against a small real server."""

import pytest

from handoff.errors import RasaUnavailable
from handoff.model import BotReply
from handoff.rasa_client import RasaClient


async def test_a_text_is_posted_and_answered(stand_in):
    async with RasaClient(stand_in.url + "/") as rasa:
        assert await rasa.send("c1", "Hello", 3) == ([BotReply("You said: Hello")], None)
    assert stand_in.asked == [{"sender": "c1", "message": "Hello", "metadata": {"epoch": 3}}]


async def test_what_is_known_of_the_page_comes_along_and_changes_nothing_else(stand_in):
    about = {"page": "/checkout", "language": "en-GB", "epoch": "9"}
    async with RasaClient(stand_in.url) as rasa:
        await rasa.send("c1", "Hello", 3, about=about)
    [asked] = stand_in.asked
    assert asked["metadata"] == {"page": "/checkout", "language": "en-GB", "epoch": 3}


async def test_a_hand_back_is_the_one_command_that_is_sent(stand_in):
    async with RasaClient(stand_in.url) as rasa:
        await rasa.handed_back("c1", 4)
        await rasa.send("c1", "/handed_back", 4)
    assert stand_in.messages == ["/handed_back", "handed_back"]


async def test_a_slow_server_counts_as_unavailable(stand_in):
    stand_in.hold_s = 1.0
    async with RasaClient(stand_in.url, timeout_s=0.1) as rasa:
        with pytest.raises(RasaUnavailable, match="in time"):
            await rasa.send("c1", "Hello", 1)


async def test_a_server_that_is_away_counts_as_unavailable(unused_tcp_port):
    async with RasaClient(f"http://127.0.0.1:{unused_tcp_port}") as rasa:
        with pytest.raises(RasaUnavailable, match="reached"):
            await rasa.send("c1", "Hello", 1)
        assert not await rasa.ready()


async def test_ready_means_that_a_model_is_loaded(stand_in):
    async with RasaClient(stand_in.url) as rasa:
        assert await rasa.ready()
        stand_in.model = None
        assert not await rasa.ready()


async def test_ready_needs_the_right_token(stand_in):
    async with RasaClient(stand_in.url, token="wrong") as rasa:
        assert not await rasa.ready()
