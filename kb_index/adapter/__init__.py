"""A small correction of the shipped model, fitted on public support questions."""
