"""Two real gateways on one Redis, with customers, agents and a bot who talk for a while.

Three of four conversations are with agents, the others with the bot, for which a small server
stands that repeats what it was asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web
from pydantic import SecretStr

from benchmarks.soak.checks import all_events
from benchmarks.soak.compare import HEARD, differences, unanswered, visible
from benchmarks.soak.people import Agent, Customer, Figures, Person
from benchmarks.soak.proxy import Proxy
from benchmarks.soak.servers import Process, gateway, unused_port
from handoff.accounts import Accounts
from handoff.desk import Desk
from handoff.gateway.tokens import CustomerTokens
from handoff.model import Event, Role
from handoff.routing import load_plan
from handoff.settings import Settings
from handoff.store.connection import connect

SECRET = "soak" * 10
_PASSWORD = "a long password"  # noqa: S105 - of made-up people
_TEAMS = {"teams": [{"name": "support", "capacity": 1000}]}
_PER_AGENT = 15
_SETTLE_S = 180.0


@dataclass
class Town:
    """Everything of a trial that runs."""

    desk: Desk
    gateways: list[Process]
    proxies: list[Proxy]
    customers: list[Customer]
    agents: list[Agent]
    figures: Figures
    with_bot: list[str]
    _transcripts: dict[str, list[Event]] = field(default_factory=dict)

    @property
    def people(self) -> Sequence[Person]:
        """All who write."""
        return [*self.customers, *self.agents]

    @property
    def messages(self) -> int:
        """How many were acknowledged so far."""
        return sum(len(one.receipts) for person in self.people for one in person.ledgers.values())

    def talk(self) -> None:
        """Let everybody connect and write."""
        for person in self.people:
            person.start()

    async def settle(self) -> None:
        """Write nothing new, and wait until everybody has every receipt and every event."""
        for person in self.people:
            person.writing = False
        try:
            async with asyncio.timeout(_SETTLE_S):
                while not await self._quiet():  # noqa: ASYNC110 - polls Redis
                    await asyncio.sleep(0.5)
        except TimeoutError:
            # What is missing is told by the comparison.
            return
        finally:
            for person in self.people:
                await person.leave()

    async def _quiet(self) -> bool:
        if not all(person.settled for person in self.people):
            return False
        for c in self.with_bot:
            if (await self.desk.conversation(c)).bot_thinking:
                return False
        return not any([await self._missing(customer) for customer in self.customers])

    async def _missing(self, customer: Customer) -> bool:
        events = await all_events(self.desk, customer.conversation)
        ledgers = [customer.ledgers[customer.conversation]]
        ledgers += [a.ledgers[customer.conversation] for a in self._agents_of(customer)]
        self._transcripts[customer.conversation] = events
        return any(
            len(ledger.shown) < len(visible(events, n > 0)) for n, ledger in enumerate(ledgers)
        )

    def _agents_of(self, customer: Customer) -> list[Agent]:
        return [agent for agent in self.agents if customer.conversation in agent.ledgers]

    async def compare(self) -> list[str]:
        """Compare what Redis holds with what each wrote and was shown; name every difference.

        Redis is asked while everybody is still there: later an agent who left would miss that the
        customers are gone.
        """
        faults = list(self.figures.faults)
        for customer in self.customers:
            c = customer.conversation
            events = self._transcripts.get(c) or await all_events(self.desk, c)
            faults += [f"{f}: {c}" for f in differences(events, customer.ledgers[c], Role.CUSTOMER)]
            for agent in self._agents_of(customer):
                faults += [f"{f}: {c}" for f in differences(events, agent.ledgers[c], Role.AGENT)]
            if c in self.with_bot:
                faults += [f"{f}: {c}" for f in unanswered(events)]
        return faults


def figures(place: Town, seconds: float) -> dict[str, Any]:
    """What happened in a town."""
    kinds = place.proxies[0].cuts + place.proxies[1].cuts
    return {
        "conversations": len(place.customers),
        "agents": len(place.agents),
        "seconds": round(seconds),
        "sockets_cut": kinds.total(),
        "by_kind": {kind.value: count for kind, count in sorted(kinds.items())},
        "gateways_killed": sum(process.starts - 1 for process in place.gateways),
        "connections": place.figures.connections,
        "resumed": place.figures.resumed,
        "messages": place.messages,
        "sent_again": place.figures.sent_again,
        "connections_lost": place.figures.lost_connections,
        "refused": dict(place.figures.refused),
        "tracebacks": sum(process.complaints() for process in place.gateways),
    }


@asynccontextmanager
async def town(
    url: str, folder: Path, conversations: int, life_s: float = 6.0
) -> AsyncIterator[Town]:
    """Build a town on the Redis at `url`; `life_s` is the mean life of a connection that is cut."""
    plan = folder / "desk.yml"
    plan.write_text(yaml.safe_dump(_TEAMS))
    rasa_port = unused_port()
    variables = {
        "TANDEM_REDIS_URL": url,
        "TANDEM_HOME": str(folder),
        "TANDEM_SECRET_KEY": SECRET,
        "TANDEM_DESK_FILE": str(plan),
        "TANDEM_RASA_URL": f"http://127.0.0.1:{rasa_port}",
        "TANDEM_CUSTOMER_COMMANDS": "1000",
        "TANDEM_TURN_TIMEOUT_S": "15",
        "TANDEM_TURN_IDLE_S": "20",
        "TANDEM_AGENT_GRACE_S": "600",
        "TANDEM_LOG_LEVEL": "warning",
    }
    settings = Settings(
        redis_url=url, secret_key=SecretStr(SECRET), home=folder, agent_grace_s=600.0
    )
    redis = connect(url)
    desk = Desk(redis, settings.desk, settings, load_plan(plan))
    gateways = [gateway(folder, number, variables) for number in range(2)]
    try:
        async with (
            _bot(rasa_port),
            Proxy(gateways[0][1], 1, life_s) as first,
            Proxy(gateways[1][1], 2, life_s) as second,
        ):
            accounts = await Accounts.open(settings.database)
            await asyncio.gather(*(process.start() for process, _ in gateways))
            figures = Figures()
            urls = [first.url, second.url]
            ids = [f"c{n}" for n in range(conversations)]
            with_bot = ids[::4]
            agents = await _agents(
                desk, accounts, [c for c in ids if c not in with_bot], urls, figures
            )
            tokens = CustomerTokens(SECRET, 1)
            customers = []
            for number, c in enumerate(ids):
                if c in with_bot:
                    await desk.open(c, "Ada")
                common = (urls, figures, number)
                customers.append(Customer(*common, conversation=c, token=tokens.issue(c)))
            processes = [process for process, _ in gateways]
            built = Town(desk, processes, [first, second], customers, agents, figures, with_bot)
            yield built
            for person in built.people:
                await person.leave()
            await accounts.close()
    finally:
        for process, _ in gateways:
            await process.kill()
        await redis.aclose()


async def _agents(
    desk: Desk,
    accounts: Accounts,
    ids: Sequence[str],
    urls: list[str],
    figures: Figures,
) -> list[Agent]:
    """As many agents as `ids` need, signed in, each the owner of a share."""
    agents = []
    for number, start in enumerate(range(0, len(ids), _PER_AGENT)):
        share, email = ids[start : start + _PER_AGENT], f"agent{number}@example.com"
        user = await accounts.create(email, f"Agent {number}", _PASSWORD, ["agent"])
        await desk.heartbeat(user.id, user.name, "socket")
        for c in share:
            await desk.open(c, "Ada")
            await desk.request_human(c)
            await desk.claim(c, user.id, user.name)
        async with aiohttp.ClientSession() as http:
            body = {"email": email, "password": _PASSWORD}
            async with http.post(f"{urls[0]}/api/login", json=body) as answer:
                answer.raise_for_status()
                cookie = "; ".join(f"{k}={v.value}" for k, v in answer.cookies.items())
        common = (urls, figures, 10_000 + number)
        agents.append(Agent(*common, conversations=share, cookie=cookie))
    return agents


@asynccontextmanager
async def _bot(port: int) -> AsyncIterator[None]:
    """A server at Rasa's place that repeats what it was asked."""

    async def answer(request: web.Request) -> web.Response:
        asked = await request.json()
        return web.json_response([{"text": HEARD + asked["message"]}])

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()
