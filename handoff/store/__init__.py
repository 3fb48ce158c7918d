"""Redis: the names of the keys, the scripts that change them, and the doorbell."""
