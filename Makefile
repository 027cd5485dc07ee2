# The two commands: `make refresh` (set up, then the main job on the bundled recorded figures) and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# The tests start hundreds of processes; where Python may not keep what it compiled, each compiles the program anew.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

.PHONY: refresh test test-browser test-datasette lint serve bench docs screenshots clean

refresh: .venv/.installed
	$(BIN)/crawler refresh --sandbox

# Databases of tests lie in memory where there is room for them: to wait for the disk proves nothing there.
IN_MEMORY := $(shell df --output=avail /dev/shm 2>/dev/null | awk 'NR > 1 && $$1 > 2000000 {print "TMPDIR=/dev/shm"}')

# In the order of the files, and not those with the fewest tests last, which take longest.
test: lint
	$(IN_MEMORY) $(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder
	@echo "The browser tests are left out here: make test-browser runs them, with Debian's chromium."

# Drives /usr/bin/chromium, or the one that CHROMIUM names, over the pages of `crawler serve` on recorded figures.
test-browser: .venv/.dev
	$(BIN)/python -m pytest tests/browser

# The same tests in two environments: the plugin, the generated files, and every page in both versions of Datasette.
DATASETTE_0.65 := 0.65.5
DATASETTE_1.0 := 1.0a41

test-datasette: .venv-datasette-0.65/.installed .venv-datasette-1.0/.installed
	.venv-datasette-0.65/bin/python -m pytest tests/datasette
	.venv-datasette-1.0/bin/python -m pytest tests/datasette

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

# Rewrites the pictures of the site in docs/screenshots, with the same browser.
screenshots: .venv/.dev
	$(BIN)/python -m docs.screenshots

clean:
	rm -rf .venv .venv-datasette-* .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml
	$(PIP) install --editable '.[site]'
	@touch $@

.venv/.dev: .venv/.installed
	$(PIP) install --editable '.[site,dev]'
	@touch $@

.venv-datasette-%/.installed: pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check --quiet --no-input install --editable '.[plugin]' \
	  datasette==$(DATASETTE_$*) 'pytest>=8.3'
	@touch $@
