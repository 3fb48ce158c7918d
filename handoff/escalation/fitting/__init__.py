"""Rebuilds the fitted artefact from text of our own and from sets whose licence allows it."""
