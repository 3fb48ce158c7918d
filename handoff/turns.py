"""The workers that let the bot answer: they take turns, ask Rasa, and finish the turns."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from handoff.desk import Desk
from handoff.errors import RasaUnavailable, StaleTurn, Unavailable
from handoff.metrics import Metrics, TurnOutcome
from handoff.model import BotTurn, ScheduledTurn, TurnKind
from handoff.rasa_client import Answer, RasaClient
from handoff.settings import Settings

logger = structlog.get_logger(__name__)

BLOCK_MS = 500
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0

T = TypeVar("T")


class TurnWorkers:
    """Runs up to `turn_concurrency` bot turns at a time; any number of processes may do so."""

    def __init__(
        self, desk: Desk, rasa: RasaClient, settings: Settings, metrics: Metrics | None = None
    ) -> None:
        self._desk = desk
        self._metrics = metrics or Metrics()
        self._rasa = rasa
        self._concurrency = settings.turn_concurrency
        self._timeout_s = settings.turn_timeout_s
        self._idle_s = settings.turn_idle_s
        self._name = secrets.token_hex(8)
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._adopt_at = 0.0

    async def run(self) -> None:
        """Work until `stop` is called; then finish the turns in flight and return.

        While Redis is away it waits and tries again.
        """
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            try:
                await self._desk.prepare_turns()
                pause = FIRST_PAUSE_S
                await self._read_until_stopped()
            except Unavailable as error:
                logger.warning("turns_paused", error=str(error), retry_s=pause)
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
        await self._leave()

    def stop(self) -> None:
        """Let `run` take no more turns, finish those in flight, and return."""
        self._stopping.set()

    async def _read_until_stopped(self) -> None:
        while not self._stopping.is_set():
            free = self._concurrency - len(self._running)
            if free <= 0:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                continue
            for scheduled in await self._next(free):
                task = asyncio.create_task(self._work(scheduled))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def _next(self, limit: int) -> list[ScheduledTurn]:
        now = asyncio.get_running_loop().time()
        if now >= self._adopt_at:
            self._adopt_at = now + self._idle_s / 4
            adopted = await self._desk.adopt_turns(self._name, limit, int(self._idle_s * 1000))
            if adopted:
                logger.warning("turns_adopted", count=len(adopted))
                return adopted
        return await self._desk.read_turns(self._name, limit, BLOCK_MS)

    async def _work(self, scheduled: ScheduledTurn) -> None:
        log = logger.bind(conversation=scheduled.conversation, entry=scheduled.entry)
        began = time.perf_counter()
        try:
            turn = await self._persist(
                lambda: self._desk.take_turn(
                    scheduled.conversation, secrets.token_hex(8), scheduled.entry
                )
            )
            if turn:
                self._metrics.turn_ended(await self._answer(turn), began)
        except StaleTurn:
            self._metrics.turn_ended(TurnOutcome.REFUSED, began)
            log.info("turn_stale")
        except Unavailable as error:
            # The entry stays pending: whoever is there when it has been idle adopts it.
            log.warning("turn_abandoned", error=str(error))
        except Exception:
            # Pending too, so that it is not lost: it is tried again when it has been idle.
            log.exception("turn_crashed")

    async def _answer(self, turn: BotTurn) -> TurnOutcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                replies, handoff = await self._ask(turn)
        except TimeoutError:
            return await self._fail(turn, "Rasa did not answer in time")
        except RasaUnavailable as error:
            return await self._fail(turn, str(error))
        except Exception:
            # Whatever went wrong, the customer must not be left without an answer.
            logger.exception("turn_crashed", conversation=turn.conversation)
            return await self._fail(turn, "internal error")
        await self._persist(lambda: self._desk.finish_turn(turn, replies, handoff))
        return TurnOutcome.HANDED_OFF if handoff else TurnOutcome.ANSWERED

    async def _ask(self, turn: BotTurn) -> Answer:
        conversation, epoch = turn.conversation, turn.epoch
        if turn.kind is TurnKind.HANDED_BACK:
            return await self._rasa.handed_back(conversation, epoch, turn.outcome)
        if turn.fresh:
            await self._rasa.handed_back(conversation, epoch, turn.outcome)
        return await self._rasa.send(
            conversation, "\n".join(turn.texts), epoch, turn.outcome, turn.about
        )

    async def _fail(self, turn: BotTurn, detail: str) -> TurnOutcome:
        logger.warning("bot_failed", conversation=turn.conversation, detail=detail)
        await self._persist(lambda: self._desk.bot_failed(turn, detail))
        return TurnOutcome.FAILED

    async def _persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeat `attempt` while Redis is away, as long as nobody else may adopt the turn."""
        deadline = asyncio.get_running_loop().time() + self._idle_s / 2
        pause = FIRST_PAUSE_S
        while True:
            try:
                return await attempt()
            except Unavailable:
                if asyncio.get_running_loop().time() + pause >= deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _leave(self) -> None:
        if self._running:
            await asyncio.wait(self._running)
        try:
            await self._desk.forget_worker(self._name)
        except Unavailable as error:
            logger.warning("worker_not_forgotten", error=str(error))
