# Each door makes .venv and installs what it needs; Python 3.11 or newer and make are enough
# (document-lint, and with it check, needs npm as well).
.DEFAULT_GOAL := help
.PHONY: help contract-test mock test lowest check coverage lint document-lint docs faults faults-ci bench soak hostile locks clean

PYTHON ?= python3
BIN := .venv/bin
REPORTS := reports
NEED_NPM := command -v npm >/dev/null || { echo 'npm (Node.js 18.17 or newer) is needed to lint the documents and was not found; on Debian: apt-get install npm' >&2; exit 1; }
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIP_LOWEST := .venv-lowest/bin/python -m pip --disable-pip-version-check --quiet

# HOST counts only from the command line: some shells export a HOST of their own.
ifneq ($(origin HOST),command line)
HOST :=
endif

help: ## Show the doors
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# FAULT: a host that is wrong in this one way; `.venv/bin/python -m tests.faulty --list` shows all of them.
START := $(if $(FAULT),python -m tests.faulty --fault $(FAULT),enrol-mock serve --port 0)

contract-test: .venv/contract ## Run the contract tests: against a mock of our own, or [FAULT=name], or [HOST=https://… TARGET=file.yaml PERMIT=host]
	@$(BIN)/enrol-contract run $(if $(HOST),'$(HOST)',--start '$(START)') \
		$(if $(TARGET),--target '$(TARGET)') $(if $(PERMIT),--permit-enrolments '$(PERMIT)') --report-dir $(REPORTS)

mock: .venv/contract ## Start the mock on port 8080
	@$(BIN)/enrol-mock serve

test: .venv/dev ## Run the kit's own tests
	@$(BIN)/$(if $(COVERAGE),coverage run,python) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --durations 20 --durations-min 5

lowest: .venv-lowest/done ## Run the quick tests with the lowest versions of the libraries that pyproject.toml allows
	@.venv-lowest/bin/python -m pytest --numprocesses auto --dist loadfile -m 'not slow' --ignore tests/house --ignore tests/faulty --ignore tests/measure --ignore tests/field

check: lint document-lint test ## Format, lint, types, document lint, make test

coverage: .venv/dev ## make test with coverage, which takes half as long again; fails below 95 %
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test COVERAGE=1
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

lint: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@cd examples/python && ../../$(BIN)/mypy

document-lint: node_modules/.package-lock.json ## Lint the OpenAPI documents with Spectral and Redocly
	@$(NEED_NPM)
	@npm run --silent lint

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@$(NEED_NPM)
	@npm ci --loglevel=error

docs: .venv/dev ## Write the generated pages of docs/ anew
	@$(BIN)/python -m openapi > docs/questions.md
	@$(BIN)/enrol-mock outcomes --markdown > docs/outcomes.md
	@$(BIN)/python -m mockserver.conduct > docs/client-findings.md
	@$(BIN)/enrol-contract claims --markdown > docs/claims.md
	@$(BIN)/python -m tests.measure.page > docs/faults.md

SEEDS ?= 1

faults: .venv/dev ## Measure the contract tests on servers that are wrong in one way, and on conforming ones [SEEDS=10 WORLDS=1 STOCK=1 PARTS=1 DOCS=1]
	@$(BIN)/python -m tests.measure --seeds $(SEEDS) $(if $(WORLDS),--worlds) $(if $(STOCK),--stock) $(if $(PARTS),--parts) $(if $(DOCS),--docs)

faults-ci: .venv/dev ## The same in short, as CI does: one fault of twenty, every reading, few combinations
	@$(BIN)/python -m tests.measure --short

bench: .venv/dev ## Measure the mock, alone and beside others, in six minutes [PEERS=1 DOCS=1]; Linux only
	@$(BIN)/python -m tests.bench $(if $(PEERS),--peers) $(if $(DOCS),--docs)

SECONDS ?= 600

soak: .venv/dev ## Load the mock and the proxy with everything for [SECONDS=600]; fails if one leaks or errs; Linux only
	@$(BIN)/python -m tests.soak --seconds $(SECONDS)

hostile: .venv/dev ## Send the mock hostile input for some minutes, and say what a healthy client has noticed [SEED=2]
	@$(BIN)/python -m tests.hostile --seed $(or $(SEED),1)

LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-emit-index-url

locks: .venv/dev ## Refresh locks/ from pyproject.toml
	@$(LOCK) --extra contract --extra postgresql --output-file locks/contract.txt pyproject.toml
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		| $(LOCK) --constraint locks/contract.txt --python-version 3.11 --output-file locks/build.txt -
	@$(LOCK) --extra dev --output-file locks/dev.txt pyproject.toml
	@$(LOCK) --extra test --resolution lowest-direct --python-version 3.11 --output-file locks/lowest.txt pyproject.toml

clean: ## Remove what the doors made
	rm -rf .venv .venv-lowest node_modules build dist reports .coverage .coverage.*

.venv/bin/python:
	@echo 'making .venv'
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .venv

# What builds the kit is locked too, and comes first: the other lock has the last word where both name a package.
.venv/contract .venv/dev: .venv/%: locks/%.txt locks/build.txt pyproject.toml | .venv/bin/python
	@echo 'installing what locks/$*.txt lists'
	@$(PIP) install --require-hashes -r locks/build.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(PIP) install --require-hashes -r locks/$*.txt
	@touch $@

.venv-lowest/done: locks/lowest.txt locks/build.txt pyproject.toml
	@echo 'making .venv-lowest with what locks/lowest.txt lists'
	@$(PYTHON) -m venv --clear .venv-lowest
	@$(PIP_LOWEST) install --require-hashes -r locks/build.txt
	@$(PIP_LOWEST) install --no-deps --no-build-isolation -e .
	@$(PIP_LOWEST) install --require-hashes -r locks/lowest.txt
	@touch $@
