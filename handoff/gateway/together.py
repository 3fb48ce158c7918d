"""Questions that are asked at the same moment travel together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """Answers many questions with few calls.

    While one call is under way, what is asked waits and becomes the next one; so an answer is never
    older than its question, and the busier the process is, the fewer calls each question costs.
    Who asks the same at the same time gets the same answer.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Sequence[V | Exception]]], most: int):
        """Let `ask` answer up to `most` questions, each with a value or the error to raise."""
        self._ask = ask
        self._most = most
        self._waiting: dict[K, list[asyncio.Future[V]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, question: K) -> V:
        """The answer to `question`; raises what `ask` answered or raised."""
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(question, []).append(answer)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                next_ones = list(islice(self._waiting, self._most))
                await self._answer({one: self._waiting.pop(one) for one in next_ones})
        finally:
            self._task = None

    async def _answer(self, asked: dict[K, list[asyncio.Future[V]]]) -> None:
        answers: Sequence[V | Exception]
        try:
            answers = await self._ask(list(asked))
        except Exception as error:
            answers = [error] * len(asked)
        for waiting, answer in zip(asked.values(), answers, strict=True):
            for one in waiting:
                if one.done():  # whoever asked has gone
                    continue
                if isinstance(answer, Exception):
                    one.set_exception(answer)
                else:
                    one.set_result(answer)
