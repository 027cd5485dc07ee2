# The two commands: `make refresh` (set up, then the main job on the bundled recorded figures) and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

.PHONY: refresh test lint serve bench docs clean

refresh: .venv/.installed
	$(BIN)/crawler refresh --sandbox

test: lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

serve: .venv/.installed
	$(BIN)/crawler serve

bench: .venv/.dev
	$(BIN)/python -m benchmarks

# Rewrites the generated pages: the command reference and the database dictionary.
docs: .venv/.dev
	$(BIN)/python -m docs.generate

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml
	$(PIP) install --editable '.[site]'
	@touch $@

.venv/.dev: .venv/.installed
	$(PIP) install --editable '.[site,dev]'
	@touch $@
