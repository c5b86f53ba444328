"""Report to Events: what happened, where, how many, and whether it happened."""
