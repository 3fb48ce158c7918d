"""Measures the escalation policy on recorded conversations, through the code that serves."""
