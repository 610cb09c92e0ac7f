# Needs Python 3.11 or newer with venv, and make. Everything else comes with the first target that needs it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup run test check audit bench fmt lock manage usable
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.dev ## Install everything into .venv; does nothing when it is up to date

run: usable ## Start the application with its own database on http://127.0.0.1:8000 (PORT, HOST, MENTALSPACE_DATA)
	@$(BIN)/python -m mentalspace.dev.run

test: $(VENV)/.dev usable ## Run the tests on every core; choose with ARGS="tests/clients -k name"
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --durations=10 $(ARGS)

check: $(VENV)/.dev usable ## Format, lint, types, layers, migrations, and Django's deployment checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m mentalspace.dev makemigrations --check --dry-run
	@echo "check --deploy, as in production"
	@env -u DEBUG -u DEVELOPMENT -u HTTPS ALLOWED_HOSTS=practice.example PUBLIC_URL=https://practice.example DATABASE_URL=postgres://nobody@/none \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/hadolint Dockerfile

audit: $(VENV)/.dev usable ## Scan code, secrets and packages, and list what production is made of; works offline
	@$(BIN)/python -m mentalspace.dev.audit

bench: $(VENV)/.dev usable ## Measure the main pages on the demo data, what audit and encryption cost them, strangers at the door, fifty who book at once, finding a time, finding words in a chart, exporting one, a day of sixty calendars, the audit log with 8 writers, and its search at a million events
	@$(BIN)/python -m mentalspace.dev.bench
	@$(BIN)/python -m mentalspace.dev.bench_trust
	@$(BIN)/python -m mentalspace.dev.bench_door
	@$(BIN)/python -m mentalspace.dev.bench_booking
	@$(BIN)/python -m mentalspace.dev.bench_finding
	@$(BIN)/python -m mentalspace.dev.bench_words
	@$(BIN)/python -m mentalspace.dev.bench_export
	@$(BIN)/python -m mentalspace.dev.bench_calendar
	@$(BIN)/python -m mentalspace.dev.bench_audit
	@$(BIN)/python -m mentalspace.dev.bench_audit_search

fmt: $(VENV)/.dev ## Put the code into its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.run ## Choose versions anew within requirements*.in, with hashes
	@for group in requirements requirements-run requirements-dev; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links $$group.in --output-file $$group.txt || exit 1; \
	done

manage: usable ## Run a manage.py command on the working copy's database: make manage ARGS="showmigrations"
	@$(BIN)/python -m mentalspace.dev $(ARGS)

# Another person's .venv may rest on a Python that only they can reach.
usable: $(VENV)/.run
	@test -x $(BIN)/python || { echo "The .venv here is another user's: work in a copy of your own." >&2; exit 1; }

# uv is used where there is one, else brought by the lock itself. Plain pip, a minute slower, does for both.
define install
	@uv=$$(command -v uv) || uv=$(BIN)/uv; \
	pip="$(BIN)/python -m pip --disable-pip-version-check --quiet install"; \
	test -x "$$uv" || $$pip --require-hashes -r requirements-run.txt; \
	{ test -x "$$uv" && "$$uv" pip install --quiet --python $(BIN)/python --require-hashes $(1); } \
		|| $$pip --require-hashes $(1)
	@touch $@
endef

$(VENV)/pyvenv.cfg:
	@test -w . || { echo "This directory belongs to another user: work in a copy of your own, or ask for write access." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed: name one with 'make PYTHON=/path/to/python3.12 …'." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt requirements-run.txt | $(VENV)/pyvenv.cfg
	$(call install,-r requirements.txt -r requirements-run.txt)

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(call install,-r requirements.txt -r requirements-run.txt -r requirements-dev.txt)
