"""Clients as browsers are: a customer's widget, a console; and stand-ins for what starts slowly."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient

from handoff.accounts import User
from handoff.gateway.parts import PARTS, Parts

PASSWORD = "correct horse battery"
PATIENCE_S = 10.0

Frame = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - it is an answer like any other
    """An error frame; `code` is its wire code."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(str(frame))
        self.code = frame["code"]
        self.message = frame["message"]


class Socket:
    """One WebSocket: requests by id, pushes in order."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws
        self.pushes: list[Frame] = []
        self._ids = itertools.count(1)
        self._unread: list[Frame] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.ws.close()

    async def frame(self) -> Frame:
        """The next frame of any kind."""
        async with asyncio.timeout(PATIENCE_S):
            message = await self.ws.receive()
        assert message.type is WSMsgType.TEXT, f"{message}, code {self.ws.close_code}"
        frame: Frame = json.loads(message.data)
        return frame

    async def close_code(self) -> int | None:
        """Wait for the server to close."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.ws.receive()).type is WSMsgType.TEXT:
                pass
        return self.ws.close_code

    async def raw(self, data: str | bytes) -> Frame:
        """Send a frame as it is and return the answer."""
        await (self.ws.send_str(data) if isinstance(data, str) else self.ws.send_bytes(data))
        return await self._answer(None)

    async def ask(self, kind: str, **fields: Any) -> Frame:
        """Send a command and return the data of its result; raises `Refusal`."""
        request_id = next(self._ids)
        await self.ws.send_json({"id": request_id, "type": kind, **fields})
        frame = await self._answer(request_id)
        if frame["type"] == "error":
            raise Refusal(frame)
        data: Frame = frame["data"]
        return data

    async def _answer(self, request_id: int | None) -> Frame:
        while True:
            frame = await self.frame()
            if frame["type"] in {"result", "error"}:
                assert request_id is None or frame["id"] == request_id
                return frame
            self._keep(frame)

    async def push(self, kind: str, fits: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The next push of this type that fits; earlier ones of this type are passed over."""
        while True:
            found = next((push for push in self._unread if push["type"] == kind), None)
            if found is not None:
                self._unread.remove(found)
                if fits(found):
                    return found
                continue
            frame = await self.frame()
            assert frame["type"] not in {"result", "error"}, frame
            self._keep(frame)

    async def event(self, fits: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The next event that fits."""
        event: Frame = (await self.push("event", lambda push: fits(push["event"])))["event"]
        return event

    async def quiet(self, seconds: float = 0.3) -> list[Frame]:
        """Every push of the next `seconds` of silence."""
        heard = self._unread
        self._unread = []
        while True:
            try:
                async with asyncio.timeout(seconds):
                    message = await self.ws.receive()
            except TimeoutError:
                return heard
            assert message.type is WSMsgType.TEXT, message
            self.pushes.append(json.loads(message.data))
            heard.append(self.pushes[-1])

    def _keep(self, frame: Frame) -> None:
        self.pushes.append(frame)
        self._unread.append(frame)


@dataclass
class Rasa:
    """A server that speaks Rasa's REST channel; `answer` decides what the bot says."""

    answer: Callable[[str], list[Frame]] = lambda text: [{"text": f"You said: {text}"}]
    model: str | None = "model.tar.gz"
    heard: list[str] = field(default_factory=list)
    told: list[Frame] = field(default_factory=list)
    delay_s: float = 0.0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._webhook)
        app.router.add_get("/status", self._status)
        return app

    async def _webhook(self, request: web.Request) -> web.Response:
        asked = await request.json()
        message = asked["message"]
        self.heard.append(message)
        self.told.append(asked["metadata"])
        await asyncio.sleep(self.delay_s)
        return web.json_response(self.answer(message))

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response({"model_file": self.model})


@dataclass
class Knowledge:
    """A server with the knowledge service's routes and a dictionary for its index."""

    articles: dict[str, Frame] = field(default_factory=dict)
    broken: bool = False
    authors: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._break])
        app.router.add_get("/health", self._health)
        app.router.add_post("/search", self._search)
        app.router.add_get("/articles", self._list)
        app.router.add_post("/articles", self._create)
        app.router.add_route("*", "/articles/{id}", self._one)
        app.router.add_post("/articles/{id}/{verb}", self._status)
        app.router.add_get("/articles/{id}/revisions", self._revisions)
        app.router.add_get("/articles/{id}/revisions/{n}", self._revision)
        return app

    @web.middleware
    async def _break(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.broken:
            return web.Response(status=500, text="Traceback (most recent call last)")
        if "Tandem-Author" in request.headers:
            self.authors.append(unquote(request.headers["Tandem-Author"]))
        return await handler(request)  # type: ignore[no-any-return]

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "articles": len(self.articles)})

    async def _search(self, request: web.Request) -> web.Response:
        return web.json_response({"decision": "none", "hits": [], "asked": await request.json()})

    async def _list(self, request: web.Request) -> web.Response:
        found = [a for a in self.articles.values() if request.query.get("q", "") in a["title"]]
        return web.json_response({"articles": found, "total": len(found), **request.query})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not body.get("title"):
            return self._refuse(400, "invalid_article", "title: missing")
        article = {"id": body["title"].lower(), "status": "draft", "revision": 1, **body}
        self.articles[article["id"]] = article
        return web.json_response(article, status=201)

    async def _one(self, request: web.Request) -> web.Response:
        article = self.articles.get(request.match_info["id"])
        if article is None:
            return self._refuse(404, "not_found", "no such article")
        if request.method == "DELETE":
            del self.articles[article["id"]]
        if request.method == "PUT":
            body = await request.json()
            if body.pop("revision", None) != article["revision"]:
                return self._refuse(409, "conflict", "the article was changed")
            article |= body | {"revision": article["revision"] + 1}
        return web.json_response(article)

    async def _status(self, request: web.Request) -> web.Response:
        article = self.articles[request.match_info["id"]]
        statuses = {"publish": "published", "archive": "archived", "restore": article["status"]}
        article["status"] = statuses[request.match_info["verb"]]
        return web.json_response(article)

    async def _revisions(self, _: web.Request) -> web.Response:
        return web.json_response({"revisions": []})

    async def _revision(self, request: web.Request) -> web.Response:
        return web.json_response({"revision": int(request.match_info["n"])})

    def _refuse(self, status: int, code: str, message: str) -> web.Response:
        return web.json_response({"error": {"code": code, "message": message}}, status=status)


class Gateway:
    """A running gateway and what a test does with it."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        assert client.app is not None
        self.parts: Parts = client.app[PARTS]
        self.origin = str(client.make_url("/").origin())

    async def open(self, name: str = "Ada") -> tuple[str, str]:
        """A new conversation: its id and token."""
        async with self.client.post("/api/customer/session", json={"name": name}) as response:
            assert response.status == 200, await response.text()
            session = await response.json()
        return session["conversation"], session["token"]

    async def widget(self, **headers: str) -> Socket:
        """A customer's socket that has not said who it is."""
        return Socket(await self.client.ws_connect("/ws/customer", headers=headers))

    async def customer(self, token: str, **auth: Any) -> Socket:
        """A customer's socket after `auth`."""
        socket = await self.widget()
        await socket.ask("auth", token=token, **auth)
        return socket

    async def user(self, email: str = "ann@example.com", *roles: str) -> User:
        """A new user; an agent unless told otherwise."""
        name = email.partition("@")[0].title()
        return await self.parts.accounts.create(email, name, PASSWORD, roles or ("agent",))

    async def log_in(self, email: str = "ann@example.com", password: str = PASSWORD) -> int:
        """Sign the client in and return the status."""
        body = {"email": email, "password": password}
        async with self.client.post("/api/login", json=body) as response:
            return response.status

    async def console(self) -> Socket:
        """An agent's socket for whoever is signed in, after its greeting."""
        ws = await self.client.ws_connect("/ws/agent", headers={"Origin": self.origin})
        return Socket(ws)

    async def agent(self, email: str = "ann@example.com") -> Socket:
        """The console of a new agent; the client is signed in as the agent afterwards."""
        await self.user(email)
        assert await self.log_in(email) == 200
        return await self.console()
