"""Ranks articles for a question and says how likely the first is right."""
