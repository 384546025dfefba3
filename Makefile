# Two commands matter: `make demo` shows what this is, `make test` runs everything that is tested.

SHELL := /bin/bash
CARGO ?= cargo
LOCKED ?= --locked
TARGET := $${CARGO_TARGET_DIR:-target}

# Where we are root on a machine with apt-get, as in many containers, what is missing is installed; elsewhere it is named.
APT := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)

.DEFAULT_GOAL := help
.PHONY: bench help tools demo test lint unit docs

help: ## Lists the targets.
	@echo 'govledger: a governance ledger that lives in git. The program is called ledger.'
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

tools: ## Checks that cargo, git, ssh-keygen and a C compiler are there.
	@command -v $(CARGO) >/dev/null || { echo 'cargo is missing: install Rust 1.89 or later' >&2; exit 1; }
	@missing=; \
	command -v git >/dev/null || missing="$$missing git"; \
	command -v ssh-keygen >/dev/null || missing="$$missing openssh-client"; \
	command -v cc >/dev/null || missing="$$missing gcc libc6-dev"; \
	[ -n "$$missing" ] || exit 0; \
	if [ -n "$(APT)" ]; then \
	  echo "installing$$missing"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "missing:$$missing (so called on Debian: sudo apt install$$missing)" >&2; exit 1; \
	fi

demo: tools ## Builds the program and plays the Phase E example in a temporary directory.
	@$(CARGO) build --release $(LOCKED)
	@LEDGER="$(TARGET)/release/ledger" examples/phase-e/scenario.sh

test: lint unit docs ## Runs format check, lints, all tests (they play the examples) and the documentation build.

lint: tools ## Checks the format and runs the lints, warnings denied.
	$(CARGO) fmt --check
	$(CARGO) clippy $(LOCKED) --all-targets -- -D warnings

unit: tools ## Runs unit, integration and documentation tests, and plays both examples.
	$(CARGO) test $(LOCKED)

bench: tools ## Measures what the ledger costs, beside its budgets; EVENTS=2000 for a quick look.
	$(CARGO) bench $(LOCKED) --bench scale -- $(EVENTS)

docs: tools ## Builds the API documentation, warnings denied.
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc $(LOCKED) --no-deps
