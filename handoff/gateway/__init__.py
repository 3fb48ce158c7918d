"""The only door to the network: sockets, REST and pages."""
