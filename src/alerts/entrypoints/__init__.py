"""The command line and the HTTP port."""
