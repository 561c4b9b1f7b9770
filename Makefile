.PHONY: run setup test test-long bench lint format help
PYTHON ?= python3

run setup test test-long bench lint format help:
	@$(PYTHON) run.py $@
