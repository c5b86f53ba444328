# The everyday commands. Each works in an activated environment made by `make setup`.
.PHONY: setup test lint types rules check demo run

setup:      ## An environment with everything for development
	python3 -m venv .venv && .venv/bin/pip install -q -U pip && .venv/bin/pip install -q -e . --group dev && .venv/bin/pre-commit install

test:       ## All tests
	pytest

lint:       ## Style and imports between rooms
	ruff check . && ruff format --check . && lint-imports --no-logo

types:
	mypy

rules:      ## The shipped rules and their examples
	alerts check rules && alerts test rules

check: lint types rules test  ## What CI asks, in this environment

demo:       ## A sample day, with a local webhook receiver
	alerts demo

run:        ## The embedded runtime on ./rules and ./data
	alerts run
