# Everything a person or a machine does with Variorum. `make` alone lists it.
.POSIX:
.SUFFIXES:

RUN = .venv/bin/python
# Variables given to make, such as PORT, PYTHON or CHROMIUM, reach the commands as environment.
# What the checks read and write lies apart from anybody's data.
TEST_ENV = DJANGO_ENV=test VARIORUM_DATA_DIR=.data/lint

help: ## Say what there is to do
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1 \2/p' Makefile | awk '{n=$$1; $$1=""; printf "  %-10s%s\n", n, $$0}'
	@echo "Settings: PORT=8000, PYTHON=python3.12, CHROMIUM=/path/to/chromium; others in docs/configuration.md"

setup: ## Install what an installation needs into .venv (again only when requirements change)
	@sh scripts/setup.sh base

setup-dev:
	@sh scripts/setup.sh dev

demo: setup ## Run everything with demo data at http://127.0.0.1:8000 (PORT=… moves it)
	@exec $(RUN) -m config.launch demo

run: setup ## Run everything, without demo data
	@exec $(RUN) -m config.launch run

test: lint browser ## Check the code, then run unit, integration and browser tests
	@$(RUN) -m pytest -n 3 --dist loadgroup --durations=30 $(ARGS)

lint: setup-dev ## Check style, types, imports, templates, migrations, OpenAPI and containers
	@$(TEST_ENV) sh scripts/lint.sh

bench: setup ## Measure: pass options with ARGS="…"
	@exec $(RUN) manage.py bench $(ARGS)

screenshots: setup-dev browser ## Take every page at two widths; renews the pictures of README and guides
	@$(RUN) -m tests.pictures

browser: ## Find Chromium for the browser tests, or install it where that is allowed
	@sh scripts/browser.sh

messages: setup ## Bring the translations in locale/ to the strings of today
	@$(RUN) -m config.catalogues update

lock: setup-dev ## Pin requirements/*.in to the newest versions that fit, with hashes
	@sh scripts/lock.sh

.PHONY: help setup setup-dev demo run test lint bench screenshots browser messages lock
