"""Long trials of the desk's promises; `python -m benchmarks.soak --help`."""
