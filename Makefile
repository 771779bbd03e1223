# Needs Python >= 3.11 with venv and pip, and make. Nothing else: `make lock` fetches its own tool.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A worker that has finished takes tests from the others: the slow tests are next to each other.
PYTEST_OPTIONS ?= -n auto --dist worksteal
# Each of the hundreds of processes of a run would compile all sources again: keep what is compiled.
export PYTHONDONTWRITEBYTECODE :=

OTHERS := build/bench/venv

.PHONY: setup tools postgres compiled collected demo test lint types imports bench bench-report crash fuzz texts screenshots lock clean

setup: .venv/.installed compiled
tools: .venv/.tools compiled

# The stamps are made last: an install that was interrupted starts over.
.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Aduan needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

.venv/.tools: requirements-dev.txt .venv/.postgres
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

# The driver of PostgreSQL, for an operator who stores complaints there.
postgres: .venv/.postgres

.venv/.postgres: requirements-postgres.txt .venv/.installed
	$(PIP) install --require-hashes -r requirements-postgres.txt
	@touch $@

# The service's user cannot store what Python and Jinja compile: without this each start compiles it again, in 2.5 s.
compiled: .venv/.installed
	@$(BIN)/python -m compileall -q bot conversations templates
	@$(BIN)/python -c 'from bot.wording.rendering import Renderer; Renderer().compile_all()'

demo: setup
	$(BIN)/aduan demo

test: tools
	@$(MAKE) --no-print-directory -j2 lint imports types collected
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

# The workers of pytest would compile the same tests at the same time: one process does it, next to mypy.
# What it finds wrong, pytest says after it.
collected: tools
	@$(BIN)/python -m pytest --quiet --collect-only >/dev/null || true

lint: tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: tools
	$(BIN)/mypy

imports: tools
	$(BIN)/lint-imports

# Other options: `make bench BENCH=--quick`; `--help` lists them.
bench: tools $(OTHERS)/.installed
	$(BIN)/python -m tests.bench $(BENCH)

# The tables and pictures of what the benchmark has measured.
bench-report: $(OTHERS)/.installed
	$(OTHERS)/bin/python -m tests.bench.report

# The bots that the benchmark compares with.
$(OTHERS)/.installed: tests/bench/requirements.txt
	$(PYTHON) -m venv $(OTHERS)
	$(OTHERS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

# Another number of kills: `make crash KILLS=1000`, which takes about ten minutes. Each fault of three machines
# on PostgreSQL happens FAULTS times; without PostgreSQL that part says so and is left out.
KILLS ?= 60
FAULTS ?= 3

crash: tools
	$(BIN)/python -m tests.acceptance.crash --kills $(KILLS)
	$(BIN)/python -m tests.acceptance.failover --faults $(FAULTS)

fuzz: tools
	$(BIN)/python -m tests.unit.test_generated_updates --updates 50000
	$(BIN)/python -m tests.acceptance.fuzz

# Every message in both languages, side by side; with drawn buttons in build/texts.html.
texts: tools
	@$(BIN)/python -m tests.texts

# Needs Chromium and a font with emoji, as .ci/run installs them.
screenshots: tools
	$(BIN)/python -m tests.browser.screenshots

# The four files are for every Python from 3.11 on, and name no package index.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install uv
	build/lock/bin/uv pip compile $(LOCK_OPTIONS) pyproject.toml --group build -o requirements.txt
	build/lock/bin/uv pip compile $(LOCK_OPTIONS) --group postgres -c requirements.txt -o requirements-postgres.txt
	build/lock/bin/uv pip compile $(LOCK_OPTIONS) --group dev -c requirements.txt -o requirements-dev.txt
	build/lock/bin/uv pip compile $(LOCK_OPTIONS) --group bench -o tests/bench/requirements.txt

LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	--custom-compile-command "make lock" $(LOCK_EXTRA)

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
