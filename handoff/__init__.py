"""Conversations shared by a bot and people: state, queue, delivery and the gateway to the web."""
