"""The dispatcher: offers waiting conversations to agents, as each team's strategy says.

Any number of processes may run one; the scripts let each offer happen once and no capacity be
overrun, so there is no leader to elect or to lose.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time

import structlog

from handoff.desk import Desk
from handoff.errors import AlreadyOffered, NotQueued, Refused, Unavailable, UnknownConversation
from handoff.model import AgentState, Conversation
from handoff.routing import STRATEGIES, DeskPlan, Team
from handoff.routing.people import Candidate, Roster, Wanted
from handoff.routing.plan import milliseconds
from handoff.store.doorbell import Doorbell

log = structlog.get_logger(__name__)

LOOK = 200
"""Conversations at the front of a line that are looked at in one round."""
TICK_S = 1.0
"""Longest time between two rounds: offers end without anybody ringing."""
PAUSE_S = 0.05
"""Shortest time between two rounds."""
SECOND_ROUND_MS = 10_000
"""After this long a conversation that everybody declined is offered to them again."""


class Dispatcher:
    """Offers conversations and ends offers."""

    def __init__(self, desk: Desk, doorbell: Doorbell, plan: DeskPlan) -> None:
        self._desk = desk
        self._doorbell = doorbell
        self._served_since = 0.0
        self._teams = [team for team in plan.teams if team.strategy != "manual"]

    async def run(self) -> None:
        """Work until cancelled; while Redis is away it waits.

        An offer from before it did is held against nobody: it was perhaps never shown.
        """
        self._serve_anew()
        with self._doorbell.listen_all() as bell:
            bell.ring_everything()
            while True:
                await bell.wait(TICK_S)
                try:
                    await self.round()
                except Unavailable as error:
                    log.warning("dispatch_paused", error=str(error))
                await asyncio.sleep(PAUSE_S)

    async def round(self) -> None:
        """End the offers whose time is over, then offer what waits to whoever is free."""
        try:
            over = await self._desk.end_offers(time.monotonic() - self._served_since)
        except Unavailable:
            self._serve_anew()
            raise
        for ended in over:
            log.info("offer_timed_out", conversation=ended)
        if not self._teams:
            return
        staff = {one.agent: one for one in await self._desk.staff()}
        for team in self._teams:
            if any(one.may_be_offered(team.name, _now()) for one in staff.values()):
                for conversation in await self._desk.waiting(team.name, LOOK):
                    await self._serve(team, conversation, staff)

    def _serve_anew(self) -> None:
        self._served_since = time.monotonic()

    async def _serve(
        self, team: Team, conversation: Conversation, staff: dict[str, AgentState]
    ) -> None:
        """Offer the conversation to whom the strategy chooses; keep the count in `staff`."""
        while conversation.offer is None:
            roster = _roster(team, conversation, staff)
            if not roster.free:
                return
            chosen = STRATEGIES[team.strategy](_wanted(conversation), roster)
            if chosen is None:
                return
            try:
                await self._desk.offer(
                    conversation.id,
                    chosen.agent,
                    chosen.name,
                    milliseconds(team.accept_timeout_s),
                )
            except (AlreadyOffered, NotQueued, UnknownConversation):
                return
            except Refused:
                del staff[chosen.agent]  # no longer as it was read
            else:
                state = staff[chosen.agent]
                staff[chosen.agent] = dataclasses.replace(
                    state, load=state.load + 1, idle_since=_now()
                )
                return


def _roster(team: Team, conversation: Conversation, staff: dict[str, AgentState]) -> Roster:
    now = _now()
    free = [one for one in staff.values() if one.may_be_offered(team.name, now)]
    unasked = [one for one in free if one.agent not in conversation.declined]
    if not unasked and now - conversation.declined_at >= SECOND_ROUND_MS:
        unasked = free
    on_duty = [one for one in staff.values() if one.serves(team.name)]
    return Roster([_candidate(one) for one in unasked], [_candidate(one) for one in on_duty])


def _candidate(one: AgentState) -> Candidate:
    return Candidate(
        agent=one.agent,
        name=one.name,
        load=one.load,
        capacity=one.capacity,
        idle_since=one.idle_since,
        skills=one.skills,
        languages=one.languages,
    )


def _wanted(conversation: Conversation) -> Wanted:
    return Wanted(
        conversation=conversation.id,
        skills=frozenset(conversation.wait.skills),
        language=conversation.wait.language,
        last_agent=conversation.last_agent,
    )


def _now() -> int:
    return int(time.time() * 1000)
