"""Looking at dead letters, and replaying them."""
