"""Everything the application carries, by typed key."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from handoff.accounts import Accounts
from handoff.archive import Archive
from handoff.desk import Desk
from handoff.gateway.board import Board
from handoff.gateway.channel import Channels
from handoff.gateway.glance import Glance
from handoff.gateway.identity import SiteIdentities
from handoff.gateway.limits import Limits, RequestLimits
from handoff.gateway.places import Places
from handoff.gateway.sessions import Sessions
from handoff.gateway.tokens import CustomerTokens
from handoff.metrics import Metrics
from handoff.rasa_client import RasaClient
from handoff.routing import DeskPlan
from handoff.settings import Settings
from handoff.store.doorbell import Doorbell
from kb_index.client import KnowledgeClient


@dataclass(frozen=True)
class Parts:
    """What handlers work with, put together once at the start."""

    settings: Settings
    plan: DeskPlan
    limits: Limits
    tokens: CustomerTokens
    identities: SiteIdentities
    desk: Desk
    glance: Glance
    doorbell: Doorbell
    board: Board
    places: Places
    channels: Channels
    accounts: Accounts
    archive: Archive
    sessions: Sessions
    request_limits: RequestLimits
    knowledge: KnowledgeClient
    rasa: RasaClient
    metrics: Metrics


SETTINGS = web.AppKey("settings", Settings)
PARTS = web.AppKey("parts", Parts)
