"""One library each, at the edge."""
