"""What the site's server says about its customer counts; what the page says does not."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from gateway_clients import Gateway, Rasa, Refusal
from pydantic import SecretStr

SECRET = "a secret that the site and the gateway share, of more than sixty-four letters"
GOLD = {"vip": True, "tier": "gold", "open_orders": 2, "spent": 12.5}


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    usual = {"sub": "c-17", "exp": int(time.time()) + 600, "attributes": GOLD}
    kept = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


@pytest.fixture
async def vouching(start: Any) -> Gateway:
    return await start(site_secret=SecretStr(SECRET))


async def told(gateway: Gateway, rasa: Rasa, *identities: str) -> Any:
    """What the bot hears after a customer came with these identities, one after the other."""
    _, token = await gateway.open()
    for identity in identities[:-1]:
        async with await gateway.customer(token, identity=identity):
            pass
    async with await gateway.customer(token, identity=identities[-1]) as socket:
        await socket.ask("say", client_id="m1", text="Hello")
        await socket.event(lambda event: event.get("role") == "bot")
    return rasa.told[-1].get("attributes")


async def come_with_an_expired_identity(gateway: Gateway, token: str) -> None:
    """Be refused for it, go on without, and have the bot answer."""
    async with await gateway.widget() as socket:
        with pytest.raises(Refusal, match="identity_expired"):
            await socket.ask("auth", token=token, identity=signed(exp=int(time.time()) - 120))
        await socket.ask("auth", token=token)
        await socket.ask("say", client_id="m1", text="Hello")
        await socket.event(lambda event: event.get("role") == "bot")


async def test_the_bot_is_told_what_the_site_vouches_for(vouching: Gateway, rasa: Rasa) -> None:
    assert await told(vouching, rasa, signed()) == GOLD


async def test_the_agent_sees_who_the_site_says_they_are(vouching: Gateway) -> None:
    _, token = await vouching.open()
    async with (
        await vouching.agent() as console,
        await vouching.customer(token, identity=signed(name="Ada")) as customer,
    ):
        await customer.ask("request_human")
        desk = await console.push("desk", lambda desk: desk["queue"])
    assert desk["queue"][0]["identity"] == {"id": "c-17", "name": "Ada", "attributes": GOLD}


async def test_who_signs_out_on_the_site_is_not_vouched_for_any_more(
    vouching: Gateway, rasa: Rasa
) -> None:
    assert await told(vouching, rasa, signed(), "") is None


async def test_the_agent_is_told_at_once_when_the_site_says_something_else(
    vouching: Gateway,
) -> None:
    _, token = await vouching.open()
    async with (
        await vouching.agent() as console,
        await vouching.customer(token) as customer,
    ):
        await customer.ask("request_human")
        await console.push("desk", lambda desk: desk["queue"])
        await console.quiet()
        for identity, name in ((signed(name="Ada"), "Ada"), (signed(name="Ada B."), "Ada B.")):
            async with await vouching.customer(token, identity=identity):
                desk = await console.push("desk")
            assert desk["queue"][0]["identity"]["name"] == name


async def test_who_comes_back_with_the_token_alone_is_who_and_where_they_were(
    vouching: Gateway, rasa: Rasa
) -> None:
    _, token = await vouching.open()
    async with await vouching.customer(token, page="/cart", language="de", identity=signed()):
        pass
    await come_with_an_expired_identity(vouching, token)
    told = rasa.told[-1]
    assert (told["page"], told["language"], told["attributes"]) == ("/cart", "de", GOLD)


@pytest.mark.parametrize("meanwhile", [[], [""]], ids=["at once", "after signing out"])
async def test_the_conversation_of_one_customer_is_closed_to_another(
    vouching: Gateway, rasa: Rasa, meanwhile: list[str]
) -> None:
    _, token = await vouching.open()
    for identity in [signed(name="Ada"), *meanwhile]:
        async with await vouching.customer(token, identity=identity):
            pass
    async with await vouching.widget() as socket:
        for _ in range(2):
            with pytest.raises(Refusal, match="forbidden"):
                await socket.ask("auth", token=token, identity=signed(sub="c-18", attributes={}))
        with pytest.raises(Refusal, match="unauthenticated"):
            await socket.ask("say", client_id="m1", text="Hello")
        assert await socket.quiet() == []
    async with await vouching.customer(token, identity=signed(attributes={"tier": "new"})) as ada:
        await ada.ask("say", client_id="m1", text="Hello")
        await ada.event(lambda event: event.get("role") == "bot")
    assert rasa.told[-1]["attributes"] == {"tier": "new"}


FORGED = {
    "of another secret": signed(secret=SECRET.replace("site", "thief")),
    "of no algorithm": signed(secret="", algorithm="none"),
    "of another algorithm": signed(algorithm="HS512"),
    "changed after it was signed": signed()[:-4] + "AAAA",
    "no token": "vip",
    "without an end": signed(exp=None),
    "good for more than a day": signed(exp=int(time.time()) + 25 * 3600),
    "for nobody": signed(sub=None),
    "for an empty name": signed(sub=" "),
    "from the future": signed(iat=int(time.time()) + 3600),
    "for somebody else": signed(aud="tandem:customer"),
    "with nested attributes": signed(attributes={"vip": {"yes": True}}),
    "with a list": signed(attributes={"tiers": ["gold"]}),
    "with nothing": signed(attributes={"vip": None}),
    "with too many attributes": signed(attributes={f"a{n}": n for n in range(21)}),
    "with a long attribute": signed(attributes={"note": "x" * 201}),
    "with a long name": signed(attributes={"n" * 41: True}),
    "with a strange name": signed(attributes={"a.b": True}),
    "with a number that is none": signed(attributes={"spent": float("nan")}),
    "with a number too large": signed(attributes={"spent": 2**60}),
    "too long": signed(padding="x" * 9000),
}


@pytest.mark.parametrize("identity", FORGED.values(), ids=FORGED)
async def test_an_identity_that_is_not_good_is_refused(vouching: Gateway, identity: str) -> None:
    _, token = await vouching.open()
    async with await vouching.widget() as socket:
        with pytest.raises(Refusal, match="identity_invalid"):
            await socket.ask("auth", token=token, identity=identity)


async def test_an_identity_that_was_good_is_refused_as_expired_and_the_customer_goes_on_without(
    vouching: Gateway, rasa: Rasa
) -> None:
    _, token = await vouching.open()
    await come_with_an_expired_identity(vouching, token)
    assert "attributes" not in rasa.told[-1]


async def test_without_a_secret_nobody_is_vouched_for(gateway: Gateway) -> None:
    _, token = await gateway.open()
    async with await gateway.widget() as socket:
        for secret in (SECRET, "x" * 64):
            with pytest.raises(Refusal, match="identity_invalid"):
                await socket.ask("auth", token=token, identity=signed(secret=secret))


async def test_the_page_cannot_pass_attributes_itself(vouching: Gateway) -> None:
    _, token = await vouching.open()
    async with await vouching.widget() as socket:
        for claim in ({"attributes": GOLD}, {"identity": GOLD}, {"vip": True}):
            with pytest.raises(Refusal, match="bad_request"):
                await socket.ask("auth", token=token, **claim)
