"""Alerts on what happens in the world: news in, rules over it, signed webhooks out."""

__version__ = "0.1.0"
