"""`python -m alerts`."""

from alerts.entrypoints.cli import main

main()
