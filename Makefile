# Winnow: everything a person does with a checkout. `make` alone lists it.
# The rules need Python 3.11 or newer and make, nothing else; what is missing is installed into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done 2>/dev/null)
BIN := $(CURDIR)/.venv/bin
PY := $(BIN)/python
DONE := .make
WORKBENCH := static/workbench
export PATH := $(BIN):$(PATH)
export UV_PYTHON := $(PY)
# Compiled modules are kept beside their sources, whatever the machine says: else every process
# that starts compiles all of Django again.
unexport PYTHONDONTWRITEBYTECODE
export UV_LINK_MODE := copy

say = @printf '\033[2m[winnow]\033[0m %s\n'

.PHONY: help
help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(DONE)/main $(DONE)/workbench $(DONE)/command ## Install what is missing, load the demo, start Winnow on 127.0.0.1:$PORT
	$(say) "starting Winnow"
	@exec $(PY) -m winnow up --demo

.PHONY: test
test: dev chromium ## Run the whole suite: checks, vitest, pytest on SQLite and PostgreSQL, browser, faults, real data
	@$(PY) -m tests.suite all

.PHONY: test-quick
test-quick: dev ## Run what answers within two minutes: style, vitest, pytest on SQLite
	@$(PY) -m tests.suite quick

.PHONY: check
check: dev ## Check style, types, import arrows, templates and migrations
	@$(PY) -m tests.suite check

.PHONY: bench
bench: dev ## Measure; prints one JSON line a figure
	@$(PY) -m benchmarks

.PHONY: chaos
chaos: dev chromium ## Run the long form of the fault tests: more kills, more writes, more deaths at work
	@WINNOW_CHAOS=long $(PY) -m tests.suite faults

.PHONY: test-extras
test-extras: dev $(DONE)/workbench ## Build the wheel, install it in a fresh environment and try it
	@$(PY) -m tests.suite extras

.PHONY: dev
dev: $(DONE)/dev $(DONE)/node_modules $(DONE)/command ## Install what developers need, without running anything

.PHONY: assets
assets: $(DONE)/workbench ## Build the labelling workbench and the script of the pages

.PHONY: format
format: $(DONE)/dev ## Format the Python code and mend what ruff can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(DONE)/uv ## Choose versions again and write requirements/*.txt
	$(say) "resolving"
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project --no-dev -o requirements/main.txt
	@$(BIN)/uv export --quiet --no-header --no-annotate --no-emit-project -o requirements/dev.txt
	@for tool in uv node; do \
		sed -n 's/^\([a-z-]*==[0-9.]*\).*/\1/p' requirements/$$tool.txt | $(BIN)/uv pip compile --quiet \
		--no-header --no-annotate --generate-hashes --universal --python-version 3.11 \
		-o requirements/$$tool.txt -; done

.PHONY: clean
clean: ## Remove the environment, builds and caches; the data in var/ stays
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
	rm -rf $(WORKBENCH)/node_modules static/dist dist tests/shots
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# What the targets above stand on. Each file in .make/ says that a step was done.

.venv/pyvenv.cfg:
	@if [ -z "$(PYTHON)" ]; then echo "Winnow needs Python 3.11 or newer; none was found on the PATH." >&2; exit 1; fi
	$(say) "making a Python environment in .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "This Python cannot make environments. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(DONE)/uv: .venv/pyvenv.cfg requirements/uv.txt
	@mkdir -p $(DONE)
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt \
		|| echo "[winnow] uv could not be installed; going on with pip, which is slower"
	@touch $@

define install
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --require-hashes -r $(1); \
	else $(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

$(DONE)/main: $(DONE)/uv requirements/main.txt
	$(say) "installing $$(grep -c '^[a-z].*==' requirements/main.txt) Python packages, checked by hash"
	$(call install,requirements/main.txt)

$(DONE)/dev: $(DONE)/uv requirements/dev.txt
	$(say) "installing $$(grep -c '^[a-z].*==' requirements/dev.txt) Python packages for developers, checked by hash"
	$(call install,requirements/dev.txt)
	@touch $(DONE)/main

$(DONE)/node: $(DONE)/uv requirements/node.txt
	$(say) "installing Node.js into .venv"
	$(call install,requirements/node.txt)

$(DONE)/node_modules: $(DONE)/node $(WORKBENCH)/package.json $(WORKBENCH)/package-lock.json
	$(say) "installing the workbench's packages"
	@cd $(WORKBENCH) && npm ci --silent
	@touch $@

WORKBENCH_SOURCES := $(shell find $(WORKBENCH) static/css static/fonts -path '*/node_modules' -prune -o -type f \
	\( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.woff2' -o -name '*.json' \) -print 2>/dev/null)

$(DONE)/workbench: $(DONE)/node_modules $(WORKBENCH_SOURCES)
	$(say) "building the workbench"
	@cd $(WORKBENCH) && npm run --silent build -- --logLevel warn
	@touch $@

# The same command as in an installed wheel, for a checkout.
$(DONE)/command: .venv/pyvenv.cfg
	@mkdir -p $(DONE)
	@printf '#!/bin/sh\nexec "%s" -c "import sys; sys.path.insert(0, sys.argv.pop(1)); from winnow.cli import main; sys.exit(main())" "%s" "$$@"\n' \
		"$(PY)" "$(CURDIR)" > $(BIN)/winnow
	@chmod +x $(BIN)/winnow
	@touch $@

.PHONY: chromium
chromium:
	@if ! command -v chromium >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "[winnow] installing Chromium for the browser tests"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
				chromium fonts-dejavu-core >/dev/null; \
		else echo "The browser tests need Chromium. On Debian: sudo apt-get install chromium" >&2; exit 1; fi; fi
