"""Promises of the webhook sender, over real sockets on loopback."""
