"""Matches to AlertChanges."""
