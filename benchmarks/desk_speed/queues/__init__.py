"""The same handover through several queues; the peers run in an environment of their own."""
