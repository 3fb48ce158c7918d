"""What an agent reads before the transcript."""

from __future__ import annotations

from gateway_clients import Gateway, Rasa


async def test_a_summary_reaches_the_agent_and_not_the_customer(
    gateway: Gateway, rasa: Rasa
) -> None:
    summary = {
        "question": 'Where is "it"?\u2028',
        "answers": ["How can I track my parcel?"],
        "attempts": [{"text": "Where is it?", "outcome": "answer"}],
        "facts": {"order_numbers": ["FF-1234"], "emails": [], "phones": [], "products": []},
        "moods": [0.1, 0.8],
    }
    wish = {"reasons": [{"code": "anger", "detail": ""}], "priority": 6, "summary": summary}
    rasa.answer = lambda _: [{"text": "I call a colleague."}, {"custom": {"handoff": wish}}]
    conversation, token = await gateway.open()
    async with await gateway.agent() as console, await gateway.customer(token) as customer:
        await customer.ask("say", client_id="m", text="Where is it?")
        await console.push("desk", lambda desk: desk["queue_length"] == 1)
        await console.ask("watch", conversation=conversation)
        queued = await console.event(lambda event: event["type"] == "queued")
        shown = str(await customer.quiet())
    assert queued["summary"] == summary
    assert "queued" in shown
    assert "FF-1234" not in shown
    assert "summary" not in shown
