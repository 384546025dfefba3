#!/usr/bin/env bash
# The README's session: a newcomer, Ada, governs an existing repository of hers, together with Ben.
# A demonstration and a test, like ../phase-e/scenario.sh.

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

act "Under governance"
run 0 ledger init --charter charter.toml --actor ada --key ../keys/ada
run 0 ledger actor enroll ben --kind human --public-key ben.pub --role approver --git-email ben@switchyard.example
run 0 ledger hooks install
run 0 ledger declare DESIGN --kind document --title "Design" --path docs/design.md
run 0 ledger block DESIGN DESIGN-FIRST --reason "no code before the design is agreed"

act "A commit is refused"
echo 'fn main() { println!("hello"); }' >src/main.rs
git add -A
run 1 git commit -q -m "Say hello"
expect src/main.rs
expect DESIGN-FIRST
expect "ledger"

act "Two approvers agree, and the same commit goes through"
run 0 ledger seal DESIGN
expect proposed
as ben run 0 ledger seal DESIGN
as ada run 0 ledger unblock DESIGN DESIGN-FIRST
run 0 git commit -q -m "Say hello"
run 0 ledger verify

finish
