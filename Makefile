# Two commands matter: `make demo` shows what this is, `make test` runs everything that is tested.

SHELL := /bin/bash
CARGO ?= cargo
LOCKED ?= --locked
TARGET := $${CARGO_TARGET_DIR:-target}

# Where we are root on a machine with apt-get, as in many containers, what is missing is installed; elsewhere it is named.
APT := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)

.DEFAULT_GOAL := help
.PHONY: bench help tools test-tools demo test lint unit docs fuzz mutants

help: ## Lists the targets.
	@echo 'govledger: a governance ledger that lives in git. The program is called ledger.'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

# Installs the packages that $(1) prints, or names them.
define provide
missing=$$( $(1) ); \
	[ -n "$$missing" ] || exit 0; \
	if [ -n "$(APT)" ]; then \
	  echo "installing" $$missing; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "missing:" $$missing "(so called on Debian: sudo apt install" $$missing")" >&2; exit 1; \
	fi
endef

tools: ## Checks that cargo, git, ssh-keygen, python3 and a C compiler are there.
	@command -v $(CARGO) >/dev/null || { echo 'cargo is missing: install Rust 1.89 or later' >&2; exit 1; }
	@$(call provide, \
	  command -v git >/dev/null || echo git; \
	  command -v python3 >/dev/null || echo python3; \
	  command -v ssh-keygen >/dev/null || echo openssh-client; \
	  command -v cc >/dev/null || echo gcc libc6-dev)

test-tools: tools ## Checks that what the tests put faults in with and share through is there: strace, unshare, setpriv, sshd, lighttpd (Linux only).
	@[ "$$(uname)" = Linux ] || exit 0; PATH="$$PATH:/usr/sbin"; $(call provide, \
	  command -v strace >/dev/null || echo strace; \
	  command -v unshare >/dev/null && command -v setpriv >/dev/null || echo util-linux; \
	  command -v sshd >/dev/null || echo openssh-server; \
	  command -v lighttpd >/dev/null || echo lighttpd; \
	  [ -x "$$(git --exec-path)/git-http-backend" ] || echo git)

demo: tools ## Builds the program and plays the Phase E example in a temporary directory.
	@$(CARGO) build --release $(LOCKED)
	@LEDGER="$(TARGET)/release/ledger" examples/phase-e/scenario.sh

test: lint unit docs ## Runs format check, lints, all tests (they play the examples) and the documentation build.

lint: tools ## Checks the format and runs the lints, warnings denied.
	$(CARGO) fmt --check
	$(CARGO) clippy $(LOCKED) --all-targets -- -D warnings

unit: test-tools ## Runs unit, integration and documentation tests, and plays the example and every session of the documentation.
	$(CARGO) test $(LOCKED)

bench: tools ## Measures what the ledger costs, beside its budgets; EVENTS=2000 for a quick look.
	$(CARGO) bench $(LOCKED) --bench scale -- $(EVENTS)

SECONDS ?= 600
TARGETS ?= $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))

fuzz: tools ## Fuzzes each of TARGETS for SECONDS (600), with cargo-fuzz and a nightly toolchain.
	@command -v cargo-fuzz >/dev/null || { echo 'cargo-fuzz is missing: cargo install cargo-fuzz --locked' >&2; exit 1; }
	@python3 fuzz/seeds.py
	@for target in $(TARGETS); do \
	  mkdir -p "fuzz/found/$$target" && \
	  $(CARGO) +nightly fuzz run --sanitizer none "$$target" "fuzz/found/$$target" "fuzz/corpus/$$target" "fuzz/seeds/$$target" -- \
	    -max_total_time=$(SECONDS) -timeout=20 -max_len=20000 || exit 1; \
	done

mutants: tools ## Changes the rooms that decide, one place at a time, and shows which changes no test notices; SHARD=1/50 for a part.
	@command -v cargo-mutants >/dev/null || { echo 'cargo-mutants is missing: cargo install cargo-mutants --locked' >&2; exit 1; }
	$(CARGO) mutants --shuffle $(if $(SHARD),--shard $(SHARD))

docs: tools ## Builds the API documentation, warnings denied.
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc $(LOCKED) --no-deps
