# What a developer types. `make help` says what each target does.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# the newest Python that Pulih runs on; `make PYTHON=/path/to/python3.12 …` chooses another
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

.PHONY: help demo up env test test-fast long check contract settings format lock clean bench bench-full

help: ## Explain each target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: .venv/installed ## Take Purworejo's workers from layoff to placement, on the embedded stack
	$(BIN)/pulih demo

up: .venv/installed ## Run the embedded stack until Ctrl-C
	$(BIN)/pulih up

env: ## Write .env with new secrets and the operators' file for `docker compose up`, unless they are there
	@$(PYTHON) deploy/env

# one for each core: more of them only take the cores from one another
WORKERS ?= logical
test: .venv/installed-dev ## Run all tests, in a process for each core; those that need Docker are skipped, with the reason, where there is none
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadgroup

test-fast: .venv/installed-dev ## Run the tests that start no broker, stack or database: within a minute
	$(BIN)/pytest -q -m "not slow" --numprocesses $(WORKERS)

LONG ?= 1
long: .venv/installed-dev ## Run what takes long: a thousand random stories of each kind (LONG=5: five thousand), and 100,000 workers' data keys
	PULIH_LONG=$(LONG) $(BIN)/pytest -m long --numprocesses $(WORKERS) --dist load

check: .venv/installed-dev ## Formatting, lint, types, who may import whom, what events and migrations may change, and the alerts where promtool is found
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m contract.keep check
	$(BIN)/pytest -q tests/unit/operators/test_alerts_fire_and_stay_silent.py tests/unit/shared/test_what_expands_only_adds.py

contract: .venv/installed-dev ## Keep the events' schemas in contract/, unless a change would break a reader
	$(BIN)/python -m contract.keep write

settings: .venv/installed-dev ## Write docs/settings.md from the classes that read them
	$(BIN)/python -m deploy.settings_page > docs/settings.md

format: .venv/installed-dev ## Let ruff format, and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

STACK ?= containers
bench: .venv/installed-bench ## Measure everything, into benchmarks/README.md; STACK=embedded needs no Docker
	$(BIN)/python -m benchmarks.run hop desk latency chain --stack $(STACK)
	$(BIN)/python -m benchmarks.page

bench-full: .venv/installed-bench ## Measure at length, with a million workers, on both stacks
	$(BIN)/python -m benchmarks.run hop --stack embedded --size full
	$(BIN)/python -m benchmarks.run hop desk latency chain --stack $(STACK) --size full
	$(BIN)/python -m benchmarks.page

lock: ## Choose the newest versions that pyproject.toml allows, and pin them
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet '.[embedded,otel]' && .venv-lock/bin/pip freeze | grep -v '^pulih' > requirements.lock
	.venv-lock/bin/pip install --quiet '.[dev]' && .venv-lock/bin/pip freeze | grep -v '^pulih' \
		| grep -vxFf requirements.lock > requirements-dev.lock
	rm -rf .venv-lock build *.egg-info

.venv/installed-bench: .venv/installed-dev pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

clean: ## Remove what was installed and built here
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Pulih needs Python 3.11 to 3.14; none was found. Try: make PYTHON=/path/to/python3.13" >&2; exit 1; }
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@
