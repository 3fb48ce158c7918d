"""Fits the escalation models on sets that may shape what ships; nothing here runs when serving."""
