# `make` or `make help` lists the targets. Nothing needs to be installed first but Python >= 3.11.
SHELL := /bin/bash
PY := .venv/bin/python
# The test file, folder or node that `make test-fast` runs.
T ?= tests
# pytest-xdist workers.
WORKERS ?= 2
PYTEST := $(PY) -m pytest -q -n $(WORKERS)
STAGES := collectors graph analytics dashboard nhigraph
# The stages that hold code in this checkout.
PRESENT = $(foreach stage,$(STAGES),$(if $(wildcard $(stage)/*.py),$(stage)))

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-fast test-servers check fmt lint types imports docs docs-check wheel-check \
  bench bench-quick dashboard screenshots lock clean set-up-demo set-up-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

set-up-demo:
	@.ci/set-up demo

set-up-dev:
	@.ci/set-up dev

demo: set-up-demo ## set up, and analyse the sample company: no account, no server
	@.venv/bin/nhi demo
	@echo "The dashboard: make dashboard" >&2

dashboard: set-up-demo ## open the dashboard
	@.venv/bin/nhi dashboard

test: set-up-dev ## set up, and run the quick suite, local servers and the browser included
	@.ci/browser
	@$(PYTEST) -m "not slow" tests

test-all: set-up-dev
	@.ci/browser
	@$(PYTEST) tests

test-fast: set-up-dev ## unit tests and cases only: T=tests/graph, T=tests/test_docs.py::test_x
	@$(PYTEST) -m "not slow and not needs_browser and not needs_azure and not needs_github and not needs_npm and not needs_moto and not needs_msgraph" $(T)

test-servers: set-up-dev ## tests against compiled servers
	@if compgen -G "tests/servers/test_*.py" >/dev/null; then $(PYTEST) tests/servers; \
	else echo "test-servers: nothing in this product needs a compiled server yet"; fi

check: set-up-dev ## all that continuous integration runs
	@MAKE="$(MAKE)" .ci/check

fmt: set-up-dev ## format, and repair what can be repaired
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lint: set-up-dev ## ruff, formatting, documented public names
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m interrogate --quiet $(PRESENT) || { $(PY) -m interrogate -vv $(PRESENT); exit 1; }

types: set-up-dev ## mypy (strict) and pyright (basic)
	@$(PY) -m mypy $(PRESENT)
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(PY) -m pyright $(PRESENT)

imports: set-up-dev ## stages in order, network access in collectors alone
	@.venv/bin/lint-imports
	@$(PY) -m pytest -q tests/test_packaging.py -k network

docs: set-up-dev ## rewrite the command output quoted in README.md and docs/
	@$(PY) .ci/quote_output.py

docs-check: set-up-dev ## fail where quoted output, documented commands or links are stale
	@$(PY) .ci/quote_output.py --check
	@$(PY) -m pytest -q tests/test_docs.py

wheel-check: set-up-dev ## build the wheel, install it alone in a clean environment, run the command and tests
	@.ci/wheel-check

bench: set-up-dev ## the benchmark table
	@$(PY) -m benchmarks

bench-quick: set-up-dev ## every benchmark at a small size, without peers that need an environment of their own
	@$(PY) -m benchmarks --quick

LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-annotate --no-header
screenshots: set-up-dev ## redraw the pictures in docs
	@.ci/browser && $(PY) .ci/screenshots

lock: ## resolve the constraint files anew; UPGRADE=--upgrade takes newer versions
	@.ci/set-up dev
	@$(LOCK) $(UPGRADE) pyproject.toml --all-extras --group dev --group build -o constraints/dev.txt
	@$(LOCK) $(UPGRADE) pyproject.toml --extra dashboard --group build -c constraints/dev.txt -o constraints/demo.txt
	@$(LOCK) $(UPGRADE) --group installer -o constraints/uv.txt

clean: ## remove the environment, caches and build results
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
