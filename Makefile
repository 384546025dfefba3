# Two commands matter: `make demo` shows what this is, `make test` runs everything that is tested.

SHELL := /bin/bash
CARGO ?= cargo
LOCKED ?= --locked

.DEFAULT_GOAL := help
.PHONY: help tools demo test lint unit docs scenarios

help: ## Lists the targets.
	@echo 'govledger: a governance ledger that lives in git. The program is called ledger.'
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

tools: ## Checks that cargo, git and ssh-keygen are there.
	@command -v $(CARGO) >/dev/null || { echo 'cargo is missing: install Rust 1.89 or later from https://rustup.rs' >&2; exit 1; }
	@command -v git >/dev/null || { echo 'git is missing: apt install git, dnf install git, or brew install git' >&2; exit 1; }
	@command -v ssh-keygen >/dev/null || { echo 'ssh-keygen is missing: apt install openssh-client, dnf install openssh-clients (macOS has it)' >&2; exit 1; }

demo: tools ## Builds the program and plays the Phase E example in a temporary directory.
	@$(CARGO) build --release $(LOCKED)
	@LEDGER="$${CARGO_TARGET_DIR:-target}/release/ledger" examples/phase-e/scenario.sh

test: lint unit docs scenarios ## Runs format check, lints, all tests, the documentation build and the examples.

lint: tools ## Checks the format and runs the lints, warnings denied.
	$(CARGO) fmt --check
	$(CARGO) clippy $(LOCKED) --all-targets -- -D warnings

unit: tools ## Runs unit, integration and documentation tests.
	$(CARGO) test $(LOCKED)

docs: tools ## Builds the API documentation, warnings denied.
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc $(LOCKED) --no-deps

scenarios: tools ## Plays the examples against the debug build; each step is checked.
	$(CARGO) build $(LOCKED)
	QUIET=1 LEDGER="$${CARGO_TARGET_DIR:-target}/debug/ledger" examples/first-steps/session.sh
	QUIET=1 LEDGER="$${CARGO_TARGET_DIR:-target}/debug/ledger" examples/phase-e/scenario.sh
