# Rapport's tasks. `make` alone explains them. Needed beforehand: git, make, a Python 3 and the package registries.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup up test test-bot quick lint types doctor train lock bench torture screenshots browser clean setup-test
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV := .venv-tools/bin/uv
BIN := .venv/bin
BOT := .venv-bot/bin
WORKERS ?= 2
OURS := shop actions handoff

DEVELOPMENT := RAPPORT_ENV=development

export UV_PYTHON_PREFERENCE ?= system
export RASA_TELEMETRY_ENABLED := false
# A second thread of BLAS on so small matrices costs more than it gives.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

help: ## show this help
	@echo "Rapport: a shop's assistant, and the right person when a person is needed."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  On a machine with nothing installed, 'make up' is all it takes. Settings: .env.example. More: docs/operations.md."

setup: .venv/.ready .venv-bot/.ready ## build both environments, pinned with hashes

up: setup ## set up, train if needed and start everything for development; Ctrl-C stops it (ARGS="--verbose")
	@$(DEVELOPMENT) exec $(BIN)/rapport up $(ARGS)

test: setup-test ## everything that must hold: lint, types, architecture, the whole suite, the browser included
	@$(MAKE) lint browser train
	@$(MAKE) -j2 --output-sync=target types test-bot
	@echo "== the suite, on $(WORKERS) cores"
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile

quick: setup-test ## the part of the tests that answers in about a minute
	@$(MAKE) lint types
	@$(BIN)/pytest -q -m "not slow"

test-bot: train setup-test ## the tests that need Rasa, in its own environment, and the stories of tests/stories
	@echo "== tests in the bot's environment"
	@$(BOT)/python -m pytest -q --disable-warnings --confcutdir=tests/bot $(wildcard tests/bot tests/nlu tests/text)
	@echo "== rasa test core"
	@$(BOT)/python -m tests.bot.run_stories "$$($(DEVELOPMENT) $(BIN)/rapport train --path)"

lint: setup-test ## rules of style and format
	@echo "== lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: run '$(BIN)/ruff format .'"; exit 1; }

types: setup-test ## mypy --strict over our packages
	@echo "== types"
	@$(BIN)/mypy

doctor: setup ## check this machine and the settings, and say what to do
	@$(BIN)/rapport doctor

train: setup ## train the model if what it learns from changed
	@$(DEVELOPMENT) $(BIN)/rapport train

browser: setup-test ## find a Chromium for the browser tests, or install one
	@$(BIN)/python -m tests.chromium

bench: setup-test ## measure replies and start-up, as docs/performance.md records them
	@$(BIN)/python -m bench $(ARGS)

torture: setup-test ## make up 2,000 days at the service desk on either database and look whether what must hold holds (an hour or so)
	@RAPPORT_TORTURE=long nice -n 10 $(BIN)/pytest -n $(WORKERS) --dist load --durations=0 tests/handoff/routing/test_torture.py
	@RAPPORT_TEST_CLAIMS=20000 nice -n 10 $(BIN)/pytest -q tests/handoff/routing/test_claims.py

screenshots: setup-test browser ## take the pictures of the documents from the running product; ARGS="--states FOLDER": of every state, over stubs
	@$(BIN)/python -m bench.screenshots $(ARGS)

lock: $(UV) ## compile all lock files anew (UPGRADE=--upgrade takes newer versions)
	@$(COMPILE) --group tools -o requirements-tools.txt
	@$(COMPILE) pyproject.toml -o requirements.txt
	@$(COMPILE) pyproject.toml --group test -o requirements-test.txt
	@$(COMPILE) --project bot bot/pyproject.toml -o bot/requirements.txt

clean: ## remove the environments and caches; var/ (database, models, logs) stays
	rm -rf .venv .venv-bot .venv-tools .mypy_cache .ruff_cache .pytest_cache .hypothesis rapport.egg-info

COMPILE = $(UV) pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" $(UPGRADE)

# --- environments. A stamp is newer than the lock it was installed from, so nothing is done twice.

SYNC = $(UV) pip sync --quiet --require-hashes --python

setup-test: setup .venv/.ready-test

$(UV): requirements-tools.txt
	@$(PYTHON) -m venv .venv-tools || { echo "'$(PYTHON) -m venv' does not work here: install it (Debian and Ubuntu: apt-get install python3-venv), or name another Python: make PYTHON=python3.11" >&2; exit 2; }
	@.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

.venv/.ready: requirements.txt pyproject.toml $(UV)
	@$(call python311,.venv)
	@echo "Installing Rapport's environment ..."
	@$(SYNC) $(BIN)/python $(if $(wildcard .venv/.ready-test),requirements-test.txt,$<)
	@$(call ourselves)
	@touch $@

.venv/.ready-test: requirements-test.txt .venv/.ready
	@echo "Installing what the tests need ..."
	@$(SYNC) $(BIN)/python $<
	@$(call ourselves)
	@touch $@

.venv-bot/.ready: bot/requirements.txt $(UV)
	@$(call python311,.venv-bot)
	@echo "Installing the bot's environment (Rasa; about 1.5 GB) ..."
	@$(SYNC) $(BOT)/python $<
	@touch $@

# Makes $(1) with Python 3.11, found on this machine or fetched by uv; one that is there already is kept.
define python311
$(1)/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || $(UV) venv --quiet --clear --python 3.11 $(1) \
	|| { echo "Rapport needs Python 3.11; none was found and none could be fetched. Install python3.11, then try again." >&2; exit 2; }
endef

# Our own packages, from this folder; setuptools, which builds them, is pinned in the lock.
define ourselves
$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
endef
