# Everything you do with a checkout. It needs git, make and Python 3.11 or newer with venv. The rest is installed into
# .venv from the locks in requirements/: once, and again only when a lock or pyproject.toml changes.

PYTHON ?= python3
# As many as there are cores: each collects every test for itself, which takes eight seconds.
WORKERS ?= auto
# Browsers and services that tests start are waited for: half as many again keep every core busy.
WORKERS_FOR_ALL ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
# A lock holds everything, so nothing is left to resolve: pip would look at newer releases of what is pinned, and fail.
LOCKED := $(PIP) install --root-user-action=ignore --no-deps --require-hashes
OURS := $(PIP) install --root-user-action=ignore --no-deps --no-build-isolation --editable .
# Without a network pip prints seven lines that name none of this. Whoever has none reads one.
NO_NETWORK := 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|Network is unreachable'
OR_SAY = 2>.venv/install.log && cat .venv/install.log >&2 || { \
	if grep -qE $(NO_NETWORK) .venv/install.log; then \
		echo "no package index answers: a checkout needs a network once, to install; connect and run make again" >&2; \
	else cat .venv/install.log >&2; fi; exit 1; }
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
PATHS := src tests benchmarks tools
PYTEST := $(BIN)/python -m pytest
IN_PARALLEL := --dist worksteal -n

# Byte code is always written: without it each worker compiles everything again, 15 seconds.
unexport PYTHONDONTWRITEBYTECODE

# A .venv that was copied or moved still runs the code of the folder it was made for, so it is made again.
REBUILD := $(shell grep -qsF ' $(CURDIR)/.venv' .venv/pyvenv.cfg && test -x $(BIN)/pip && $(BIN)/python -c '' || echo rebuild)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test test-all check format coverage lock audit bench serve floods faults mutate rehearse clean rebuild

help: ## list the targets
	@echo "make TARGET [ARGS='flags for the program behind it']"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /  \1	/p' Makefile | expand -t 12

demo: .venv/run.stamp ## run everything in one process with a simulated carrier; ARGS=--once plays the story and ends
	@$(BIN)/dispatch demo $(ARGS)

serve: .venv/run.stamp ## run the service itself, configured by DISPATCH_* and config/dispatch.toml
	@$(BIN)/dispatch serve $(ARGS)

test: .venv/dev.stamp ## run the tests, in four minutes on two cores; ARGS="tests/rules -k roster" runs those, slow ones too
ifeq ($(ARGS),)
	@$(PYTEST) $(IN_PARALLEL) $(WORKERS) --cheap --databases=one -m "not slow and not browser and not alone"
else
	@$(PYTEST) $(IN_PARALLEL) $(WORKERS) $(ARGS)
endif

test-all: .venv/dev.stamp ## run every test, on SQLite and on PostgreSQL, in some fourteen minutes
	@$(PYTEST) $(IN_PARALLEL) $(WORKERS_FOR_ALL) -m "not alone"
	@echo "now those that measure how long others wait: nothing else runs beside them…"
	@$(PYTEST) -rPfE -m "alone and not crossed" tests/serving

floods: .venv/dev.stamp ## play every flood on each database, with the proxy and without; ARGS='-k slow_bodies' plays some
	@$(PYTEST) -rPfE -m alone tests/serving $(ARGS)

check: .venv/dev.stamp ## check format, lint, types, import rules, migrations, wheel, pictures and faults, as every commit must pass
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(PATHS)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.check_migrations
	$(BIN)/python -m tools.check_wheel
	$(BIN)/python -m tools.check_pictures
	$(BIN)/python -m tools.train_guesses --check
	$(BIN)/python -m tests.planted --check
	$(PIP) check

format: .venv/dev.stamp ## format the code, and fix what the linter can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

coverage: .venv/dev.stamp ## run the tests of the rules; fails if they miss a branch
	@$(PYTEST) tests/rules --cov=dispatch.rules --cov-report=term-missing:skip-covered --cov-fail-under=100 $(ARGS)

bench: .venv/dev.stamp ## run the measurements and print a table
	@$(BIN)/python -m benchmarks $(ARGS)

# A .venv has its own pip, which pip-audit can do with: one from a lock would replace it while it installs.
lock: .venv/dev.stamp ## write the locks from pyproject.toml again; ARGS=--upgrade takes the newest versions
	$(COMPILE) $(ARGS) --no-emit-package pip --group dev pyproject.toml --output-file requirements/dev.lock
	$(COMPILE) --constraint requirements/dev.lock pyproject.toml --output-file requirements/run.lock
	$(COMPILE) --constraint requirements/dev.lock --group build --output-file requirements/build.lock

audit: .venv/dev.stamp ## ask what is known against anything in the locks; says so if nobody can be asked; ARGS="-s osv" asks others
	@$(BIN)/python -m tools.audit $(ARGS)

faults: .venv/dev.stamp ## kill, freeze and cut off real processes; DISPATCH_TEST_FAULTS=20 repeats each
	@$(PYTEST) tests/faults $(ARGS)

mutate: .venv/dev.stamp ## plant faults, one at a time: fails when tests do not find one; ARGS="NAME NAME", ARGS=--list
	@$(BIN)/python -m tests.planted $(ARGS)

rehearse: .venv/dev.stamp ## play thousands of call-outs while everything fails; ARGS="--seeds 200 --callouts 500"
	@$(BIN)/dispatch rehearse --seeds 200 --callouts 500 --jobs 2 $(ARGS)

clean: ## remove .venv and every cache
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find src tests benchmarks tools migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- setting up ------------------------------------------------------------------------------------------------------
# dev.lock holds all of run.lock and build.lock at the same versions, so one .venv serves both, in either order.

.venv/run.stamp: requirements/run.lock requirements/build.lock pyproject.toml $(REBUILD)
	@echo "installing what the service needs (half a minute, once)…"
	@$(LOCKED) -r requirements/run.lock -r requirements/build.lock $(OR_SAY)
	@$(OURS)
	@touch $@

.venv/dev.stamp: requirements/dev.lock pyproject.toml $(REBUILD)
	@echo "installing what tests and checks need (about a minute, once)…"
	@$(LOCKED) -r requirements/dev.lock $(OR_SAY)
	@$(OURS)
	@touch .venv/run.stamp $@

rebuild:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "dispatch needs Python 3.11 or newer, and '$(PYTHON)' is not: make PYTHON=python3.13 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "'$(PYTHON)' has no venv module: install it (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
