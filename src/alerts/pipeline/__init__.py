"""The stages over ports, async."""
