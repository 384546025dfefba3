#!/usr/bin/env bash
# The session of the README: Ada puts a repository of hers under governance, together with Ben, in ten commands.
# A demonstration and a test, like ../phase-e/scenario.sh. In life Ben works in a clone of his own; here both share one.

EXAMPLE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$EXAMPLE/../play.sh"
play first-steps

person ada "Ada Lowe"
person ben "Ben Ruiz"
on 2026-01-10
as ada
mkdir -p "$DEMO/app/src" "$DEMO/app/docs" && cd "$DEMO/app"
git init -q -b main .
echo 'fn main() {}' >src/main.rs
echo '# Design: say hello, in one place.' >docs/design.md
cp "$EXAMPLE/charter.toml" charter.toml && cp "$DEMO/keys/ben.pub" ben.pub
git add -A && git commit -q -m "An application, as it is"
cp "$DEMO/keys/ada" "$DEMO/home/ada/id" && cp "$DEMO/keys/ada.pub" "$DEMO/home/ada/id.pub"

act "Under governance"
shell 0 'ledger init --charter charter.toml --actor ada --key ~/id'
run 0 ledger actor enroll ben --kind human --public-key ben.pub --role approver --git-email ben@switchyard.example
run 0 ledger hooks install
shell 0 'git add .ledger && git commit -q -m "Name the ledger"'
run 0 ledger declare DOC-1 --kind document --title "Design" --path docs/design.md

act "A commit is refused"
echo 'fn main() { println!("hello"); }' >src/main.rs
git add -A
run 1 git commit -q -m "Say hello"
expect src/main.rs
expect "HOLD on DOC-1"
expect "ledger seal DOC-1"

act "Two people agree on the design, and the same commit goes through"
run 0 ledger seal DOC-1
expect proposed
PROPOSAL=$(sed -n 's/.*next *ledger cosign \([0-9a-f]*\).*/\1/p' "$DEMO/out")
as ben run 0 ledger cosign "$PROPOSAL"
as ada run 0 git commit -q -m "Say hello"
run 0 ledger verify

finish
