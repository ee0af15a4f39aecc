# One command each; `make help` lists them. Written for GNU make 3.81 and a POSIX shell, so that macOS's own do.

SHELL = /bin/sh
PORT ?= 8000
SIMULATOR_PORT ?= 9000

VENV = .venv/bin
PACKAGES = .venv/.installed
COLLECTED = .venv/.collected
MODULES = frontend/node_modules/.installed
PAGE = frontend/dist/index.html
PAGE_SOURCES = $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts frontend/build \
	-type f ! -name '*.test.*' 2>/dev/null)

# uv takes a quarter of pip's time; where it cannot install (pip's own settings name a mirror), pip does.
PIP_INSTALL = $(VENV)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps

# The development packages are chosen first: they hold some versions below what the service alone would get.
COMPILE = ../$(VENV)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml

# Fetched by uv when it is used; the project does not depend on it.
CYCLONEDX = $(VENV)/uv tool run --quiet --python $(VENV)/python --from cyclonedx-bom==7.5.0 cyclonedx-py

NEEDS_PYTHON = Python 3.11 or newer is needed. Install it, or name one: make PYTHON=/path/to/python3
NEEDS_VENV = has no venv module. On Debian and Ubuntu: apt-get install python3-venv
NEEDS_NODE = Node.js 20.19 or newer is needed (with npm). Get it from your package manager or https://nodejs.org, then try again.

# The first Python that is new enough, in $$python; PYTHON=... allows no other.
FIND_PYTHON = python=; for one in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do \
	if "$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$one; break; fi; done; \
	[ -n "$$python" ] || { echo "$(NEEDS_PYTHON)" >&2; exit 1; }; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "$$python $(NEEDS_VENV)" >&2; exit 1; }
CHECK_NODE = { command -v npm && node -e 'const [major, minor] = process.versions.node.split(".").map(Number); \
	process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'; } >/dev/null 2>&1 \
	|| { echo "$(NEEDS_NODE)" >&2; exit 1; }

# What `make bench` measures; each name is a module of backend/tests/bench.
MEASUREMENTS = startup pages loads reading status server budget mirror verification webhooks refresh_rounds key_rotation

# Five targets at once; below a make that runs several, as many as that one. Without --output-sync (GNU make before
# 4.0), their outputs are mixed.
SIDE_BY_SIDE = $(MAKE) --no-print-directory --keep-going $(if $(findstring jobserver,$(MAKEFLAGS)),,--jobs 5 \
	$(if $(filter output-sync,$(.FEATURES)),--output-sync=target))
# Most tests wait, for processes, limits and clocks: eight workers keep two cores busy. A file's tests share its servers.
# Files go in order, so that the short unit tests come last and no worker is left alone with a long file. One file needs
# the plugin of schemathesis, which takes each worker half a second to import.
IN_EIGHT = --numprocesses 8 --dist loadfile --no-loadscope-reorder -p no:schemathesis
# schemathesis gives all operations' tests one id, of which pytest-xdist would run one.
DOCUMENT = tests/contract/test_openapi_fuzz.py

export PYTHON
# A test run starts some hundred processes: without cached bytecode each would compile all modules.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help demo run setup test test-backend test-page test-document test-browser test-slow check lint lint-backend lint-page format pictures compose-test compose-files load bench bench-startup bench-page keys-status keys-rotate webhooks-config lock sbom installed packages page

help: ## this list
	@sed -n 's|^\([a-z][a-z-]*\):[^#]*## \(.*\)|make \1   \2|p' Makefile

demo: setup ## everything with the bundled HubSpot simulator: open the printed address (PORT=8001 SIMULATOR_PORT=9001)
	@cd backend && exec ../$(VENV)/python -m simulator.demo --end-with-parent --port $(PORT) --simulator-port $(SIMULATOR_PORT)

run: setup ## the service against the real HubSpot, with the settings in .env
	@cd backend && exec ../$(VENV)/python main.py

setup: ## install and build what is missing: .venv, frontend/node_modules, frontend/dist
	@$(MAKE) -q --no-print-directory installed 2>/dev/null || { $(FIND_PYTHON); $(CHECK_NODE); \
		$(MAKE) -j2 --no-print-directory installed; }

test: setup ## the tests: backend beside front end, then the browser (about 8 minutes on 2 cores; `make test-slow` has the long proofs)
	@echo "Backend and front end are tested side by side; the output of each follows when it ends. Then the browser tests run."
	+@status=0; $(SIDE_BY_SIDE) test-backend test-page test-document || status=1; \
	$(MAKE) --no-print-directory test-browser || status=1; \
	exit $$status

test-backend: setup
	@$(MAKE) --no-print-directory $(COLLECTED)
	@cd backend && ../$(VENV)/python -m pytest $(IN_EIGHT) --ignore $(DOCUMENT)

test-page: setup
	@cd frontend && npm test

test-document: setup
	@cd backend && ../$(VENV)/python -m pytest $(DOCUMENT)

# By themselves: beside other tests, a page takes many times as long on a slow machine.
test-browser: setup
	@cd frontend && npx playwright test

test-slow: setup ## the long proofs: failover of Redis, workers killed, limits shared by processes, random load trials
	@cd backend && ../$(VENV)/python -m pytest --numprocesses 2 --dist loadfile -m slow

check: setup ## lint, format, types, tests
	+@$(SIDE_BY_SIDE) lint test

# The tests that run beside it come first: they have time limits. Not by much: on a busy machine all would wait for it.
lint: setup ## lint, format and types, without changing anything
	+@nice -n 5 $(SIDE_BY_SIDE) lint-backend lint-page

lint-backend: setup
	cd backend && ../$(VENV)/ruff check .
	cd backend && ../$(VENV)/ruff format --check .
	cd backend && ../$(VENV)/mypy
	cd backend && ../$(VENV)/bandit --quiet --recursive --configfile pyproject.toml --severity-level medium .

lint-page: setup
	cd frontend && npm run lint
	cd frontend && npm run typecheck

format: setup ## format the code, and fix what the linters can
	cd backend && ../$(VENV)/ruff check --fix .
	cd backend && ../$(VENV)/ruff format .
	cd frontend && npm run format

pictures: setup ## every state of the page, light and dark, from a phone to 1920 px, into frontend/screenshots
	@cd frontend && npm run --silent screenshots

compose-test: packages ## docker compose up for real, and attacks on it (as root on Debian it brings its own engine)
	@cd backend && ../$(VENV)/python -m tests.compose.run

compose-files: setup ## only the checks of the container files: Dockerfiles, docker-compose.yml, nginx.conf, alerts
	@cd backend && ../$(VENV)/python -m tests.compose.run --files-only

load: setup ## a bounded mix of requests: p50, p95, p99, errors, CPU, memory (LOAD_OPTIONS='--soak 10': minutes)
	@cd backend && ../$(VENV)/python -m tests.load.run $(LOAD_OPTIONS)

bench: ## every measurement, or one: NAME=loads BENCH_OPTIONS="three-types" (backend/tests/bench/README.md)
	@set -e; for name in $(or $(NAME),$(MEASUREMENTS) page); do $(MAKE) --no-print-directory bench-$$name; done

bench-startup:
	@$(FIND_PYTHON); "$$python" backend/tests/bench/startup.py $(BENCH_OPTIONS)

bench-page: setup
	@cd frontend && npm run --silent measure

bench-%: setup
	@cd backend && ../$(VENV)/python -m tests.bench.$* $(BENCH_OPTIONS)

keys-status: packages ## which encryption key sealed how much of what is stored
	@cd backend && ../$(VENV)/python -m oauth.keys status

keys-rotate: packages ## encrypt everything stored with the first of ENCRYPTION_KEYS, while the service runs
	@cd backend && ../$(VENV)/python -m oauth.keys rotate

webhooks-config: packages ## print webhooks-hsmeta.json for the HubSpot app (WEBHOOKS_OPTIONS='--types contacts --properties contacts:email,phone')
	@cd backend && ../$(VENV)/python -m ops.webhooks_config $(WEBHOOKS_OPTIONS)

lock: setup ## pin the newest allowed versions again
	cd backend && $(COMPILE) --upgrade --extra local --extra traces --extra dev --output-file requirements-dev.txt
	cd backend && $(COMPILE) --constraint requirements-dev.txt --extra local --output-file requirements.txt
	cd backend && $(COMPILE) --constraint requirements-dev.txt --extra traces --output-file requirements-production.txt
	cd frontend && npm install --package-lock-only

sbom: packages ## what a release consists of and comes from: two CycloneDX files and provenance.json, in .sbom
	@$(CHECK_NODE)
	@mkdir -p .sbom
	@PYTHONWARNINGS=ignore::UserWarning $(CYCLONEDX) requirements --pyproject backend/pyproject.toml \
		--output-file .sbom/backend.cdx.json backend/requirements-production.txt
	@cd frontend && npm sbom --package-lock-only --sbom-format cyclonedx --sbom-type application > ../.sbom/frontend.cdx.json
	@cd backend && ../$(VENV)/python -m ops.provenance > ../.sbom/provenance.json
	@ls .sbom/*.json

# What the targets above make; each is made again when what it comes from changes.
installed: packages page
packages: $(PACKAGES)
page: $(PAGE)

$(PACKAGES): backend/requirements-dev.txt
	@$(FIND_PYTHON); echo "Installing the backend's packages ($$python)"; \
	{ [ -x $(VENV)/python ] && $(VENV)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; } \
		|| "$$python" -m venv --clear .venv
	@sed -n '/^uv==/,/[^\\]$$/p' backend/requirements-dev.txt > .venv/uv.txt
	@{ $(PIP_INSTALL) -r .venv/uv.txt && $(VENV)/uv pip sync --quiet --require-hashes --python $(VENV)/python \
		backend/requirements-dev.txt; } || $(PIP_INSTALL) -r backend/requirements-dev.txt
	@touch $@

# Imports everything once. Else each worker would compile it at the same time, for 5 s of processor time each.
$(COLLECTED): $(PACKAGES)
	@cd backend && ../$(VENV)/python -m pytest --collect-only -qq >/dev/null || true  # the tests tell what is wrong
	@touch $@

$(MODULES): frontend/package-lock.json frontend/package.json
	@echo "Installing the front end's packages"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE): $(MODULES) $(PAGE_SOURCES)
	@echo "Building the front end"
	@cd frontend && npm run --silent build
	@touch $@
