# Everything a developer does, one word each. Needs Python 3.11 to 3.13 and nothing else.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Many processes start here, most of them often: what Python has compiled once it keeps, whatever the machine prefers.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
ENVIRONMENT := $(VENV)/.ready
FRONTEND := node_modules/.ready
NPM := $(BIN)/python -m portal.local.npm --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
BROWSER_READY := $(VENV)/.chromium
PYTHONS := python3 python3.13 python3.12 python3.11
USABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

.PHONY: help run test check format bench reset doctor migration lock realm

help:  ## Diese Übersicht
	@echo 'Hilfenetz: make <Ziel>'
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(ENVIRONMENT) $(FRONTEND)  ## Alles starten: http://localhost:8000 (anderer Port: make run PORT=8001)
	@exec $(BIN)/hilfenetz up

test: $(ENVIRONMENT) $(FRONTEND) $(BROWSER_READY)  ## Alle Tests, mit Browser (nur einige: make test ARGS=tests/votes)
	@exec $(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(ENVIRONMENT) $(FRONTEND)  ## Form, Regeln, Typen, Importwege, Hausregeln
	@$(BIN)/ruff format --check --quiet . || { echo 'Mit `make format` beheben.'; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest --quiet tests/house

format: $(ENVIRONMENT)  ## Quelltext in Form bringen
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(ENVIRONMENT) $(FRONTEND)  ## Geschwindigkeit gegen eine nackte Seite messen
	@exec $(BIN)/python -m tests.bench $(ARGS)

reset: $(ENVIRONMENT)  ## Die Daten der Demo-Welt löschen
	@exec $(BIN)/hilfenetz reset --yes

doctor: $(ENVIRONMENT)  ## Sagen, welcher Teil nicht läuft und wie man ihn behebt
	@exec $(BIN)/hilfenetz doctor

migration: $(ENVIRONMENT)  ## Eine Änderung an den Tabellen beginnen: make migration NAME=vote_contact
	@exec $(BIN)/python -m migrations.new '$(NAME)'

lock: $(ENVIRONMENT)  ## Abhängigkeiten neu festschreiben (ohne Adressen)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml $(LOCKING) --extra local --extra test --output-file requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml $(LOCKING) --constraint requirements-dev.lock --output-file requirements.lock
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved

realm: $(ENVIRONMENT)  ## Die Demo-Menschen für Keycloak aufschreiben
	@$(BIN)/hilfenetz directory-realm > portal/demo/realm.json

LOCKING := --quiet --upgrade --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--no-emit-find-links --extra build

$(ENVIRONMENT): requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || for python in $(PYTHONS); do \
		if $$python -c '$(USABLE)' 2>/dev/null; then $$python -m venv $(VENV); break; fi; done
	@test -x $(BIN)/python || { echo 'Es fehlt Python 3.11, 3.12 oder 3.13 mit dem Modul venv' \
		'(Debian und Ubuntu: apt install python3 python3-venv).' >&2; exit 1; }
	@echo 'Python-Pakete laden (beim ersten Mal ein bis drei Minuten) …'
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(FRONTEND): package-lock.json | $(ENVIRONMENT)
	@echo 'Oberflächen-Pakete laden …'
	@$(NPM) ci >/dev/null
	@touch $@

$(BROWSER_READY): | $(ENVIRONMENT)
	@$(BIN)/python -m portal.local.chromium
	@touch $@
