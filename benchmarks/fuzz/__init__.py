"""What no client of good will sends, to a real gateway: frames and REST requests."""
