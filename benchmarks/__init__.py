"""Side-by-side measurements; each prints a table and is run by `make bench`."""
