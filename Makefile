# Every target sets up what it needs: a Python from 3.11 on is enough to start.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST_ARGS ?=

# The newest Python on this machine that is 3.11 or later and can make virtual environments.
PYTHON ?= $(shell for candidate in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	$$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$candidate; break; }; done)

.PHONY: help demo test lint format types layers check mutants chart-mutants names bench wheel clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

$(READY): pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11 or later with the venv module was found."; \
		echo "Install one (on Debian and Ubuntu also the package python3-venv), or name it: make PYTHON=/path/to/python3"; \
		exit 1; \
	fi
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once, then only when pyproject.toml changes) …"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' || { \
		echo; \
		echo "The dependencies could not be installed; pip says why above."; \
		echo "Offline? This step needs a package index once. With a folder of wheels instead of a network:"; \
		echo "    PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/to/wheels make $(MAKECMDGOALS)"; \
		exit 1; \
	}
	@touch $@

demo: $(READY) ## repair a real broken example before your eyes
	@$(BIN)/python examples/demo.py

test: $(READY) ## the tests
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

lint: $(READY) ## rules and format (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## put the source into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY) ## types (mypy, strict)
	$(BIN)/mypy

layers: $(READY) ## the direction of the imports (import-linter)
	$(BIN)/lint-imports

check: lint types layers test ## tests, lint, types and layers in one go

mutants: $(READY) ## break healthy applications and judge the repairs
	$(BIN)/python -m benchmarks.mutants

chart-mutants: $(READY) ## break charts and judge what real Helm makes of the repairs
	$(BIN)/python -m benchmarks.chart_mutants

names: $(READY) ## name applications end to end and judge every mixture of a rollout
	$(BIN)/python -m benchmarks.names

bench: $(READY) ## speed, as ratios measured in one run
	$(BIN)/python -m benchmarks.speed

wheel: $(READY) ## build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist

clean: ## remove the environment, caches and builds
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
