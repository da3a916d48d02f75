# The front door. `make help` lists what there is.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin
# What make remembers lies in .venv, so that deleting that one folder starts afresh.
TO_RUN := .venv/.installed
TO_TEST := .venv/.installed-dev
TO_BROWSE := .venv/.browser

.PHONY: help run test test-long bench e2e lint lock catalogue

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(TO_RUN) ## start Wellkept (PORT=8000); Ctrl-C stops it
	@exec $(BIN)/python -m webapp.serve --port $(PORT)

test: lint $(TO_BROWSE) ## linters, import contracts and the tests in their quick profile, on both databases
	@TEST_PROFILE=quick $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not slow"
	@if [ -f bench/__main__.py ]; then $(BIN)/python -m bench --smoke; fi

test-long: lint $(TO_BROWSE) ## the same with more examples, more racers, every page, state and size
	@TEST_PROFILE=long $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal
	@if [ -f bench/__main__.py ]; then $(BIN)/python -m bench --smoke; fi

bench: $(TO_TEST) ## measure, and compare with what was measured before
	@$(BIN)/python -m bench

e2e: $(TO_BROWSE) ## the browser tests; keeps screenshots in screenshots/ and renews the README's
	@KEEP_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/e2e

catalogue: $(TO_RUN) ## gather the texts of the pages for translators (LANGUAGE=cy begins a language)
	@$(BIN)/python -m scripts.catalogue $(LANGUAGE)

lint: $(TO_TEST) ## ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@said=$$($(BIN)/lint-imports 2>&1) && echo "Import contracts kept" || { echo "$$said"; exit 1; }

lock: $(TO_TEST) ## write requirements*.txt anew from requirements*.in
	@for list in requirements requirements-dev; do \
		$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
			--output-file $$list.txt $$list.in || exit 1; \
	done

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Wellkept needs Python 3.11 or newer, and $(PYTHON) is not there." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Wellkept needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python can't make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(TO_RUN): requirements.txt | .venv/bin/python
	@echo "Installing what Wellkept runs on ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(TO_TEST): requirements-dev.txt $(TO_RUN)
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Without a browser its tests are skipped out loud, or fail where nothing may be skipped (root, CI=true).
$(TO_BROWSE): $(TO_TEST)
	@if command -v chromium >/dev/null; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Debian's Chromium for the browser tests ..."; \
		{ apt-get install -qq -y --no-install-recommends chromium >/dev/null \
			|| { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; }; } && touch $@; \
	else echo "No chromium here: the browser tests will be skipped. To have them: sudo apt-get install chromium" >&2; fi
