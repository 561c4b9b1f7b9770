.PHONY: run test test-long bench lint format help
PYTHON ?= python3

run test test-long bench lint format help:
	@$(PYTHON) run.py $@
