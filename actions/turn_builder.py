"""Rasa's tracker JSON -> what the policy needs to know about the turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from actions.evidence import answered_title, number_of, readings_of, reasons_of
from handoff.escalation import Decision, Message, PastTurn
from handoff.summary import Said

Event = Mapping[str, Any]

HANDED_BACK = "handed_back"
ASK_DETAILS = "ask_details"
"""The verdict on a turn in which the form before a handoff asks, or hears an answer."""
# Bounds that keep the cost of a turn the same in a conversation of any length.
MAX_EARLIER_TURNS = 50
MAX_EVENTS = 1500
MAX_TEXT = 1000

_DECISIONS = {
    "action_answer": Decision.ANSWER,
    "action_clarify": Decision.CLARIFY,
    "action_offer_human": Decision.OFFER,
    "utter_rephrase": Decision.REPHRASE,
}
# After one of these the bot speaks again only once the conversation has come back to it.
_LEFT_THE_BOT = frozenset({"action_hand_off", "utter_bot_unavailable"})
# Anybody can say these, so no priority should hang on them alone.
_OF_THE_PAGE = ("page", "language")
_NEW_BEGINNING = frozenset({"session_started", "restart"})


def latest_message(tracker: Mapping[str, Any]) -> Message:
    """The message the turn is about; empty if the tracker has none."""
    latest = tracker.get("latest_message")
    if not isinstance(latest, Mapping) or not latest.get("text"):
        latest = next((e for e in _newest_first(tracker) if e.get("event") == "user"), {})
    return _message(latest)


def earlier_turns(tracker: Mapping[str, Any]) -> tuple[PastTurn, ...]:
    """The turns before the latest message, oldest first, since the bot got the conversation."""
    turns = islice(_turns_newest_first(tracker), MAX_EARLIER_TURNS)
    return tuple(reversed([past for past, *_ in turns]))


def said_so_far(tracker: Mapping[str, Any], evidence: Any) -> tuple[Said, ...]:
    """The customer's messages since the bot got the conversation, oldest first, for a summary.

    `evidence` is that of the latest one, which is about to be handed over.
    """
    turns = reversed(list(islice(_turns_newest_first(tracker), MAX_EARLIER_TURNS)))
    said: list[Said] = []
    in_form = False
    for past, found, verdict in turns:
        answer, need = answered_title(found), past.probability
        said.append(Said(past.message.text, _told(past.decision, verdict, in_form), answer, need))
        in_form = in_form or verdict == ASK_DETAILS
    decision = _told(Decision.ESCALATE, _latest_verdict(tracker), in_form)
    need = number_of(evidence, "probability")
    return (*said, Said(latest_message(tracker).text, decision, need=need))


def _told(decision: Decision | None, verdict: Any, in_form: bool) -> Decision | None:
    """The decision as an agent is told it: with the form the handoff is decided.

    What is answered to the form is no attempt to get help: it counts as small talk.
    """
    if verdict != ASK_DETAILS:
        return decision
    return Decision.SMALL_TALK if in_form else Decision.ESCALATE


def metadata_of(tracker: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the rules may ask for: the page, its language, and what the site vouches for.

    An attribute of the site's wins over what the page tells; nothing else of the message counts.
    """
    latest = tracker.get("latest_message")
    metadata = latest.get("metadata") if isinstance(latest, Mapping) else None
    told = metadata if isinstance(metadata, Mapping) else {}
    attributes = told.get("attributes")
    page = {name: told[name] for name in _OF_THE_PAGE if name in told}
    return {**page, **(attributes if isinstance(attributes, Mapping) else {})}


def _latest_verdict(tracker: Mapping[str, Any]) -> Any:
    """The verdict on the latest message, if there is one yet."""
    for event in _newest_first(tracker):
        if event.get("event") == "user":
            return None
        if event.get("event") == "slot" and event.get("name") == "verdict":
            return event.get("value")
    return None


def _turns_newest_first(tracker: Mapping[str, Any]) -> Iterator[tuple[PastTurn, Any, Any]]:
    """Each turn with its evidence and its verdict."""
    events = _newest_first(tracker)
    for event in events:
        if event.get("event") == "user":
            break
    after: list[Event] = []
    for event in events:
        kind = event.get("event")
        if kind in _NEW_BEGINNING or (kind == "action" and event.get("name") in _LEFT_THE_BOT):
            return
        if kind != "user":
            after.append(event)
            continue
        parsed = event.get("parse_data")
        message = _message(parsed if isinstance(parsed, Mapping) else event)
        if message.intent == HANDED_BACK:
            return
        yield _past_turn(message, after)
        after = []


def _past_turn(message: Message, after: Sequence[Event]) -> tuple[PastTurn, Any, Any]:
    """What became of a message, from the events that followed it (newest first)."""
    slots: dict[str, Any] = {}
    decision: Decision | None = None
    for event in after:
        if event.get("event") == "slot":
            slots.setdefault(str(event.get("name")), event.get("value"))
        elif event.get("event") == "action":
            decision = _DECISIONS.get(str(event.get("name")), decision)
    if decision is None and slots.get("verdict") == Decision.SMALL_TALK:
        decision = Decision.SMALL_TALK
    evidence = slots.get("evidence")
    if decision is Decision.ANSWER and message.text == answered_title(evidence):
        # The customer pressed the button of this article: its title is not their own words.
        message = Message(message.text, "ask_question", 1.0)
    past = PastTurn(
        message,
        decision,
        reasons_of(evidence),
        reply=_reply(after),
        unease=number_of(evidence, "unease"),
        probability=number_of(evidence, "probability"),
        readings=readings_of(evidence),
    )
    return past, evidence, slots.get("verdict")


def _reply(after: Sequence[Event]) -> str:
    """What the bot wrote, plain texts and messages with Markdown alike."""
    said = [_said(event) for event in reversed(after) if event.get("event") == "bot"]
    return "\n".join(text for text in said if text)[:MAX_TEXT]


def _said(event: Event) -> str:
    for place in ((), ("data", "custom", "message")):
        found: Any = event
        for key in place:
            found = found.get(key) if isinstance(found, Mapping) else None
        text = found.get("text") if isinstance(found, Mapping) else None
        if isinstance(text, str) and text:
            return text
    return ""


def _message(data: Mapping[str, Any]) -> Message:
    intent = data.get("intent")
    intent = intent if isinstance(intent, Mapping) else {}
    confidence = intent.get("confidence")
    return Message(
        text=str(data.get("text") or "")[:MAX_TEXT],
        intent=str(intent.get("name") or ""),
        confidence=float(confidence) if isinstance(confidence, int | float) else 0.0,
    )


def _newest_first(tracker: Mapping[str, Any]) -> Iterator[Event]:
    events = tracker.get("events")
    newest = islice(reversed(events if isinstance(events, list) else []), MAX_EVENTS)
    return (event for event in newest if isinstance(event, Mapping))
