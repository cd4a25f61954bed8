# One-word targets. `make demo` and `make test` set up everything they need in a virtual environment.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test slow crash lint bench docs docs-figures clean

demo: $(VENV)/.installed
	$(BIN)/neurorl run two_step --scale quick --seed 0

test: $(VENV)/.installed-dev
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

# The slow tier: verdicts of the studies at quick scale, control agents of the battery, recovery figures of the docs.
slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -m slow

# Commands are killed at random moments and run again: make crash N=200 SEED=0
N ?= 200
crash: $(VENV)/.installed-dev
	$(BIN)/python tests/crash/kills.py --kills $(N) $(if $(SEED),--seed $(SEED))

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

docs-figures: $(VENV)/.installed
	$(BIN)/python docs/figures/make_architecture.py

clean:
	rm -rf $(VENV) build dist runs .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "neurorl needs Python 3.11 or newer, but '$(PYTHON)' is older; run: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(PIP) --constraint constraints.txt --editable '.[bench]'
	@touch $@
