"""How fast the desk is: claims, delivery, sockets, and a handover beside other queues."""
