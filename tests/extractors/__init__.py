"""Extractors of others: the plug-in point."""
