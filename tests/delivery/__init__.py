"""Promises of the delivery core: who is told, what is sent, when again."""
