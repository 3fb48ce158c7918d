SHELL := /bin/bash
PYTHON ?= python3
APP := .venv/bin/python
RASA := .venv-rasa/bin/python
# Folder of the public sets that docs/quality.md names.
DATA ?= ../shared/data
export RASA_TELEMETRY_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup run train test check images bench bench-index bench-desk refit soak fuzz lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 12

setup: ## install, build and train whatever is missing
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tandem needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 setup")'
	@$(PYTHON) deploy/setup.py

run: setup ## start all five processes and print the addresses
	@exec $(APP) -m deploy.launch

train: setup ## train the Rasa model if its sources changed
	@$(PYTHON) deploy/setup.py train

test: setup ## run all tests, browser tests included
	@$(APP) -m pytest

check: setup ## ruff, mypy --strict, import-linter, tsc
	@$(APP) -m ruff check .
	@$(APP) -m ruff format --check .
	@$(APP) -m mypy
	@.venv/bin/lint-imports
	@$(APP) -m deploy.web_check

images: setup ## take the pictures of the README anew
	@$(APP) -m pytest tests/e2e/test_journey.py --images docs/images

bench: setup ## measure speed, live edits and, with DATA, answers beside other engines (hours)
	@$(APP) -m benchmarks.turns
	@$(APP) -m benchmarks.edits
	@if [ -d '$(DATA)' ]; then set -e; \
	  $(APP) -m benchmarks.encoding '$(DATA)'; \
	  $(APP) -m benchmarks.quality '$(DATA)' $(if $(ADAPTERS),--adapters '$(ADAPTERS)' --ablation) --images docs/images; \
	  $(APP) -m benchmarks.engines '$(DATA)'; \
	else echo 'Left out: quality, encoder and other engines. They need the public sets: make bench DATA=FOLDER'; fi

bench-index: setup ## measure the index at up to a million passages (needs DATA)
	@$(APP) -m benchmarks.index '$(DATA)'

bench-desk: setup ## measure the desk: claims, delivery, sockets, a handover beside rq and arq (minutes)
	@$(APP) -m benchmarks.desk
	@$(APP) -m benchmarks.waits

refit: setup ## fit encoder and ranking anew, by the bases of DATA=FOLDER, each left out once into ADAPTERS=FOLDER
	@for group in curekart powerplay11 banking77 clinc150 natcs-banking natcs-insurance own; do \
		$(APP) -m kb_index.adapter.fit --data $(DATA) --without $$group --out $(or $(ADAPTERS),$(error name ADAPTERS=FOLDER))/$$group.npz || exit; done
	@$(APP) -m kb_index.adapter.fit --data $(DATA)
	@$(APP) -m kb_index.ranking.fit --data $(DATA) --adapters $(ADAPTERS)

soak: setup ## try the desk's promises for long (about an hour)
	@$(APP) -m benchmarks.soak takeover
	@$(APP) -m benchmarks.soak cuts
	@$(APP) -m benchmarks.soak redis
	@$(APP) -m benchmarks.soak components
	@$(APP) -m benchmarks.soak contest

fuzz: setup ## send 100,000 malformed frames and run schemathesis at length (hours)
	@$(APP) -m benchmarks.fuzz frames
	@$(APP) -m benchmarks.fuzz rest

lock: ## pin both requirement trees anew from the environments
	@.venv/bin/pip freeze --exclude-editable | sed -E 's/^(torch==[0-9.]+)\+.*/\1/' > deploy/requirements/app.txt
	@.venv-rasa/bin/pip freeze --exclude-editable > deploy/requirements/rasa.txt

clean: ## remove environments, built files and models (conversations under .tandem stay)
	rm -rf .venv .venv-rasa models .rasa handoff/web/dist handoff/web/node_modules .tandem/setup
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
