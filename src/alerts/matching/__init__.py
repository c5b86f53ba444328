"""Events to Matches."""
